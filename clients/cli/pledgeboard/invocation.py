"""One run of the command line: whom it speaks to, as whom, and how it answers."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import typer

from pledgeboard.identity import IdentityProvider
from pledgeboard.output import Screen
from pledgeboard.platform import Platform
from pledgeboard.session import TokenStore, default_home

GATEWAY = "http://127.0.0.1:18080"
ISSUER = "http://127.0.0.1:18090"


@dataclass
class Invocation:
    """Filled from the options before the command; every command is handed it."""

    client: httpx2.Client
    screen: Screen = field(default_factory=Screen)
    gateway: str = GATEWAY
    issuer: str = ISSUER
    profile: str = "default"
    home: Path = field(default_factory=default_home)

    @property
    def tokens(self) -> TokenStore:
        """The tokens of the profile."""
        return TokenStore(self.home, self.profile)

    @property
    def platform(self) -> Platform:
        """The public interface, asked with the profile's tokens."""
        return Platform(self.gateway, tokens=self.tokens, language=self.screen.language, client=self.client)

    @property
    def identity_provider(self) -> IdentityProvider:
        """Where people sign in."""
        return IdentityProvider(self.issuer, self.client)

    def tell(self, path: str, *, idempotency_key: str | None = None, **content: Any) -> dict[str, Any]:
        """One command to the platform, under a key of its own unless one is given; answers the document."""
        made: dict[str, Any] = self.platform.post(
            path, idempotency_key=idempotency_key or os.urandom(16).hex(), **content
        )
        return made


def invocation_of(context: typer.Context) -> Invocation:
    """The run a command belongs to."""
    invocation = context.find_object(Invocation)
    assert invocation is not None  # noqa: S101  # `main` hands it to every command
    return invocation
