"""Authlib's authorization server, told who signs and what the tokens say."""

import secrets
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Payload, OAuth2Request
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from authlib.oidc.core import OpenIDCode, OpenIDToken, UserInfo
from fastapi import Request, Response
from fastapi.responses import JSONResponse
from joserfc.jwk import ECKey, KeySet

from local_idp.grants import SCOPES, CodeGrant, RefreshGrant, RefreshToken, S256Only, SignIn, Store, WebClient
from local_idp.keys import ALGORITHM, SigningKeys

Pairs = Sequence[tuple[str, str]]


class Authority(AuthorizationServer):  # type: ignore[misc]  # authlib ships no types
    """The code flow with PKCE, refresh with rotation, revocation: one issuer, one audience, one client."""

    def __init__(self, *, issuer: str, audience: str, keys: SigningKeys, store: Store, access_seconds: int) -> None:
        super().__init__(list(SCOPES))
        self.store = store
        tokens = _AccessTokens(issuer=issuer, audience=audience, keys=keys, seconds=access_seconds)
        self.register_token_generator("default", tokens)
        about_code = _IdentityOfCode(issuer=issuer, keys=keys, store=store, require_nonce=False)
        self.register_grant(CodeGrant, [S256Only(required=True), about_code])
        self.register_grant(RefreshGrant, [_IdentityOfRefresh(issuer=issuer, keys=keys, store=store)])
        self.register_endpoint(_Revocation)

    def query_client(self, client_id: str) -> WebClient | None:
        """The one client."""
        return self.store.client if client_id == self.store.client.client_id else None

    def save_token(self, token: Mapping[str, Any], request: Any) -> None:
        """Keeps the refresh token in its family: the one it replaces, or the code it came of."""
        value = token.get("refresh_token")
        if not value:
            return
        old: RefreshToken | None = getattr(request, "refresh_token", None)
        family = old.family if old else str(request.authorization_code.code)
        self.store.refresh_tokens[value] = RefreshToken(
            value=value,
            client_id=request.client.client_id,
            scope=token["scope"],
            user=request.user,
            family=family,
        )

    def create_oauth2_request(self, request: OAuth2Request) -> OAuth2Request:
        """Requests are read by `read_request` before they come here."""
        return request

    def handle_response(self, status: int, body: Any, headers: Pairs) -> Response:
        """Authlib's answer as ours."""
        kept = {name: value for name, value in headers if name.lower() != "content-type"}
        answer = JSONResponse if isinstance(body, dict) else Response
        return answer(body, status, headers=kept)

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Nobody listens."""
        del name, args, kwargs


class _Payload(OAuth2Payload):  # type: ignore[misc]  # authlib ships no types
    def __init__(self, pairs: Pairs) -> None:
        self._data = dict(pairs)
        self._lists: dict[str, list[str]] = defaultdict(list)
        for name, value in pairs:
            self._lists[name].append(value)

    @property
    def data(self) -> dict[str, str]:
        return self._data

    @property
    def datalist(self) -> dict[str, list[str]]:
        return self._lists


class ReadRequest(OAuth2Request):  # type: ignore[misc]  # authlib ships no types
    """A request as Authlib reads it: everything is here already, nothing is awaited."""

    def __init__(self, request: Request, query: Pairs, form: Pairs) -> None:
        super().__init__(request.method, str(request.url), headers=request.headers)
        self._query, self._form = dict(query), dict(form)
        self.payload = _Payload([*query, *form])

    @property
    def args(self) -> dict[str, str]:
        """The query."""
        return self._query

    @property
    def form(self) -> dict[str, str]:
        """The posted form."""
        return self._form


class _AccessTokens(JWTBearerTokenGenerator):  # type: ignore[misc]  # authlib ships no types
    def __init__(self, *, issuer: str, audience: str, keys: SigningKeys, seconds: int) -> None:
        super().__init__(
            issuer,
            alg=ALGORITHM,
            refresh_token_generator=lambda *_args, **_kwargs: secrets.token_urlsafe(36),
            expires_generator=lambda _client, _grant: seconds,
        )
        self._audience = audience
        self._signing = keys

    def get_jwks(self) -> KeySet:
        return self._signing.signing

    def get_extra_claims(self, client: WebClient, grant_type: str, user: SignIn, scope: str) -> dict[str, object]:
        del client, grant_type, scope
        return {**user.person.claims(), "auth_time": user.at, "amr": list(user.methods)}

    def get_audiences(self, client: WebClient, user: SignIn, scope: str) -> str:
        del client, user, scope
        return self._audience


class _Identity:
    """Id tokens: for the client, about the person."""

    def __init__(self, *, issuer: str, keys: SigningKeys, store: Store, **options: Any) -> None:
        super().__init__(**options)
        self._issuer = issuer
        self._signing = keys
        self._store = store

    def resolve_client_private_key(self, client: WebClient) -> ECKey:
        del client
        return self._signing.current

    def get_client_algorithm(self, client: WebClient) -> str:
        del client
        return ALGORITHM

    def get_encode_header(self, client: WebClient) -> dict[str, object]:
        del client
        return {"alg": ALGORITHM, "kid": self._signing.current.kid, "typ": "JWT"}

    def get_client_claims(self, client: WebClient) -> dict[str, object]:
        now = int(time.time())
        return {"iss": self._issuer, "aud": [client.client_id], "iat": now, "exp": now + 300}

    def generate_user_info(self, user: SignIn, scope: str) -> UserInfo:
        return UserInfo(sub=user.sub, name=user.person.name, preferred_username=user.sub).filter(scope)


class _IdentityOfCode(_Identity, OpenIDCode):  # type: ignore[misc]  # authlib ships no types
    def exists_nonce(self, nonce: str, request: Any) -> bool:
        del request
        return any(code.nonce == nonce for code in self._store.codes.values())


class _IdentityOfRefresh(_Identity, OpenIDToken):  # type: ignore[misc]  # authlib ships no types
    pass


class _Revocation(RevocationEndpoint):  # type: ignore[misc]  # authlib ships no types
    CLIENT_AUTH_METHODS: ClassVar[list[str]] = ["none"]

    def query_token(self, token: str, token_type_hint: str | None) -> RefreshToken | None:
        del token_type_hint
        found: RefreshToken | None = self.server.store.refresh_tokens.get(token)
        return found

    def revoke_token(self, token: RefreshToken, request: Any) -> None:
        del request
        self.server.store.ended_families.add(token.family)
