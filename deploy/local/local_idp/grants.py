"""What Authlib asks of us: clients, codes and refresh tokens. In memory: a restart signs everybody out."""

import time
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, TokenMixin, grants
from authlib.oauth2.rfc6749.errors import InvalidRequestError
from authlib.oauth2.rfc7636 import CodeChallenge

from local_idp.people import Person
from local_idp.settings import is_loopback

SCOPES = ("openid", "profile", "offline_access")
CODE_SECONDS_MAX = 60
REFRESH_SECONDS_MAX = 8 * 3600
CALLBACK_PATH = "/callback"


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """One person's act of signing in: it stands behind every code and token that follows from it."""

    person: Person
    at: int
    methods: tuple[str, ...]

    @property
    def sub(self) -> str:
        """The person's subject."""
        return self.person.sub

    def get_user_id(self) -> str:
        """Authlib's name for the subject."""
        return self.person.sub


@dataclass(frozen=True)
class WebClient(ClientMixin):  # type: ignore[misc]  # authlib ships no types
    """The one public client: no secret, PKCE instead, loopback redirects on any port (RFC 8252, 7.3)."""

    client_id: str
    client_metadata: ClassVar[dict[str, object]] = {}

    def get_client_id(self) -> str:
        """Its id."""
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        """There is none: every request names its own."""
        return

    def get_allowed_scope(self, scope: str | None) -> str:
        """The part of the scopes asked for that exists."""
        return " ".join(one for one in (scope or "").split() if one in SCOPES)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Loopback, plain HTTP, the one path, any port, no fragment or query."""
        parts = urlsplit(redirect_uri)
        own = parts.scheme == "http" and parts.path == CALLBACK_PATH and not parts.fragment and not parts.query
        return own and parts.username is None and is_loopback(parts.hostname or "")

    def check_client_secret(self, client_secret: str) -> bool:
        """It has none."""
        del client_secret
        return False

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Public clients do not authenticate."""
        del endpoint
        return method == "none"

    def check_response_type(self, response_type: str) -> bool:
        """The code flow only."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Codes, and refreshing what came of them."""
        return grant_type in {"authorization_code", "refresh_token"}


@dataclass(kw_only=True)
class Code(AuthorizationCodeMixin):  # type: ignore[misc]  # authlib ships no types
    """An authorization code, good once and for a minute."""

    code: str
    client_id: str
    redirect_uri: str
    scope: str
    user: SignIn
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None
    family: str = ""
    spent: bool = False
    made_at: float = field(default_factory=time.time)

    def get_redirect_uri(self) -> str:
        """Where the code was sent."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """What it was asked for."""
        return self.scope

    def get_nonce(self) -> str | None:
        """The client's nonce."""
        return self.nonce

    def get_auth_time(self) -> int:
        """When the person signed in."""
        return self.user.at

    def get_acr(self) -> None:
        """No classes are defined."""
        return

    def get_amr(self) -> list[str]:
        """How the person signed in."""
        return list(self.user.methods)


@dataclass(kw_only=True)
class RefreshToken(TokenMixin):  # type: ignore[misc]  # authlib ships no types
    """One link of a chain: it is good once, and using it twice ends the whole family."""

    value: str
    client_id: str
    scope: str
    user: SignIn
    family: str
    used: bool = False
    made_at: float = field(default_factory=time.time)

    def check_client(self, client: WebClient) -> bool:
        """Whether it was given to this client."""
        return self.client_id == client.client_id

    def get_scope(self) -> str:
        """What it was given for."""
        return self.scope


@dataclass
class Store:
    """Everything the provider remembers."""

    client: WebClient
    codes: dict[str, Code] = field(default_factory=dict)
    refresh_tokens: dict[str, RefreshToken] = field(default_factory=dict)
    ended_families: set[str] = field(default_factory=set)
    sessions: dict[str, SignIn] = field(default_factory=dict)

    def sign_out(self, subject: str) -> None:
        """Ends every session and every chain of a person."""
        for token in self.refresh_tokens.values():
            if token.user.sub == subject:
                self.ended_families.add(token.family)
        self.sessions = {key: one for key, one in self.sessions.items() if one.sub != subject}


class CodeGrant(grants.AuthorizationCodeGrant):  # type: ignore[misc]  # authlib ships no types
    """Authorization codes. One that is used twice ends what came of the first use."""

    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar[list[str]] = ["none"]

    def save_authorization_code(self, code: str, request: Any) -> None:
        """Keeps a fresh code with what it is bound to."""
        given = request.payload.data
        self.server.store.codes[code] = Code(
            code=code,
            client_id=request.client.client_id,
            redirect_uri=request.payload.redirect_uri,
            scope=request.scope,
            user=request.user,
            nonce=given.get("nonce"),
            code_challenge=given.get("code_challenge"),
            code_challenge_method=given.get("code_challenge_method"),
        )

    def query_authorization_code(self, code: str, client: WebClient) -> Code | None:
        """The code, if it is fresh, unspent and this client's."""
        found: Code | None = self.server.store.codes.get(code)
        if found is None or found.client_id != client.client_id or time.time() - found.made_at > CODE_SECONDS_MAX:
            return None
        if found.spent:
            self.server.store.ended_families.add(found.code)
            return None
        return found

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Spends the code; it is remembered so that a second use is noticed."""
        authorization_code.spent = True

    def authenticate_user(self, authorization_code: Code) -> SignIn:
        """Whose code it is."""
        return authorization_code.user


class RefreshGrant(grants.RefreshTokenGrant):  # type: ignore[misc]  # authlib ships no types
    """Rotation: every use gives a new token; a used one that comes back ends the family."""

    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar[list[str]] = ["none"]
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> RefreshToken | None:
        """The token, if its family still lives."""
        found: RefreshToken | None = self.server.store.refresh_tokens.get(refresh_token)
        if found is None or time.time() - found.made_at > REFRESH_SECONDS_MAX:
            return None
        if found.used:
            self.server.store.ended_families.add(found.family)
        return None if found.family in self.server.store.ended_families else found

    def authenticate_user(self, refresh_token: RefreshToken) -> SignIn:
        """Whose token it is."""
        return refresh_token.user

    def revoke_old_credential(self, refresh_token: RefreshToken) -> None:
        """The old one is spent."""
        refresh_token.used = True


class S256Only(CodeChallenge):  # type: ignore[misc]  # authlib ships no types
    """PKCE with S256, demanded where the flow begins already (Authlib demands it where it ends)."""

    SUPPORTED_CODE_CHALLENGE_METHOD: ClassVar[list[str]] = ["S256"]
    DEFAULT_CODE_CHALLENGE_METHOD = "S256"

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        """Refuses an authorization request without a challenge."""
        given = grant.request.payload.data
        if given.get("code_challenge_method") != "S256" or not given.get("code_challenge"):
            raise InvalidRequestError("PKCE with S256 is required", redirect_uri=redirect_uri)
        super().validate_code_challenge(grant, redirect_uri)
