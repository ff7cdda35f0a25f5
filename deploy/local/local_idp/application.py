"""The provider's endpoints. Authlib decides; this module reads requests and keeps the browser's session."""

import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from authlib.oauth2.rfc6749 import OAuth2Error
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from joserfc import jwt
from joserfc.errors import JoseError

from local_idp.authority import Authority, ReadRequest
from local_idp.certifications import AnotherIdentity, Certification, Directory, UnknownPerson
from local_idp.grants import SCOPES, SignIn, Store, WebClient
from local_idp.keys import ALGORITHM, SigningKeys
from local_idp.page import sign_in_page
from local_idp.people import PASSWORD, SECOND_FACTOR, Person, read_people
from local_idp.settings import Settings

COOKIE = "local_idp"
FORM_BYTES_MAX = 16 * 1024


@dataclass(frozen=True, kw_only=True)
class Provider:
    """The parts the endpoints share."""

    issuer: str
    audience: str
    people: Directory
    keys: SigningKeys
    store: Store
    authority: Authority
    certifier_key: str | None = None

    @classmethod
    def open(cls, settings: Settings, issuer: str) -> "Provider":
        """Reads users and keys; the issuer is what tokens and metadata call the provider."""
        # Authlib refuses plain HTTP unless told otherwise; settings have made sure that this is a loopback address.
        os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
        keys = SigningKeys(settings.state_dir / "keys.json")
        store = Store(client=WebClient(settings.client_id))
        authority = Authority(
            issuer=issuer, audience=settings.audience, keys=keys, store=store, access_seconds=settings.access_seconds
        )
        people = Directory(read_people(settings.users_file), settings.state_dir / "certified.json")
        key = settings.certifier_key
        return cls(
            issuer=issuer,
            audience=settings.audience,
            people=people,
            keys=keys,
            store=store,
            authority=authority,
            certifier_key=key.get_secret_value() if key else None,
        )

    def metadata(self) -> dict[str, object]:
        """The discovery document."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "revocation_endpoint": f"{self.issuer}/revoke",
            "end_session_endpoint": f"{self.issuer}/logout",
            "scopes_supported": list(SCOPES),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
        }

    def signed_in(self, form: Mapping[str, str]) -> SignIn | None:
        """The sign-in a posted form amounts to; None where user, password or code is wrong."""
        person = self.people.get(form.get("username", ""))
        password = form.get("password", "")
        code = form.get("otp", "").strip()
        if person is None or not secrets.compare_digest(password.encode(), PASSWORD.encode()):
            return None
        if code and not secrets.compare_digest(code.encode(), SECOND_FACTOR.encode()):
            return None
        return SignIn(person=person, at=int(time.time()), methods=("pwd", "otp") if code else ("pwd",))

    def is_certifier(self, authorization: str | None) -> bool:
        """Whether a header bears the key of the platform's reviewers; without one the door is closed."""
        given = (authorization or "").removeprefix("Bearer ").encode()
        return self.certifier_key is not None and secrets.compare_digest(given, self.certifier_key.encode())

    def bearer(self, authorization: str | None) -> Person | None:
        """The person an access token of ours speaks for."""
        rules = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.audience},
            exp={"essential": True},
        )
        try:
            claims = jwt.decode((authorization or "")[7:], self.keys.verifying, algorithms=[ALGORITHM]).claims
            rules.validate(claims)
        except (JoseError, ValueError):
            return None
        return self.people.get(str(claims["sub"]))


def create_application(provider: Provider) -> FastAPI:
    """The provider as an ASGI application."""
    app = FastAPI(title="Local OpenID provider", openapi_url=None)
    _publish(app, provider)
    _authorize(app, provider)
    _tokens(app, provider)
    _certify(app, provider)
    return app


def _publish(app: FastAPI, provider: Provider) -> None:
    @app.get("/.well-known/openid-configuration")
    async def metadata() -> dict[str, object]:
        return provider.metadata()

    @app.get("/jwks")
    async def keys() -> dict[str, Any]:
        return provider.keys.published()

    @app.post("/keys/rotation")
    async def rotate() -> dict[str, str]:
        return {"kid": provider.keys.rotate()}

    @app.get("/users.json")
    async def users() -> list[dict[str, object]]:
        return [{**msgspec.to_builtins(one), "password": PASSWORD} for one in provider.people.values()]

    @app.get("/healthz")
    async def health() -> dict[str, bool]:
        return {"ok": True}


def _authorize(app: FastAPI, provider: Provider) -> None:
    @app.api_route("/authorize", methods=["GET", "POST"])
    async def authorize(request: Request) -> Response:
        read = await _read(request)
        try:
            grant = provider.authority.get_consent_grant(read, None)
        except OAuth2Error as error:
            return _response(provider.authority.handle_error_response(read, error))
        asked_again = read.payload.data.get("prompt") == "login"
        session = None if asked_again else provider.store.sessions.get(request.cookies.get(COOKIE, ""))
        if request.method == "POST":
            session = provider.signed_in(read.form)
        if session is None:
            return sign_in_page(provider.people, refused=request.method == "POST")
        response = _response(provider.authority.create_authorization_response(read, grant_user=session, grant=grant))
        key = secrets.token_urlsafe(24)
        provider.store.sessions[key] = session
        response.set_cookie(COOKIE, key, httponly=True, samesite="lax")
        return response


def _tokens(app: FastAPI, provider: Provider) -> None:
    @app.post("/token")
    async def token(request: Request) -> Response:
        return _response(provider.authority.create_token_response(await _read(request)))

    @app.post("/revoke")
    async def revoke(request: Request) -> Response:
        return _response(provider.authority.create_endpoint_response("revocation", await _read(request)))

    @app.get("/userinfo")
    async def userinfo(request: Request) -> Response:
        person = provider.bearer(request.headers.get("authorization"))
        if person is None:
            challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
            return JSONResponse({"error": "invalid_token"}, 401, headers=challenge)
        return JSONResponse(person.claims())

    @app.api_route("/logout", methods=["GET", "POST"])
    async def logout(request: Request) -> Response:
        session = provider.store.sessions.get(request.cookies.get(COOKIE, ""))
        person = session.person if session else provider.bearer(request.headers.get("authorization"))
        if person is not None:
            provider.store.sign_out(person.sub)
        response = HTMLResponse("已退出登录 Signed out")
        response.delete_cookie(COOKIE)
        return response


def _certify(app: FastAPI, provider: Provider) -> None:
    @app.post("/certifications")
    async def certify(request: Request) -> Response:
        """The certify door (P6.3): asked by review alone, any number of times with the same outcome."""
        if not provider.is_certifier(request.headers.get("authorization")):
            return JSONResponse({"error": "invalid_key"}, 401)
        try:
            person = provider.people.certify(msgspec.json.decode(await request.body(), type=Certification))
        except msgspec.ValidationError as error:
            return JSONResponse({"error": "invalid_request", "detail": str(error)}, 422)
        except UnknownPerson:
            return JSONResponse({"error": "unknown_person"}, 404)
        except AnotherIdentity:
            return JSONResponse({"error": "another_identity"}, 409)
        return JSONResponse({"sub": person.sub, "roles": person.roles})


async def _read(request: Request) -> ReadRequest:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES_MAX:
            break
    form = parse_qsl(body[:FORM_BYTES_MAX].decode("utf-8", "replace")) if request.method == "POST" else []
    return ReadRequest(request, parse_qsl(request.url.query), form)


def _response(answer: Any) -> Response:  # Authlib hands back what Authority.handle_response made
    assert isinstance(answer, Response)  # noqa: S101  # the same
    return answer
