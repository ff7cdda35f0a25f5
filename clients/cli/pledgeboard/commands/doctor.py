"""Looks at what the user stands on: this machine, where the stack runs on it, and the platform with the sign-in."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from urllib.parse import urlsplit

import typer

from pledgeboard.failures import Failure, NotSignedIn, Unreachable
from pledgeboard.invocation import Invocation, invocation_of
from pledgeboard.languages import Text

_MACHINE_S = 60
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class State(StrEnum):
    """How a thing is: `idle` is what may be so, a stack that was not started or a user who has not signed in."""

    WELL = "well"
    IDLE = "idle"
    ILL = "ill"


_MARKS = {State.WELL: "✓", State.IDLE: "·", State.ILL: "✗"}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    state: State
    detail: str


def doctor(context: typer.Context) -> None:
    """检查本机、网关、身份提供方和登录状态 / look at this machine, the platform and the sign-in."""
    invocation = invocation_of(context)
    findings = [*_machine(invocation), *_platform(invocation)]
    text = "\n".join(f"{_MARKS[one.state]} {one.subject}: {one.detail}" for one in findings)
    invocation.screen.result([asdict(one) for one in findings], Text(zh=text, en=text))
    if any(one.state is State.ILL for one in findings):
        raise typer.Exit(1)


def _machine(invocation: Invocation) -> Iterator[Finding]:
    """What the local stack says of the machine, where it is installed and meant."""
    if not _is_local(invocation.gateway):
        return
    asked = subprocess.run(
        [sys.executable, "-m", "local_stack", "doctor", "--output", "json"],
        capture_output=True, text=True, timeout=_MACHINE_S, check=False,
    )  # fmt: skip
    for one in json.loads(asked.stdout):
        text = Text(zh=one["zh"], en=one["en"]).of(invocation.screen.language)
        yield Finding(subject=one["subject"], state=State.WELL if one["is_well"] else State.ILL, detail=text)


def _platform(invocation: Invocation) -> Iterator[Finding]:
    def gateway() -> str:
        document = invocation.platform.get("/openapi.json", signed_in=False)
        return f"{invocation.gateway} ({len(document.get('paths', {}))} paths)"

    def identity_provider() -> str:
        return str(invocation.identity_provider.metadata()["issuer"])

    def sign_in() -> str:
        tokens = invocation.tokens.read()
        return f"{tokens.user} @ {tokens.issuer}"

    yield _look("gateway", gateway, invocation)
    yield _look("identity provider", identity_provider, invocation)
    yield _look("sign-in", sign_in, invocation)


def _look(subject: str, look: Callable[[], str], invocation: Invocation) -> Finding:
    try:
        return Finding(subject=subject, state=State.WELL, detail=look())
    except NotSignedIn as failure:
        return Finding(subject=subject, state=State.IDLE, detail=failure.text.of(invocation.screen.language))
    except Unreachable as failure:
        may_be = _is_local(invocation.gateway)
        hint = Text(zh="未运行（make up 启动）", en="not running (make up starts it)") if may_be else failure.text
        state = State.IDLE if may_be else State.ILL
        return Finding(subject=subject, state=state, detail=hint.of(invocation.screen.language))
    except Failure as failure:
        return Finding(subject=subject, state=State.ILL, detail=failure.text.of(invocation.screen.language))


def _is_local(gateway: str) -> bool:
    return urlsplit(gateway).hostname in _LOOPBACK and importlib.util.find_spec("local_stack") is not None
