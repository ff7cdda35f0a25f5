"""PostgreSQL refuses root; where the kernel offers no user namespace, it runs as an unprivileged user instead."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_stack import postgres
from local_stack.ports import reserved_port
from local_stack.postgres import Postgres
from local_stack.problem import StackProblem
from local_stack.process import ServerProcess

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs PostgreSQL as himself"),
]


@pytest.fixture(autouse=True)
def _no_user_namespaces(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(postgres, "_UNSHARE", ["false"])
    postgres._identity.cache_clear()
    yield
    postgres._identity.cache_clear()


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="pledgeboard-root-"))
    monkeypatch.setenv("PLEDGEBOARD_LOCAL", str(folder))
    yield folder
    shutil.rmtree(folder)


def _server(folder: Path) -> Postgres:
    return Postgres(folder=folder, port=reserved_port(), password="x", durable=False)


def test_it_runs_as_an_unprivileged_user_who_may_pass_through_our_folders(home: Path) -> None:
    process = ServerProcess(_server(home / "state" / "postgres"), log=home / "postgres.log")
    process.start()
    try:
        owner = Path(f"/proc/{process.pid}").stat().st_uid
        assert owner == (home / "state" / "postgres" / "data").stat().st_uid != 0
    finally:
        process.stop()


def test_a_folder_he_cannot_reach_is_named_with_the_way_out(tmp_path: Path, home: Path) -> None:
    tmp_path.chmod(0o700)

    with pytest.raises(StackProblem) as refused:
        _server(tmp_path / "postgres").prepare()

    assert "PLEDGEBOARD_LOCAL" in refused.value.zh
    assert "as root" in refused.value.en
