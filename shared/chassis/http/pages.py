"""Pages of a list: opaque cursors that hold a sort key, so that a page is stable while things are inserted."""

import base64
import binascii
from datetime import datetime
from typing import Annotated, Generic, TypeVar

import msgspec
from fastapi import Depends, Query
from pydantic import BaseModel, Field

from chassis.kernel import FieldError
from chassis.problems import RequestInvalid

LIMIT_DEFAULT = 20
LIMIT_MAX = 100
CURSOR_CHARACTERS_MAX = 512

T = TypeVar("T")
_encoder = msgspec.json.Encoder(decimal_format="string", uuid_format="canonical")


class Page(BaseModel, Generic[T]):
    """One page. `next_cursor` is absent on the last; `as_of` says of which moment the list speaks."""

    items: list[T]
    next_cursor: str | None = Field(default=None, description="Give it back as `cursor` for the next page.")
    as_of: datetime


def encode_cursor(position: object) -> str:
    """Hides a sort key (a tuple, or a struct) in a cursor."""
    return base64.urlsafe_b64encode(_encoder.encode(position)).decode().rstrip("=")


def decode_cursor(cursor: str, position: type[T]) -> T:
    """Reads a cursor back as the type it was made of.

    Raises:
        RequestInvalid: it is not one of ours, or not of this list.
    """
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return msgspec.json.decode(raw, type=position)
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise RequestInvalid(
            errors=[
                FieldError(
                    pointer="/query/cursor",
                    rule="cursor",
                    message_zh="游标无效，请从第一页重新查询",
                    message_en="is not a cursor of this list; start again from the first page",
                )
            ]
        ) from error


class Paging:
    """What a reader asks of a list: how many, and after which."""

    def __init__(
        self,
        limit: Annotated[int, Query(ge=1, le=LIMIT_MAX, description="Largest number of items")] = LIMIT_DEFAULT,
        cursor: Annotated[
            str | None, Query(max_length=CURSOR_CHARACTERS_MAX, description="`next_cursor` of the page before")
        ] = None,
    ) -> None:
        self.limit = limit
        self.cursor = cursor

    def after(self, position: type[T]) -> T | None:
        """The sort key to go on after; None for the first page."""
        return None if self.cursor is None else decode_cursor(self.cursor, position)


PageRequest = Annotated[Paging, Depends()]
