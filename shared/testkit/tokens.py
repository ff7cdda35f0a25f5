"""An issuer of access tokens for tests: real keys, real signatures, no server."""

import time
from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from chassis.cause import Subject
from chassis.identity import ProviderKeys, TokenIdentity

ISSUER = "http://issuer.test"
AUDIENCE = "pledgeboard"
LIFETIME_SECONDS = 300


class TokenIssuer:
    """Signs tokens as the identity provider does. `rotate` makes a new key and keeps publishing the old one."""

    __test__ = False

    def __init__(self, *, issuer: str = ISSUER, audience: str = AUDIENCE) -> None:
        self.issuer = issuer
        self.audience = audience
        self.fetches = 0
        self._keys = [_new_key()]

    def rotate(self, *, forget_old: bool = False) -> None:
        """Signs with a new key from now on."""
        self._keys = [_new_key(), *([] if forget_old else self._keys)]

    async def published_keys(self) -> Mapping[str, Any]:
        """What the provider's key endpoint answers."""
        self.fetches += 1
        return self.keys()

    def keys(self) -> Mapping[str, Any]:
        """The same document, for whoever serves it."""
        return KeySet(list(self._keys)).as_dict(private=False)

    def identity(self) -> TokenIdentity:
        """The verifier a service would use against this issuer."""
        keys = ProviderKeys(self.published_keys)
        return TokenIdentity(issuer=self.issuer, audience=self.audience, keys=keys)

    def token(self, subject: Subject, **claims: object) -> str:
        """A token for a subject; further claims are added or replaced as given, None takes one away."""
        now = int(time.time())
        held = {
            "iss": self.issuer,
            "aud": self.audience,
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
            **claims_of(subject, now=now),
            **claims,
        }
        key = self._keys[0]
        header = {"alg": "ES256", "kid": key.kid, "typ": "at+jwt"}
        return jwt.encode(header, {name: value for name, value in held.items() if value is not None}, key)

    def authorization(self, subject: Subject, **claims: object) -> dict[str, str]:
        """The header a signed-in client sends."""
        return {"Authorization": f"Bearer {self.token(subject, **claims)}"}


def claims_of(subject: Subject, *, now: int) -> dict[str, object]:
    """The provider's claims that describe a subject."""
    second = subject.second_factor_at is not None
    return {
        "sub": subject.user_id,
        "name": subject.name,
        "roles": sorted(subject.roles),
        "participant": subject.participant_id,
        "participant_kind": "person" if subject.function == "person" else "institution",
        "login_function": subject.function,
        "unified_accounts": list(subject.accounts),
        "firm": subject.firm_id,
        "auth_time": now if second or subject.authenticated_at is None else int(subject.authenticated_at.timestamp()),
        "amr": ["pwd", "otp"] if second else ["pwd"],
    }


def _new_key() -> ECKey:
    return ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True, auto_kid=True)
