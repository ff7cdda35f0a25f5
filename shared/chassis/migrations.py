"""Migrations of one service's schema: revisions live inside its package, and the owner's role applies them."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, TypeVar

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import create_async_engine

from chassis.database import async_url

LOCK_TIMEOUT_MS = 2_000
R = TypeVar("R")


def upgrade(*, package: str, url: str, revision: str = "heads", schema: str | None = None) -> None:
    """Brings a schema of a service to a revision. `url` is that of its owner's role; it is called like the package."""
    scripts = _scripts(package)
    _run(url, schema or package, lambda connection: _migrate(connection, scripts, scripts._upgrade_revs, revision))  # noqa: SLF001  # what alembic's own commands call


def downgrade(*, package: str, url: str, revision: str = "base", schema: str | None = None) -> None:
    """Takes a schema of a service back to a revision."""
    scripts = _scripts(package)
    _run(url, schema or package, lambda connection: _migrate(connection, scripts, scripts._downgrade_revs, revision))  # noqa: SLF001  # the same


def check(*, package: str, url: str, schema: str | None = None) -> list[str]:
    """The differences between the service's tables as declared and the database; empty when they agree."""
    metadata = tables_of(package)

    def compare(connection: Connection) -> list[str]:
        context = MigrationContext.configure(
            connection, opts={"include_object": _declared, "compare_type": True, "compare_server_default": False}
        )
        return [str(difference) for difference in compare_metadata(context, metadata)]

    return _run(url, schema or package, compare)


def tables_of(package: str) -> MetaData:
    """The metadata a service declares in `persistence/tables.py`, with what its `..._tables.py` add to it."""
    persistence = import_module(f"{package}.persistence")
    for module in iter_modules(persistence.__path__):
        if module.name.endswith("_tables"):
            import_module(f"{package}.persistence.{module.name}")
    metadata = import_module(f"{package}.persistence.tables").metadata
    assert isinstance(metadata, MetaData)  # noqa: S101  # the contract of every tables.py
    return metadata


def _scripts(package: str) -> ScriptDirectory:
    root = Path(str(import_module(package).__file__)).parent / "persistence" / "migrations"
    return ScriptDirectory(str(root), version_locations=[str(root / "versions")])


def _migrate(connection: Connection, scripts: ScriptDirectory, plan: Callable[[str, Any], Any], revision: str) -> None:
    def steps(current: Any, context: MigrationContext) -> Iterable[Any]:  # noqa: ARG001  # alembic's signature
        return plan(revision, current)  # type: ignore[no-any-return]  # alembic's own types are loose here

    # Two processes that start at once migrate one after the other.
    connection.execute(text("select pg_advisory_xact_lock(hashtext('migrations:' || current_schema()))"))
    with EnvironmentContext(Config(), scripts, fn=steps, destination_rev=revision) as environment:
        environment.configure(connection=connection, target_metadata=None, transaction_per_migration=False)
        environment.run_migrations()


def _declared(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:  # noqa: FBT001  # alembic's signature
    return not (kind == "table" and name is not None and (name.startswith("outbox_2") or name == "outbox_default"))


def _run(url: str, schema: str, work: Callable[[Connection], R]) -> R:
    async def run() -> R:
        settings = {"search_path": schema, "lock_timeout": str(LOCK_TIMEOUT_MS), "application_name": "migrations"}
        engine = create_async_engine(async_url(url), connect_args={"timeout": 5, "server_settings": settings})
        try:
            async with engine.begin() as connection:
                return await connection.run_sync(work)
        finally:
            await engine.dispose()

    # A thread of its own: callers may or may not be inside a running loop.
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, run()).result()
