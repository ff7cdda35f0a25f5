"""Topics the broker does not know: waited for while they may be on their way, refused once they have stayed away.

A topic that was just created or granted is unknown for a moment. Its rows wait in the outbox meanwhile, and the rows
of other topics go on.
"""

from dataclasses import dataclass, field

UNKNOWN_FOR_S = 30.0
ASK_AGAIN_S = 0.5
# Time alone proves nothing: a process that slept through it, or a broker that was away, has heard no answer.
ANSWERS_MIN = 3


@dataclass(kw_only=True)
class _Absence:
    since: float
    answers: int
    ask_at: float
    given_up: bool = False


@dataclass(kw_only=True)
class UnknownTopics:
    """What is remembered of topics the broker has denied, by the moments of one monotonic clock."""

    patience_s: float = UNKNOWN_FOR_S
    _absences: dict[str, _Absence] = field(default_factory=dict)

    def still(self, topic: str, *, now: float) -> bool:
        """The broker has answered again that there is no such topic; says whether it has been away for too long."""
        absence = self._absences.setdefault(topic, _Absence(since=now, answers=0, ask_at=now))
        absence.answers += 1
        if absence.answers >= ANSWERS_MIN and now - absence.since >= self.patience_s:
            absence.given_up = True
            return True
        absence.ask_at = now + ASK_AGAIN_S
        return False

    def found(self, topic: str) -> None:
        """The topic is there."""
        self._absences.pop(topic, None)

    def waiting(self, *, now: float) -> list[str]:
        """The topics it is too early to ask for again."""
        return [topic for topic, absence in self._absences.items() if now < absence.ask_at]

    def topics(self) -> list[str]:
        """The topics that are waited for."""
        return [topic for topic, absence in self._absences.items() if not absence.given_up]

    def longest_s(self, *, now: float) -> float:
        """How long the rows of such a topic have waited at least."""
        return max((now - self._absences[topic].since for topic in self.topics()), default=0.0)
