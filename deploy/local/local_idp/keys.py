"""Signing keys that survive a restart, so that tokens do; rotated on demand, the last few still published."""

import json
import os
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey, KeySet

ALGORITHM = "ES256"
PUBLISHED_MAX = 3


class SigningKeys:
    """The newest key signs; all published keys verify."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._keys = self._read() or self._kept([_new_key()])

    @property
    def current(self) -> ECKey:
        """The key that signs."""
        return self._keys[0]

    @property
    def signing(self) -> KeySet:
        """The signing key alone: whoever signs by a set takes any of its keys."""
        return KeySet([self.current])

    @property
    def verifying(self) -> KeySet:
        """Every published key."""
        return KeySet(list(self._keys))

    def published(self) -> dict[str, Any]:
        """The public halves."""
        return dict(self.verifying.as_dict(private=False))

    def rotate(self) -> str:
        """Signs with a new key from now on, and says its id."""
        self._keys = self._kept([_new_key(), *self._keys][:PUBLISHED_MAX])
        return str(self.current.kid)

    def _read(self) -> list[ECKey]:
        if not self._path.exists():
            return []
        document = json.loads(self._path.read_text(encoding="utf-8"))
        return [ECKey.import_key(one) for one in document["keys"]]

    def _kept(self, keys: list[ECKey]) -> list[ECKey]:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._path.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(KeySet(list(keys)).as_dict(private=True), file)
        draft.replace(self._path)
        return keys


def _new_key() -> ECKey:
    return ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, private=True, auto_kid=True)
