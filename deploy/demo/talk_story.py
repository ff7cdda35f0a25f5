"""Private talk's story: two sides about a listing, rounds of terms, the administrator, a report. Public doors only."""

from dataclasses import dataclass
from typing import Any

from demo.board_story import Board
from demo.person import Answer, Answered, Person
from demo.world import eventually

TERMS = {
    "amount": "7654321.09",
    "annual_rate": "0.0625",
    "months": 12,
    "pledge_rate": "0.38",
    "warning_line": "1.6",
    "liquidation_line": "1.4",
}
_NOT_YET = frozenset({403, 404})


@dataclass
class Talk:
    """One conversation between the owner of a listing and somebody of the other area."""

    board: Board
    listing: str
    opener: Person
    conversation: str = ""

    @property
    def owner(self) -> Person:
        """Whose the listing is."""
        return self.board.owner(self.listing)

    @property
    def moderator(self) -> Person:
        """Who answers for the operator."""
        return self.board.world.person("moderator-he", second_factor=True)

    @property
    def path(self) -> str:
        """Where the conversation is."""
        return f"/conversations/{self.conversation}"

    def open(self) -> Answer:
        """Begins to talk; what the board has just published is known to the talk within a second."""
        asked = {"listing_id": self.board.listings[self.listing]}

        def opened() -> Answer | None:
            try:
                return self.opener.tell("POST", "/conversations", asked, expect=201)
            except Answered as refused:
                if refused.status not in _NOT_YET:
                    raise
                return None

        answer = eventually(opened, within=10, what=f"a conversation about {self.listing} opens")
        self.conversation = answer.body["id"]
        return answer

    def say(self, by: Person, text: str, *, key: str | None = None, expect: int = 201) -> Answer:
        """A message; the same key says it once."""
        return by.tell("POST", f"{self.path}/messages", {"text": text}, expect=expect, key=key)

    def messages(self, by: Person) -> list[dict[str, Any]]:
        """What was written, the last first."""
        found: list[dict[str, Any]] = by.ask(f"{self.path}/messages").body["items"]
        return found

    def unread(self, by: Person) -> int:
        """How much of it somebody has not read."""
        return int(by.ask(self.path).body["unread"])

    def read(self, by: Person) -> None:
        """Reads to its end."""
        last = by.ask(self.path).body["last_number"]
        by.tell("PUT", f"{self.path}/read", {"number": last}, expect=204)

    def propose(self, by: Person, *, answers: int, expect: int = 201, **changes: Any) -> Answer:
        """A round of terms about the listing's first line."""
        given = self.board.candidate(self.listing)["lines"][0]
        line = {name: given[name] for name in ("market", "security", "share_class", "quantity")}
        body = {"answers": answers, "terms": TERMS | {"lines": [line]} | changes}
        return by.tell("POST", f"{self.path}/terms", body, expect=expect)

    def terms(self, by: Person) -> dict[str, Any]:
        """The rounds so far."""
        found: dict[str, Any] = by.ask(f"{self.path}/terms").body
        return found

    def accept(self, by: Person, number: int) -> bool:
        """Whether both sides have accepted the round now."""
        return bool(by.tell("POST", f"{self.path}/terms/{number}/acceptance", expect=200).body["both"])

    def report(self, by: Person, numbers: list[int], note: str) -> str:
        """Reports messages to the moderators; the report's id."""
        body = {"numbers": numbers, "category": "fraud", "note": note}
        return str(by.tell("POST", f"{self.path}/reports", body, expect=201).body["id"])

    def claim(self, report: str) -> dict[str, Any]:
        """A moderator finds the report's case in the queue and claims it."""

        def waiting() -> dict[str, Any] | None:
            cases = self.moderator.ask("/moderation/cases", limit=100).body["items"]
            return next((one for one in cases if one["report_id"] == report), None)

        case = eventually(waiting, what="the report waits for a moderator")
        claimed: dict[str, Any] = self.moderator.tell(
            "POST", f"/moderation/cases/{case['case_id']}/claim", expect=200
        ).body
        return claimed

    def evidence(self, report: str) -> dict[str, Any]:
        """What the moderator sees: the reported range."""

        def opened() -> dict[str, Any] | None:
            try:
                found: dict[str, Any] = self.moderator.ask(f"/reports/{report}/evidence").body
            except Answered as refused:
                if refused.status not in _NOT_YET:
                    raise
                return None
            return found

        return eventually(opened, what="the evidence opens to who claimed the case")

    def decide(self, case: str, outcome: str, note: str) -> None:
        """The moderator decides."""
        body = {"outcome": outcome, "note": note}
        self.moderator.tell("POST", f"/moderation/cases/{case}/decision", body, expect=200)

    def outcome(self, by: Person, report: str) -> str:
        """What the reporter learns."""

        def decided() -> str | None:
            reports = by.ask("/my/reports").body["items"]
            return next((one["outcome"] for one in reports if one["id"] == report), None)

        return eventually(decided, what="the outcome is told")

    def told(self, by: Person, kind: str) -> dict[str, Any]:
        """A notification of a kind, as soon as it stands in somebody's inbox."""

        def stands() -> dict[str, Any] | None:
            lines = by.ask("/my/notifications", limit=100).body["items"]
            return next((one for one in lines if one["kind"] == kind), None)

        return eventually(stands, what=f"{by.user} is told {kind}")


def ask_administrator(person: Person, text: str) -> Answer:
    """Anybody with a participant writes to the administrator (P16.1)."""
    return person.tell("POST", "/my/administrator-conversation/messages", {"text": text}, expect=201)


def answer_as_administrator(moderator: Person, participant_id: str, text: str) -> None:
    """A moderator answers who waits."""
    waiting = moderator.ask("/administrator-conversations", limit=100).body["items"]
    talk = next(one["conversation_id"] for one in waiting if one["participant_id"] == participant_id)
    moderator.tell("POST", f"/administrator-conversations/{talk}/messages", {"text": text}, expect=201)
