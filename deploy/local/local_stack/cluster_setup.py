"""What the services find when they start: registered topics with their access lists, schemas, migrated tables."""

from chassis.kafka_access import principals
from chassis.kafka_admin import KafkaAdmin
from local_stack.addresses import Addresses
from local_stack.database_setup import create_schemas, ensure_database, migrate, run_in_own_loop


def set_up_topics(addresses: Addresses, *, prefix: str = "") -> list[str]:
    """Creates the registered topics, and on a secured broker the services' principals with their access.

    Answers the names of the topics that were missing.
    """
    admin = KafkaAdmin(addresses.kafka, prefix=prefix)
    created = admin.create_topics()
    if admin.is_secured:
        admin.grant_services(addresses.principal_passwords(principals()))
    return created


def set_up_database(addresses: Addresses) -> None:
    """Creates the services' roles and schemas and brings their tables to the newest form."""
    run_in_own_loop(ensure_database(addresses.database_url))
    run_in_own_loop(create_schemas(addresses.database_url, addresses.role_passwords()))
    migrate(addresses.owner_urls())
