"""Each part may be somebody else's: then nothing of it runs here, and the setup is made there."""

from pathlib import Path

import asyncpg
import pytest
from confluent_kafka.admin import AdminClient

from chassis.kafka_admin import KafkaConnection
from local_stack.addresses import Addresses, with_database, with_login
from local_stack.cluster_setup import set_up_database, set_up_topics
from local_stack.database_setup import create_database
from local_stack.plan import make_plan
from testkit.servers import Servers

pytestmark = pytest.mark.integration


async def _as_a_managed_database_offers(admin_url: str) -> str:
    """A database of somebody who may make roles and is no superuser."""
    connection = await asyncpg.connect(admin_url)
    await connection.execute("create role dba login createrole password 'dba-password'")
    await create_database(admin_url, "elsewhere")
    await connection.execute("alter database elsewhere owner to dba")
    await connection.close()
    return with_login(with_database(admin_url, "elsewhere"), "dba", "dba-password")


@pytest.fixture
async def addresses(own_servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Addresses:
    elsewhere = own_servers.addresses
    assert elsewhere.kafka.username
    assert elsewhere.kafka.password
    monkeypatch.setenv("PLEDGEBOARD_LOCAL", str(tmp_path))
    monkeypatch.setenv("KAFKA_BOOTSTRAP", elsewhere.bootstrap)
    monkeypatch.setenv("KAFKA_ADMIN_USERNAME", elsewhere.kafka.username)
    monkeypatch.setenv("KAFKA_ADMIN_PASSWORD", elsewhere.kafka.password)
    monkeypatch.setenv("DATABASE_URL", await _as_a_managed_database_offers(elsewhere.database_url))
    monkeypatch.setenv("REDIS_URL", elsewhere.redis_url)
    monkeypatch.setenv("OIDC_ISSUER", elsewhere.issuer)
    plan = make_plan(with_services=False)
    assert {member.name for member in plan.members} == {"setup"}
    assert plan.ports == ()
    return plan.addresses


async def test_the_setup_needs_no_superuser_and_may_be_repeated(addresses: Addresses) -> None:
    set_up_database(addresses)
    set_up_database(addresses)

    service = await asyncpg.connect(addresses.role_url("listing"))
    assert await service.fetchval("select current_schema()") == "listing"
    assert await service.fetchval("select to_regclass('listing.outbox') is not null")
    assert not await service.fetchval("select has_schema_privilege('monitoring', 'usage')")
    await service.close()


async def test_a_role_that_may_do_more_than_a_service_is_refused(addresses: Addresses, own_servers: Servers) -> None:
    admin = await asyncpg.connect(own_servers.addresses.database_url)
    await admin.execute("create role review superuser")
    await admin.close()

    with pytest.raises(asyncpg.RaiseError, match="may do more than a service should"):
        set_up_database(addresses)


def test_topics_and_principals_are_made_on_the_other_broker(addresses: Addresses) -> None:
    created = set_up_topics(addresses)

    assert "listing.listing.v1" in created
    assert set_up_topics(addresses) == []
    listing = KafkaConnection(
        bootstrap=addresses.bootstrap, username="listing", password=addresses.passwords["kafka/listing"]
    )
    seen = AdminClient(listing.client_settings()).list_topics(timeout=10).topics
    assert "listing.listing.v1" in seen
    assert "monitoring.alert.v1" not in seen
