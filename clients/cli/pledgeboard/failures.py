"""What can go wrong, by the exit code a script may act upon (`data/exit_codes.csv`)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from pledgeboard.exits import exit_code
from pledgeboard.languages import Language, Text


class Failure(Exception):  # it ends a command, it is no programming error
    """Why a command did not do what it was asked to."""

    exit: ClassVar[str] = "refused"

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text

    @property
    def exit_code(self) -> int:
        """The code a script sees."""
        return exit_code(self.exit)

    def document(self, language: Language) -> dict[str, Any]:
        """The failure for a program to read, in the form of RFC 9457 as far as there is one."""
        return {"title": self.text.of(language)}


class NotSignedIn(Failure):
    """There is no token, or it has run out and cannot be renewed."""

    exit = "not_allowed"

    def __init__(self) -> None:
        super().__init__(Text(zh="尚未登录，请先运行 pledgeboard sign-in", en="Not signed in: run pledgeboard sign-in"))


class SignInRefused(Failure):
    """The identity provider did not accept the user."""

    exit = "not_allowed"


class Unreachable(Failure):
    """Nobody answers at the address, or not in the protocol."""

    exit = "unavailable"

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(Text(zh=f"无法连接 {url}：{reason}", en=f"{url} cannot be reached: {reason}"))


class WrongUse(Failure):
    """The command line asks for something impossible."""

    exit = "wrong_use"


class Refused(Failure):
    """The platform's own answer: a problem document (RFC 9457), already in the reader's language."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        title = str(problem.get("title") or HTTPStatus(status).phrase)
        super().__init__(Text(zh=title, en=title))
        self.status = status
        self.problem = dict(problem)

    @property
    def exit_code(self) -> int:
        """By the answer's status."""
        if self.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            return exit_code("not_allowed")
        return exit_code("unavailable" if self.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "refused")

    def document(self, language: Language) -> dict[str, Any]:
        """The problem as it was answered."""
        del language
        return {"status": self.status, **self.problem}
