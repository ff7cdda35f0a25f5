"""The same users, roles and claims for Keycloak.

    python -m local_idp.realm > deploy/docker/keycloak/pledgeboard-realm.json

Staff sign in with a second factor there: their one-time codes come from one known secret, which guards nothing but a
world for trying out.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from local_idp.people import PASSWORD, Person, read_people

REALM = "pledgeboard"
AUDIENCE = "pledgeboard"
CLIENT = "pledgeboard-web"
# What an authenticator app is given is the same in base 32.
OTP_SECRET = "pledgeboard-local-otp"  # noqa: S105  # printed in the page of the container world
ACCESS_SECONDS = 900
SESSION_SECONDS = 8 * 3600
STEP_UP_SECONDS = 900
_ROLES = (
    "AP", "PL", "LE", "RV", "MO", "SU", "AU", "RA", "RS", "DS", "FM", "FC", "SA", "SE", "SR",
)  # fmt: skip
_BOARD = frozenset({"AP", "PL", "LE"})
_OFFLINE = "offline_access"
_NOT_ATTRIBUTES = frozenset({"sub", "name", "roles"})
# Loopback of any port (RFC 8252): Keycloak compares the address without it.
_REDIRECT = "http://127.0.0.1/callback"

Document = dict[str, Any]


def realm(people: Iterable[Person]) -> Document:
    """The realm as Keycloak imports it."""
    everybody = list(people)
    return {
        "realm": REALM,
        "enabled": True,
        "displayName": "Pledgeboard",
        "sslRequired": "none",
        "registrationAllowed": False,
        "bruteForceProtected": True,
        "accessTokenLifespan": ACCESS_SECONDS,
        "ssoSessionMaxLifespan": SESSION_SECONDS,
        "revokeRefreshToken": True,
        "refreshTokenMaxReuse": 0,
        "internationalizationEnabled": True,
        "supportedLocales": ["zh-CN", "en"],
        "defaultLocale": "zh-CN",
        "roles": {"realm": [{"name": name} for name in (*_ROLES, _OFFLINE)]},
        "clients": [_client(_attributes_of(everybody))],
        "users": [_user(one) for one in everybody],
        "components": {"org.keycloak.userprofile.UserProfileProvider": [_profile()]},
        "browserFlow": "pledgeboard browser",
        "authenticationFlows": _flows(),
        "authenticatorConfig": [
            _reference("password", "pwd", seconds=SESSION_SECONDS),
            _reference("one-time code", "otp", seconds=STEP_UP_SECONDS),
        ],
    }


def _attributes_of(people: Sequence[Person]) -> list[tuple[str, bool]]:
    """Every claim somebody has, and whether it holds several values."""
    found = {name: isinstance(value, list) for one in people for name, value in one.claims().items()}
    return sorted((name, several) for name, several in found.items() if name not in _NOT_ATTRIBUTES)


def _client(attributes: list[tuple[str, bool]]) -> Document:
    return {
        "clientId": CLIENT,
        "enabled": True,
        "publicClient": True,
        "standardFlowEnabled": True,
        "implicitFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        "protocol": "openid-connect",
        "redirectUris": [_REDIRECT],
        "webOrigins": [],
        "attributes": {"pkce.code.challenge.method": "S256"},
        "defaultClientScopes": ["basic", "profile"],
        "optionalClientScopes": [_OFFLINE],
        "protocolMappers": [
            _mapper("roles", "oidc-usermodel-realm-role-mapper", **_claim("roles", several=True)),
            _mapper("audience", "oidc-audience-mapper", **{"included.custom.audience": AUDIENCE}),
            _mapper("methods", "oidc-amr-mapper"),
            *(
                _mapper(name, "oidc-usermodel-attribute-mapper", **{"user.attribute": name, **_claim(name, several)})
                for name, several in attributes
            ),
        ],
    }


def _claim(name: str, several: bool) -> dict[str, str]:  # noqa: FBT001  # a value of the table above
    return {"claim.name": name, "jsonType.label": "String", "multivalued": str(several).lower()}


def _mapper(name: str, kind: str, **config: str) -> Document:
    return {
        "name": name,
        "protocol": "openid-connect",
        "protocolMapper": kind,
        "config": {**config, "access.token.claim": "true", "id.token.claim": "false", "userinfo.token.claim": "false"},
    }


def _user(person: Person) -> Document:
    attributes = {
        name: value if isinstance(value, list) else [value]
        for name, value in person.claims().items()
        if name not in _NOT_ATTRIBUTES
    }
    credentials: list[Document] = [{"type": "password", "value": PASSWORD, "temporary": False}]
    if not _BOARD.issuperset(person.roles):
        credentials.append(_one_time_codes())
    return {
        # Keycloak's subject is the user's id.
        "id": person.sub,
        "username": person.sub,
        "firstName": person.name,
        "enabled": True,
        "realmRoles": [*person.roles, _OFFLINE],
        "attributes": attributes,
        "credentials": credentials,
    }


def _one_time_codes() -> Document:
    policy = {"subType": "totp", "digits": 6, "period": 30, "algorithm": "HmacSHA1", "counter": 0}
    return {
        "type": "otp",
        "userLabel": "local",
        "secretData": json.dumps({"value": OTP_SECRET}),
        "credentialData": json.dumps(policy),
    }


def _profile() -> Document:
    """Nobody edits their own claims: what the profile does not name is the administrator's."""
    names = [
        {"name": name, "permissions": {"view": ["admin", "user"], "edit": ["admin"]}}
        for name in ("username", "email", "firstName", "lastName")
    ]
    config = json.dumps({"attributes": names, "unmanagedAttributePolicy": "ADMIN_EDIT"})
    return {"providerId": "declarative-user-profile", "config": {"kc.user.profile.config": [config]}}


def _flows() -> list[Document]:
    """Password, then a one-time code for whoever has one; each says in `amr` that it was asked."""
    return [
        _flow("pledgeboard browser", [_step("auth-cookie", "ALTERNATIVE"), _sub("pledgeboard forms", "ALTERNATIVE")],
              is_top=True),
        _flow(
            "pledgeboard forms",
            [
                _step("auth-username-password-form", "REQUIRED", config="password"),
                _sub("pledgeboard second factor", "CONDITIONAL"),
            ],
        ),
        _flow(
            "pledgeboard second factor",
            [
                _step("conditional-user-configured", "REQUIRED"),
                _step("auth-otp-form", "REQUIRED", config="one-time code"),
            ],
        ),
    ]  # fmt: skip


def _flow(alias: str, steps: list[Document], *, is_top: bool = False) -> Document:
    ordered = [{**step, "priority": 10 * number} for number, step in enumerate(steps, start=1)]
    return {
        "alias": alias,
        "providerId": "basic-flow",
        "topLevel": is_top,
        "builtIn": False,
        "authenticationExecutions": ordered,
    }


def _step(authenticator: str, requirement: str, *, config: str | None = None) -> Document:
    step = {"authenticator": authenticator, "requirement": requirement, "authenticatorFlow": False}
    return step if config is None else {**step, "authenticatorConfig": config}


def _sub(alias: str, requirement: str) -> Document:
    return {"flowAlias": alias, "requirement": requirement, "authenticatorFlow": True}


def _reference(alias: str, method: str, *, seconds: int) -> Document:
    return {
        "alias": alias,
        "config": {"default.reference.value": method, "default.reference.maxAge": str(seconds)},
    }


def written(people: Iterable[Person]) -> str:
    """The file's text."""
    return json.dumps(realm(people), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    sys.stdout.write(written(read_people().values()))
