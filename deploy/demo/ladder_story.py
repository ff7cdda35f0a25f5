"""The ladder's story: a notice, its deadline, steps by two people, their end, an appeal. Public doors only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from demo.board_story import Board
from demo.person import Answer, Answered, Person
from demo.world import eventually

_ABSENT, _DONE = 404, 200


@dataclass
class Ladder:
    """The operator's people, and what they do to a listing or a participant."""

    board: Board

    @property
    def reviewer(self) -> Person:
        """Who issues notices and proposes steps."""
        return self.board.world.person("reviewer-wang")

    @property
    def supervisor(self) -> Person:
        """Who approves them, after a fresh sign-in."""
        return self.board.world.person("supervisor-xu", second_factor=True)

    def notice_on(self, name: str) -> dict[str, Any]:
        """The notice that stands on a listing, as its owner is told."""

        def stands() -> dict[str, Any] | None:
            found = self.board.owner(name).ask("/my/notices", limit=100).body["items"]
            listing = self.board.listings[name]
            return next((one for one in found if one["subject_id"] == listing and one["state"] != "closed"), None)

        return eventually(stands, what=f"{name}: its owner is told of a notice")

    def issue(self, subject: dict[str, Any], *, kind: str, code: str, evidence: str, **more: Any) -> Answer:
        """A reviewer demands a correction."""
        body = {"subject": subject, "ground": {"kind": kind, "code": code}, "evidence": evidence, **more}
        return self.reviewer.tell("POST", "/notices", body, expect=201)

    def answer(self, person: Person, notice: str, text: str) -> Answer:
        """The participant answers."""
        return person.tell("POST", f"/my/notices/{notice}/answers", {"text": text}, expect=201)

    def let_deadline_pass(self, notice: str, deadline: str) -> dict[str, Any]:
        """The clock goes past it; the notice is overdue by itself."""
        self.board.world.stagehand.set_clock(datetime.fromisoformat(deadline) + timedelta(minutes=1))

        def overdue() -> dict[str, Any] | None:
            found: dict[str, Any] = self.reviewer.ask(f"/notices/{notice}").body
            return found if found["state"] == "overdue" else None

        return eventually(overdue, what="the notice is overdue")

    def propose(self, notice: str, step: str, *, expect: int = 201) -> Answer:
        """A reviewer proposes a step."""
        body = {"notice_id": notice, "step": step, "statement": "期限届满仍未更正"}
        return self.reviewer.tell("POST", "/sanctions", body, expect=expect)

    def decide(self, sanction: str, by: Person, *, expect: int = 200) -> Answer:
        """Another person approves it."""
        return by.tell("POST", f"/sanctions/{sanction}/decision", {"approved": True}, expect=expect)

    def take(self, notice: str, step: str) -> str:
        """A step by two people; its id."""
        sanction = str(self.propose(notice, step).body["id"])
        self.decide(sanction, self.supervisor)
        return sanction

    def lift(self, sanction: str) -> None:
        """Lifted as it was taken: by two people."""
        self.reviewer.tell("POST", f"/sanctions/{sanction}/lift", {"reason": "已更正"}, expect=200)
        self.supervisor.tell("POST", f"/sanctions/{sanction}/lift/decision", {"approved": True}, expect=200)

    def appeal(self, person: Person, sanction: str) -> Answer:
        """The participant appeals, once."""
        return person.tell("POST", f"/my/sanctions/{sanction}/appeal", {"text": "已在期限内更正"}, expect=201)

    def reverse(self, sanction: str) -> Answer:
        """Two people who took no part decide."""
        first = self.board.world.person("reviewer-zhou")
        second = self.board.world.person("supervisor-lu", second_factor=True)
        path = f"/sanctions/{sanction}/appeal"
        first.tell("POST", f"{path}/outcome", {"outcome": "reversed", "reason": "证据不足"}, expect=200)
        return second.tell("POST", f"{path}/decision", {"approved": True}, expect=200)

    def shown(self, name: str, reader: Person) -> bool:
        """Whether somebody else sees the listing on the board."""
        try:
            reader.ask(f"/listings/{self.board.listings[name]}")
        except Answered as refused:
            if refused.status == _ABSENT:
                return False
            raise
        return True

    def until_shown(self, name: str, reader: Person, *, shown: bool) -> None:
        """Waits until somebody else sees it, or does not."""

        def looked() -> bool | None:
            return True if self.shown(name, reader) == shown else None

        eventually(looked, within=10, what=f"{name} is {'shown' if shown else 'hidden'}")


def refused_until(person: Person, method: str, path: str, body: Any, *, status: int) -> Answered:
    """The refusal of a command that is forbidden within seconds, at whichever service it is asked."""

    def refused() -> Answered | None:
        try:
            person.tell(method, path, body, expect=_DONE)
        except Answered as answer:
            if answer.status == status:
                return answer
        return None

    return eventually(refused, within=10, what=f"{method} {path} is refused to {person.user}")
