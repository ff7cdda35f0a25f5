"""Who calls: access tokens of the identity provider, verified by its published keys, turned into a subject."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol, cast

import aiohttp
import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from chassis.authorization import ROLES
from chassis.cause import ANONYMOUS, LoginFunction, Subject
from chassis.problems import DependencyUnavailable, TokenRefused

ALGORITHMS = ["ES256", "RS256"]
LEEWAY_SECONDS = 30
REFETCH_SECONDS_MIN = 10.0
# Without any key nobody gets in: then it is asked more often.
FIRST_FETCH_SECONDS_MIN = 1.0
KEYS_SECONDS_MAX = 3600.0
FETCH_SECONDS_MAX = 2.5
TOKEN_BYTES_MAX = 8 * 1024
SECOND_FACTORS = frozenset({"mfa", "otp", "hwk", "swk", "sms", "fpt"})
# No provider can make anybody the system itself, or nobody.
_SIGNED_IN = frozenset(ROLES) - {"AN"}
_FUNCTIONS = frozenset({"person", "operator", "viewer", "administrator"})

FetchKeys = Callable[[], Awaitable[Mapping[str, Any]]]


class Identity(Protocol):
    """Turns an `Authorization` header into a subject."""

    async def subject(self, authorization: str | None) -> Subject:
        """The caller; nobody's header gives the anonymous subject.

        Raises:
            TokenRefused: there is a header, and it does not hold.
        """
        ...


class Claims(msgspec.Struct, frozen=True):
    """What an access token says, as far as the platform reads it."""

    sub: str
    roles: list[str] = []
    name: str | None = None
    participant: str | None = None
    participant_kind: str | None = None
    login_function: str | None = None
    unified_accounts: list[str] = []
    firm: str | None = None
    auth_time: int | None = None
    exp: int | None = None
    amr: list[str] = []

    def subject(self) -> Subject:
        """The subject these claims describe. Roles the matrix does not know are worth nothing."""
        authenticated_at = datetime.fromtimestamp(self.auth_time, UTC) if self.auth_time is not None else None
        function = self.login_function if self.login_function in _FUNCTIONS else "person"
        if self.participant_kind == "institution" and function == "person":
            # An institution's login that names no function may read and nothing else.
            function = "viewer"
        return Subject(
            user_id=self.sub,
            roles=_SIGNED_IN & set(self.roles) or frozenset({"AP"}),
            participant_id=self.participant,
            function=cast("LoginFunction", function),
            firm_id=self.firm,
            accounts=tuple(self.unified_accounts),
            name=self.name,
            authenticated_at=authenticated_at,
            second_factor_at=authenticated_at if SECOND_FACTORS & set(self.amr) else None,
            expires_at=datetime.fromtimestamp(self.exp, UTC) if self.exp is not None else None,
        )


class ProviderKeys:
    """The provider's published keys. An unknown key id fetches them again, at most once in a while.

    Keys already known go on verifying while the provider is away, up to an hour.
    """

    def __init__(
        self,
        fetch: FetchKeys,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        refetch_seconds_min: float = REFETCH_SECONDS_MIN,
    ) -> None:
        self._fetch = fetch
        self._monotonic = monotonic
        self._refetch_seconds_min = refetch_seconds_min
        self._keys: KeySet | None = None
        self._kids: frozenset[str] = frozenset()
        self._fetched_at = float("-inf")
        self._asked_at = float("-inf")
        self._lock = asyncio.Lock()

    async def holding(self, kid: str | None) -> KeySet:
        """The key set, fetched again when it is old or lacks `kid`.

        Raises:
            DependencyUnavailable: no keys are known and the provider does not answer.
        """
        # Who comes while they are being fetched waits for that, and does not go without.
        if self._needs_fetch(kid) or (self._lock.locked() and kid not in self._kids):
            async with self._lock:
                if self._needs_fetch(kid):
                    await self._refetch()
        if self._keys is None:
            raise DependencyUnavailable(dependency="identity-provider")
        return self._keys

    def _needs_fetch(self, kid: str | None) -> bool:
        now = self._monotonic()
        patience = FIRST_FETCH_SECONDS_MIN if self._keys is None else self._refetch_seconds_min
        if now - self._asked_at < patience:
            return False
        return self._keys is None or kid not in self._kids or now - self._fetched_at > KEYS_SECONDS_MAX

    async def _refetch(self) -> None:
        self._asked_at = self._monotonic()
        try:
            document = await self._fetch()
            keys = KeySet.import_key_set(cast("Any", document))
        except (aiohttp.ClientError, TimeoutError, JoseError, ValueError, KeyError):
            if self._monotonic() - self._fetched_at > KEYS_SECONDS_MAX:
                self._keys, self._kids = None, frozenset()
            return
        finally:
            # Those who waited for this answer take it; each asking anew would wait in turn.
            self._asked_at = self._monotonic()
        self._keys = keys
        self._kids = frozenset(key.kid for key in keys.keys if key.kid)
        self._fetched_at = self._monotonic()


@dataclass(frozen=True, kw_only=True)
class TokenIdentity:
    """Verifies access tokens: signature, issuer, audience, expiry. By the real clock, never the platform's offset."""

    issuer: str
    audience: str
    keys: ProviderKeys
    clock: Callable[[], float] = time.time

    async def subject(self, authorization: str | None) -> Subject:
        """The caller; nobody's header gives the anonymous subject.

        Raises:
            TokenRefused: there is a header, and it does not hold.
            DependencyUnavailable: the provider's keys cannot be had.
        """
        if authorization is None:
            return ANONYMOUS
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token or len(token) > TOKEN_BYTES_MAX:
            raise TokenRefused
        keys = await self.keys.holding(_key_id(token))
        return self._verified(token, keys).subject()

    def _verified(self, token: str, keys: KeySet) -> Claims:
        rules = jwt.JWTClaimsRegistry(
            now=lambda: int(self.clock()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        try:
            decoded = jwt.decode(token.strip(), keys, algorithms=ALGORITHMS)
            rules.validate(decoded.claims)
            return msgspec.convert(decoded.claims, Claims)
        except (JoseError, ValueError, msgspec.ValidationError) as error:
            raise TokenRefused from error


def _key_id(token: str) -> str | None:
    from joserfc.jws import extract_compact  # noqa: PLC0415

    try:
        kid = extract_compact(token.strip().encode()).headers().get("kid")
    except (JoseError, ValueError) as error:
        raise TokenRefused from error
    return kid if isinstance(kid, str) else None


class ProviderMetadata:
    """The provider's discovery document and keys, over HTTP with a deadline."""

    def __init__(self, issuer: str, session: Callable[[], aiohttp.ClientSession]) -> None:
        self._issuer = issuer.rstrip("/")
        self._session = session
        self._document: Mapping[str, Any] | None = None

    async def document(self) -> Mapping[str, Any]:
        """The discovery document; fetched once it can be."""
        if self._document is None:
            self._document = await self._get(f"{self._issuer}/.well-known/openid-configuration")
        return self._document

    async def keys(self) -> Mapping[str, Any]:
        """The published key set as it is now."""
        async with asyncio.timeout(FETCH_SECONDS_MAX):
            return await self._get((await self.document())["jwks_uri"])

    async def _get(self, url: str) -> Mapping[str, Any]:
        timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS_MAX)
        async with self._session().get(url, timeout=timeout) as response:
            response.raise_for_status()
            return cast("Mapping[str, Any]", await response.json(content_type=None))
