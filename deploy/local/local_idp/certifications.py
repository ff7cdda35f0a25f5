"""People whose identity the platform's reviewers had certified: their claims change, and outlive a restart."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from local_idp.people import Person

_CERTIFIED_ROLES = ["PL", "LE"]


class Certification(msgspec.Struct, frozen=True, kw_only=True):
    """What review asks. The application makes asking twice the same as asking once."""

    application_id: str
    user_id: str
    participant_id: str
    kind: Literal["person", "institution"]
    name: str
    document_type: str
    document_number: str


class UnknownPerson(LookupError):
    """Nobody here has this subject."""


class AnotherIdentity(ValueError):
    """The subject is somebody else's, or has been certified as somebody else."""


class Directory(Mapping[str, Person]):
    """The ready users, with what was certified since."""

    def __init__(self, people: Mapping[str, Person], path: Path) -> None:
        self._people = people
        self._path = path
        self._certified = self._read()

    def certify(self, asked: Certification) -> Person:
        """The person as certified; the same application again changes nothing.

        Raises:
            UnknownPerson: there is nobody to certify.
            AnotherIdentity: the subject belongs to another participant, or another application certified it.
        """
        person = self._people.get(asked.user_id)
        if person is None:
            raise UnknownPerson(asked.user_id)
        earlier = self._certified.get(asked.user_id)
        if person.participant != asked.participant_id or (earlier and earlier.application_id != asked.application_id):
            raise AnotherIdentity(asked.user_id)
        if earlier is None:
            self._keep({**self._certified, asked.user_id: asked})
        return self[asked.user_id]

    def __getitem__(self, subject: str) -> Person:
        person, certified = self._people[subject], self._certified.get(subject)
        if certified is None:
            return person
        return msgspec.structs.replace(
            person,
            name=certified.name,
            roles=_CERTIFIED_ROLES,
            participant_kind=certified.kind,
            # The certified registrant of an institution is its first administrator (BX6).
            login_function="administrator" if certified.kind == "institution" else "person",
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._people)

    def __len__(self) -> int:
        return len(self._people)

    def _read(self) -> dict[str, Certification]:
        if not self._path.exists():
            return {}
        return msgspec.json.decode(self._path.read_bytes(), type=dict[str, Certification])

    def _keep(self, certified: dict[str, Certification]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._path.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(msgspec.to_builtins(certified), file, ensure_ascii=False)
        draft.replace(self._path)
        self._certified = certified
