"""What the market states, and what happened: a story in which they differ must not pass unseen."""

from collections.abc import Callable

from demo.person import Answered


class StoryBroken(AssertionError):
    """Something is not as stated. The platform is wrong, or the story is: either way it must not pass unseen."""


def require(holds: bool, otherwise: str) -> None:  # noqa: FBT001  # reads as a sentence: require this, otherwise that
    """Goes on if it holds.

    Raises:
        StoryBroken: it does not.
    """
    if not holds:
        raise StoryBroken(otherwise)


def refusal_of(ask: Callable[[], object]) -> Answered:
    """The refusal that a call is expected to meet.

    Raises:
        StoryBroken: it was answered.
    """
    try:
        ask()
    except Answered as answered:
        return answered
    raise StoryBroken("a refusal was expected")
