"""Registration's story: a case from accepted terms, its checklist, its number, a day's file. Public doors only."""

from dataclasses import dataclass
from typing import Any

from demo import reference_story
from demo.board_story import Board
from demo.person import Answer, Person
from demo.talk_story import Talk
from demo.world import eventually


@dataclass
class Registration:
    """Two sides on their way to the depository."""

    board: Board
    listing: str
    lender: str
    case: str = ""

    @property
    def pledgor(self) -> Person:
        """Whose securities are pledged."""
        return self.board.owner(self.listing)

    @property
    def pledgee(self) -> Person:
        """Who lends."""
        return self.board.owner(self.lender)

    def agree(self) -> None:
        """Both sides accept the same round of terms, if they have not done so before."""
        if self._cases():
            return
        talk = Talk(self.board, self.listing, self.pledgee)
        talk.open()
        talk.propose(self.pledgee, answers=0)
        for by in (self.pledgee, self.pledgor):
            talk.accept(by, 1)

    def opened(self) -> dict[str, Any]:
        """The case that accepted terms opened, as the pledgee sees it."""
        found = eventually(lambda: self._cases() or None, what="accepted terms open a registration case")
        self.case = found[0]["id"]
        return self.seen_by(self.pledgee)

    def seen_by(self, person: Person) -> dict[str, Any]:
        """The case as one of its sides sees it."""
        found: dict[str, Any] = person.ask(f"/registration-cases/{self.case}").body
        return found

    def tick(self, by: Person, item: str, reference: str) -> Answer:
        """A side says that a paper is there."""
        body = {"reference": reference, "dated": self.board.world.manifest["today"]}
        return by.tell("PUT", f"/registration-cases/{self.case}/items/{item}", body, expect=200)

    def record(self, by: Person, number: str) -> Answer:
        """A side enters the number."""
        return by.tell("PUT", f"/registration-cases/{self.case}/number", {"number": number}, expect=200)

    def load_day(self) -> dict[str, Any]:
        """The depository's registrations of the story's day."""
        return reference_story.load(self.board.world, "registration", self.board.world.manifest["today"])

    def until_asked(self, name: str) -> dict[str, Any]:
        """Waits until a listing's owner is asked whether a registration is the listing's."""

        def asked() -> dict[str, Any] | None:
            found = self.board.standing(name)["registrations_asked"]
            return found[0] if found else None

        return eventually(asked, what=f"{name}: its owner is asked")

    def say(self, name: str, number: str, *, is_it: bool) -> Answer:
        """The owner says whether it is."""
        path = f"/listings/{self.board.listings[name]}/registration-answers"
        return self.board.owner(name).tell("POST", path, {"number": number, "is_it": is_it}, expect=200)

    def _cases(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.pledgee.ask("/my/registration-cases").body["items"]
        return found
