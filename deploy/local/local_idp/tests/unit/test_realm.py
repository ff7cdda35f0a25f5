"""Keycloak knows the same people as the local provider, and says the same of them."""

import json
from typing import Any

import pytest

from chassis.authorization import ROLES
from chassis.identity import SECOND_FACTORS, Claims
from local_idp.people import read_people
from local_idp.realm import AUDIENCE, CLIENT, realm, written
from local_idp.settings import Settings
from local_stack.places import REPOSITORY


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return realm(read_people().values())


def test_the_committed_file_is_made_of_the_ready_users() -> None:
    committed = REPOSITORY / "deploy" / "docker" / "keycloak" / "pledgeboard-realm.json"

    assert committed.read_text() == written(read_people().values()), "run python -m local_idp.realm"


def test_every_user_has_the_roles_and_claims_of_the_local_provider(made: dict[str, Any]) -> None:
    for person, user in zip(read_people().values(), made["users"], strict=True):
        claims = person.claims()
        told = {name: value if len(value) > 1 or name == "unified_accounts" else value[0]
                for name, value in user["attributes"].items()}  # fmt: skip

        assert user["id"] == claims.pop("sub")
        assert user["firstName"] == claims.pop("name")
        assert set(user["realmRoles"]) - {"offline_access"} == set(claims.pop("roles"))  # type: ignore[call-overload]
        assert told == claims


def test_every_claim_that_is_read_has_a_mapper_into_the_access_token(made: dict[str, Any]) -> None:
    (client,) = made["clients"]
    mappers = {one["name"]: one for one in client["protocolMappers"]}
    by_scope = {"sub", "name", "auth_time", "exp"}  # the scopes `basic` and `profile`, and the token itself

    read = set(Claims.__struct_fields__) - by_scope
    assert {{"roles": "roles", "amr": "methods"}.get(name, name) for name in read} <= mappers.keys()
    assert {one["config"]["access.token.claim"] for one in mappers.values()} == {"true"}
    assert mappers["unified_accounts"]["config"]["multivalued"] == "true"


def test_client_and_audience_are_those_of_the_local_provider(made: dict[str, Any]) -> None:
    (client,) = made["clients"]
    local = Settings(environment="local")

    assert (client["clientId"], CLIENT) == (local.client_id, local.client_id)
    assert local.audience == AUDIENCE
    assert client["publicClient"]
    assert client["attributes"]["pkce.code.challenge.method"] == "S256"
    assert not client["directAccessGrantsEnabled"]


def test_staff_prove_a_second_factor_and_it_shows_in_the_token(made: dict[str, Any]) -> None:
    staff = [one for one in made["users"] if not {"PL", "LE", "AP"} >= set(one["realmRoles"]) - {"offline_access"}]
    methods = {one["config"]["default.reference.value"] for one in made["authenticatorConfig"]}

    assert staff
    assert all(any(given["type"] == "otp" for given in one["credentials"]) for one in staff)
    assert methods & SECOND_FACTORS


def test_roles_are_those_of_the_matrix_and_nobody_may_edit_their_own_claims(made: dict[str, Any]) -> None:
    (profile,) = made["components"]["org.keycloak.userprofile.UserProfileProvider"]
    config = json.loads(profile["config"]["kc.user.profile.config"][0])

    assert {one["name"] for one in made["roles"]["realm"]} - {"offline_access"} == set(ROLES) - {"AN"}
    assert config["unmanagedAttributePolicy"] == "ADMIN_EDIT"
    assert all(one["permissions"]["edit"] == ["admin"] for one in config["attributes"])
