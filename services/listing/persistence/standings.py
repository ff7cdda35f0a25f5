"""How a login stands, in one statement: it is asked at every request."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from listing.domain.user import LoginStanding, stricter

_STANDING = text("""
    select p.access, p.closed, p.status, u.function, u.assigned, u.state, u.status as login_status, array(
        select begun.kind from (
            select distinct on (kind) kind, version from legal_text
            where kind = any(:kinds) and effective_from <= :today
            order by kind, effective_from desc, version desc
        ) as begun
        where not exists (
            select from legal_acceptance a
            where (a.participant_id, a.user_id, a.kind, a.version) = (p.id, :user_id, begun.kind, begun.version)
        )
    ) as unaccepted
    from participant p left join participant_user u on u.participant_id = p.id and u.user_id = :user_id
    where p.id = :participant_id
""")


async def load_standing(
    connection: AsyncConnection, *, participant_id: str, user_id: str, kinds: Sequence[str], today: date
) -> LoginStanding | None:
    """How a login stands on a day, if its participant is known and in scope; `domain.participant` says the same."""
    asked = {"participant_id": participant_id, "user_id": user_id, "kinds": list(kinds), "today": today}
    row = (await connection.execute(_STANDING, asked)).one_or_none()
    if row is None:
        return None
    return LoginStanding(
        no_access=None if row.access == "granted" else row.closed,
        status=stricter(row.status, row.login_status) if row.login_status else row.status,
        function=row.function if row.assigned else None,
        ended=row.state == "disabled",
        unaccepted=frozenset(row.unaccepted),
    )
