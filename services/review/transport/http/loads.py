"""The register of reference loads (BX7): files in, totals out."""

from datetime import datetime
from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import Query, Request

from chassis.http import CommandCause, PageRequest, QueryCause, Routes, command, encode_cursor, with_content
from review.application.commands.register_load import RegisterLoad
from review.application.commands.say_load import SayLoad
from review.application.queries.list_loads import AskLoad, ListLoads
from review.application.use_cases import UseCases
from review.transport.http.upload import received
from review.transport.http.views import LoadsView, LoadView

LOAD = "reference_data.load"
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "business_date"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "CSV with a header, or NDJSON"},
                        "business_date": {"type": "string", "format": "date"},
                        "reason": {"type": "string", "description": "Required where the day is complete already"},
                        "encoding": {"type": "string", "enum": ["utf-8", "gb18030"]},
                    },
                }
            },
            "text/csv": {"schema": {"type": "string"}},
            "application/x-ndjson": {"schema": {"type": "string"}},
        },
    }
}


class Place(NamedTuple):
    """Where a page ends."""

    at: datetime
    id: UUID


def load_routes(use_cases: UseCases, *, upload_bytes_max: int) -> Routes:
    """Loading, and how loads stand. A re-issue is a further load of the same day with its reason."""
    routes = Routes(service="review", tags=["reference data"])

    @routes.post(
        "/reference/{kind}/loads",
        operation=LOAD,
        status_code=201,
        streaming=True,
        body_bytes_max=upload_bytes_max,
        openapi_extra=_FORM,
    )
    async def load_reference_data(kind: str, request: Request, cause: CommandCause) -> LoadView:
        """Loads one file as a snapshot; of a malformed one nothing. The same key and file go on after a break."""
        async with received(request) as upload:
            asked = RegisterLoad(kind=kind, business_date=upload.business_date, reason=upload.reason, file=upload.file)
            promised = with_content(cause, upload.digest)
            registered = await command(use_cases.register_load, asked, promised)
            said = await use_cases.say_load(SayLoad(load_id=registered.load_id, file=upload.file), cause)
            return LoadView.of(said)

    @routes.get("/reference/loads", operation=LOAD)
    async def list_reference_loads(
        cause: QueryCause, page: PageRequest, kind: Annotated[str | None, Query(max_length=40)] = None
    ) -> LoadsView:
        """The register, the newest first, and the days whose holdings are late."""
        asked = ListLoads(kind=kind, after=page.after(Place), limit=page.limit)
        found = await use_cases.list_loads(asked, cause)
        last = found.items[-1] if len(found.items) == page.limit else None
        cursor = encode_cursor((last.registered_at, last.load_id)) if last else None
        return LoadsView.of(found, next_cursor=cursor)

    @routes.get("/reference/loads/{load_id}", operation=LOAD)
    async def read_reference_load(load_id: UUID, cause: QueryCause) -> LoadView:
        """How one load stands."""
        standing = await use_cases.ask_load(AskLoad(load_id=load_id), cause)
        return LoadView.of(standing.load, standing.projected)

    return routes
