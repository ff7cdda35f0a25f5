"""Looks at what this command line stands on: the gateway, the identity provider, the token."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

import typer

from pledgeboard.failures import Failure
from pledgeboard.invocation import Invocation, invocation_of
from pledgeboard.languages import Text


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    is_well: bool
    detail: str


def doctor(context: typer.Context) -> None:
    """检查网关、身份提供方和登录状态 / look at the gateway, the identity provider and the sign-in."""
    invocation = invocation_of(context)

    def gateway() -> str:
        document = invocation.platform.get("/openapi.json", signed_in=False)
        return f"{invocation.gateway} ({len(document.get('paths', {}))} paths)"

    def identity_provider() -> str:
        return str(invocation.identity_provider.metadata()["issuer"])

    def sign_in() -> str:
        tokens = invocation.tokens.read()
        return f"{tokens.user} @ {tokens.issuer}"

    looks: dict[str, Callable[[], str]] = {
        "gateway": gateway,
        "identity provider": identity_provider,
        "sign-in": sign_in,
    }
    findings = [_look(subject, look, invocation) for subject, look in looks.items()]
    text = "\n".join(f"{'✓' if one.is_well else '✗'} {one.subject}: {one.detail}" for one in findings)
    invocation.screen.result([asdict(one) for one in findings], Text(zh=text, en=text))
    if not all(one.is_well for one in findings):
        raise typer.Exit(1)


def _look(subject: str, look: Callable[[], str], invocation: Invocation) -> Finding:
    try:
        return Finding(subject=subject, is_well=True, detail=look())
    except Failure as failure:
        return Finding(subject=subject, is_well=False, detail=failure.text.of(invocation.screen.language))
