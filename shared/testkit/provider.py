"""Signing in at an OpenID provider as a client does: authorization code with PKCE."""

import base64
import hashlib
import re
import secrets
from urllib.parse import parse_qs, urlsplit

import httpx2

CALLBACK = "http://127.0.0.1:8080/callback"
CLIENT = "pledgeboard-web"
_SECONDS_MAX = 20.0
_OK, _FOUND = 200, 302


def authorization_code(issuer: str, user: str, *, second_factor: bool = False) -> tuple[str, str]:
    """An authorization code of a ready user, and the verifier that belongs to it."""
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": CALLBACK,
        "scope": "openid profile offline_access",
        "state": secrets.token_hex(8),
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    form = {"username": user, "password": "demo", "otp": "123456" if second_factor else ""}
    answer = httpx2.post(f"{issuer}/authorize", params=asked, data=form, timeout=_SECONDS_MAX)
    assert answer.status_code == _FOUND, re.sub(r"\s+", " ", answer.text)[:500]
    (code,) = parse_qs(urlsplit(answer.headers["location"]).query)["code"]
    return code, verifier


def access_token(issuer: str, user: str, *, second_factor: bool = False) -> str:
    """An access token of a ready user, straight from the provider."""
    code, verifier = authorization_code(issuer, user, second_factor=second_factor)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "code_verifier": verifier,
        "redirect_uri": CALLBACK,
        "client_id": CLIENT,
    }
    answer = httpx2.post(f"{issuer}/token", data=form, timeout=_SECONDS_MAX)
    assert answer.status_code == _OK, answer.text
    return str(answer.json()["access_token"])


def accept_terms(gateway: str, token: str) -> None:
    """Accepts, as whoever the token speaks for, the legal texts in effect: the board is closed until then (P4.5)."""
    person = {"Authorization": f"Bearer {token}"}
    terms = httpx2.get(f"{gateway}/api/v1/my/terms", headers=person, timeout=_SECONDS_MAX)
    assert terms.status_code == _OK, terms.text
    for term in terms.json()["items"]:
        told = httpx2.post(
            f"{gateway}/api/v1/my/terms/acceptances",
            headers={**person, "Idempotency-Key": secrets.token_hex(16)},
            json={"kind": term["kind"], "version": term["version"]},
            timeout=_SECONDS_MAX,
        )
        assert told.is_success, told.text


def rotate_keys(issuer: str) -> None:
    """Has the local provider sign with a new key from now on; the old one stays published."""
    assert httpx2.post(f"{issuer}/keys/rotation", timeout=_SECONDS_MAX).status_code == _OK
