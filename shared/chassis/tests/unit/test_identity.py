"""Tokens are verified by the provider's published keys, which may rotate, and may be out of reach for a while."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from chassis.cause import ANONYMOUS, Subject
from chassis.identity import Claims, ProviderKeys, TokenIdentity
from chassis.problems import DependencyUnavailable, TokenRefused
from testkit.tokens import TokenIssuer

PLEDGOR = Subject(user_id="u-1", roles=frozenset({"PL"}), participant_id="P-1", accounts=("180000000011",))


@dataclass
class Watch:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


class Wire:
    def __init__(self, issuer: TokenIssuer) -> None:
        self.issuer = issuer
        self.away = False
        self.asked = 0

    async def __call__(self) -> Mapping[str, Any]:
        self.asked += 1
        if self.away:
            raise TimeoutError
        return await self.issuer.published_keys()


@dataclass
class Verifying:
    issuer: TokenIssuer
    wire: Wire
    watch: Watch
    identity: TokenIdentity

    async def verify(self, subject: Subject = PLEDGOR, **claims: object) -> Subject:
        return await self.identity.subject(f"Bearer {self.issuer.token(subject, **claims)}")


@pytest.fixture
def verifying() -> Verifying:
    issuer, watch = TokenIssuer(), Watch()
    wire = Wire(issuer)
    keys = ProviderKeys(wire, monotonic=watch)
    return Verifying(issuer, wire, watch, TokenIdentity(issuer=issuer.issuer, audience=issuer.audience, keys=keys))


async def test_a_token_gives_its_subject(verifying: Verifying) -> None:
    subject = await verifying.verify()

    assert (subject.user_id, subject.participant_id, subject.accounts) == ("u-1", "P-1", ("180000000011",))
    assert subject.second_factor_at is None


async def test_nobodys_header_is_anonymous(verifying: Verifying) -> None:
    assert await verifying.identity.subject(None) == ANONYMOUS
    assert verifying.wire.asked == 0


@pytest.mark.parametrize("header", ["Basic dTpw", "Bearer", "Bearer x.y", "Bearer " + "a" * 9000, "Bearer a.b.c"])
async def test_a_header_that_is_no_token_is_refused(verifying: Verifying, header: str) -> None:
    with pytest.raises(TokenRefused):
        await verifying.identity.subject(header)


async def test_keys_are_asked_for_once(verifying: Verifying) -> None:
    for _ in range(5):
        await verifying.verify()

    assert verifying.wire.asked == 1


async def test_a_rotated_key_is_fetched_when_its_id_is_unknown(verifying: Verifying) -> None:
    await verifying.verify()
    verifying.issuer.rotate()
    verifying.watch.now += 11

    assert (await verifying.verify()).user_id == "u-1"
    assert verifying.wire.asked == 2


async def test_unknown_key_ids_do_not_make_a_flood_of_requests(verifying: Verifying) -> None:
    await verifying.verify()
    verifying.issuer = TokenIssuer()

    for _ in range(20):
        verifying.watch.now += 1
        with pytest.raises(TokenRefused):
            await verifying.verify()

    assert verifying.wire.asked == 3


async def test_known_keys_go_on_verifying_while_the_provider_is_away(verifying: Verifying) -> None:
    await verifying.verify()
    verifying.wire.away = True
    verifying.watch.now += 3599

    assert (await verifying.verify()).user_id == "u-1"


async def test_keys_are_not_trusted_for_ever(verifying: Verifying) -> None:
    await verifying.verify()
    verifying.wire.away = True
    verifying.watch.now += 3601

    with pytest.raises(DependencyUnavailable):
        await verifying.verify()


async def test_without_any_keys_nobody_is_let_in(verifying: Verifying) -> None:
    verifying.wire.away = True

    with pytest.raises(DependencyUnavailable):
        await verifying.verify()


async def test_a_provider_that_comes_back_is_asked_again_soon(verifying: Verifying) -> None:
    verifying.wire.away = True
    with pytest.raises(DependencyUnavailable):
        await verifying.verify()
    verifying.wire.away = False
    verifying.watch.now += 1.1

    assert (await verifying.verify()).user_id == "u-1"


def test_no_token_makes_anybody_the_system_itself() -> None:
    assert Claims(sub="u", roles=["SYSTEM", "AN", "PL"]).subject().roles == {"PL"}


async def test_providers_that_sign_with_rsa_are_understood() -> None:
    key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, private=True, auto_kid=True)

    async def published() -> Mapping[str, Any]:
        return KeySet([key]).as_dict(private=False)

    identity = TokenIdentity(issuer="http://rsa.test", audience="pledgeboard", keys=ProviderKeys(published))
    claims = {"iss": "http://rsa.test", "aud": ["pledgeboard"], "exp": int(time.time()) + 60, "sub": "u-7"}

    token = jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)

    assert (await identity.subject(f"Bearer {token}")).user_id == "u-7"


async def test_an_unsigned_token_is_refused(verifying: Verifying) -> None:
    header, body, _ = verifying.issuer.token(PLEDGOR).split(".")

    for forged in (f"{header}.{body}.", f"eyJhbGciOiJub25lIn0.{body}."):
        with pytest.raises(TokenRefused):
            await verifying.identity.subject(f"Bearer {forged}")


def test_an_institutions_login_without_a_function_may_only_look() -> None:
    claims = Claims(sub="u", participant="P", participant_kind="institution")

    assert claims.subject().function == "viewer"


def test_a_subject_knows_when_its_proof_ends_and_is_the_same_with_a_later_one() -> None:
    first, second = Claims(sub="u", exp=1_000).subject(), Claims(sub="u", exp=2_000).subject()

    assert first.expires_at == datetime.fromtimestamp(1_000, UTC)
    assert first == second


def test_a_login_without_roles_is_an_applicant() -> None:
    assert Claims(sub="u").subject().roles == {"AP"}


def test_a_second_factor_is_dated_by_the_sign_in() -> None:
    claims = Claims(sub="u", auth_time=1_700_000_000, amr=["pwd", "otp"])

    assert claims.subject().second_factor_at == claims.subject().authenticated_at


async def test_those_who_wait_for_a_frozen_provider_wait_once() -> None:
    asked = 0
    watch = Watch()

    async def frozen() -> Mapping[str, Any]:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0)
        watch.now += 2.5
        raise TimeoutError

    keys = ProviderKeys(frozen, monotonic=watch)
    refused = await asyncio.gather(*(keys.holding("k") for _ in range(25)), return_exceptions=True)

    assert {type(one) for one in refused} == {DependencyUnavailable}
    assert asked == 1


async def test_who_comes_while_the_first_keys_are_fetched_waits_for_them() -> None:
    issuer, fetching, let_go = TokenIssuer(), asyncio.Event(), asyncio.Event()

    async def slow() -> Mapping[str, Any]:
        fetching.set()
        await let_go.wait()
        return await issuer.published_keys()

    identity = TokenIdentity(issuer=issuer.issuer, audience=issuer.audience, keys=ProviderKeys(slow))
    header = issuer.authorization(Subject(user_id="u-1", roles=frozenset({"PL"})))["Authorization"]
    first = asyncio.create_task(identity.subject(header))
    await fetching.wait()
    second = asyncio.create_task(identity.subject(header))
    await asyncio.sleep(0)
    let_go.set()

    assert (await first).user_id == (await second).user_id == "u-1"
    assert issuer.fetches == 1
