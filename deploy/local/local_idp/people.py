"""The ready users: at least one for each role of the authorization matrix."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import msgspec

PASSWORD = "demo"  # noqa: S105  # every ready user's, printed on the sign-in page
SECOND_FACTOR = "123456"


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """One ready user, as the claims of the access token will describe them."""

    sub: str
    name: str
    roles: list[str]
    participant: str | None = None
    participant_kind: str | None = None
    login_function: str | None = None
    unified_accounts: list[str] = []
    firm: str | None = None

    def get_user_id(self) -> str:
        """Authlib's name for the subject."""
        return self.sub

    def claims(self) -> dict[str, object]:
        """What the access token says of this user; nothing that is not known."""
        return {name: value for name, value in msgspec.to_builtins(self).items() if value not in (None, [])}


def read_people(path: Path | None = None) -> Mapping[str, Person]:
    """The users of a file, or the ready ones, by subject.

    Raises:
        msgspec.ValidationError: the file does not have the form of the ready one; the message says where.
    """
    source = path.read_bytes() if path else (files("local_idp") / "people.json").read_bytes()
    return {person.sub: person for person in msgspec.json.decode(source, type=list[Person])}
