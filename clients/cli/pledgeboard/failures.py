"""What can go wrong, by the exit code a script may act upon.

0 done · 1 refused by the platform · 2 the command line is wrong · 3 not signed in, or not allowed · 4 the platform
cannot be reached or has failed.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from pledgeboard.languages import Language, Text


class Failure(Exception):  # it ends a command, it is no programming error
    """Why a command did not do what it was asked to."""

    exit_code: ClassVar[int] = 1

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text

    def document(self, language: Language) -> dict[str, Any]:
        """The failure for a program to read, in the form of RFC 9457 as far as there is one."""
        return {"title": self.text.of(language)}


class NotSignedIn(Failure):
    """There is no token, or it has run out and cannot be renewed."""

    exit_code = 3

    def __init__(self) -> None:
        super().__init__(Text(zh="尚未登录，请先运行 pledgeboard sign-in", en="Not signed in: run pledgeboard sign-in"))


class SignInRefused(Failure):
    """The identity provider did not accept the user."""

    exit_code = 3


class Unreachable(Failure):
    """Nobody answers at the address, or not in the protocol."""

    exit_code = 4

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(Text(zh=f"无法连接 {url}：{reason}", en=f"{url} cannot be reached: {reason}"))


class WrongUse(Failure):
    """The command line asks for something impossible."""

    exit_code = 2


class Refused(Failure):
    """The platform's own answer: a problem document (RFC 9457), already in the reader's language."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        title = str(problem.get("title") or HTTPStatus(status).phrase)
        super().__init__(Text(zh=title, en=title))
        self.status = status
        self.problem = dict(problem)

    @property
    def exit_code(self) -> int:  # type: ignore[override]  # here it depends on the answer
        """By the answer's status."""
        if self.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            return 3
        return 4 if self.status >= HTTPStatus.INTERNAL_SERVER_ERROR else 1

    def document(self, language: Language) -> dict[str, Any]:
        """The problem as it was answered."""
        del language
        return {"status": self.status, **self.problem}
