"""Tokens between two commands: one private file per profile, renewed when the access token has run out."""

import json
import os
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pledgeboard.failures import NotSignedIn

# A token that runs out while the request travels would be refused.
_MARGIN_S = 30


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """What the identity provider gave. `expires_at` in seconds since the epoch."""

    issuer: str
    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    expires_at: float
    user: str

    @property
    def is_fresh(self) -> bool:
        """Whether the access token still lasts for a request."""
        return time.time() < self.expires_at - _MARGIN_S


class TokenStore:
    """The tokens of one profile."""

    def __init__(self, home: Path, profile: str) -> None:
        self.file = home / f"{profile}.json"

    def read(self) -> Tokens:
        """The tokens that were kept.

        Raises:
            NotSignedIn: there are none.
        """
        try:
            return Tokens(**json.loads(self.file.read_text()))
        except (FileNotFoundError, ValueError, TypeError) as missing:
            raise NotSignedIn from missing

    def write(self, tokens: Tokens) -> None:
        """Keeps tokens for their owner alone; never half written."""
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self.file.with_name(f".{self.file.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(asdict(tokens)))
        draft.replace(self.file)

    def forget(self) -> None:
        """Removes the tokens."""
        self.file.unlink(missing_ok=True)


def default_home() -> Path:
    """Where the profiles lie: `PLEDGEBOARD_HOME`, or the user's state folder."""
    if chosen := os.environ.get("PLEDGEBOARD_HOME"):
        return Path(chosen)
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "pledgeboard"
