"""One set of servers per session, however many workers ask, owned by the process that controls them."""

import subprocess
import sys
from pathlib import Path

import pytest

from local_stack.addresses import Addresses
from local_stack.ports import is_free
from testkit.session import ServersNotStarted, SessionServers, ask_controller

pytestmark = pytest.mark.integration

_ASKS = """
import os, pathlib, pytest

@pytest.mark.parametrize("time", range(4))
def test_asks(stack, time):
    worker = os.environ["PYTEST_XDIST_WORKER"]
    pathlib.Path(__file__).with_name(f"asked-by-{worker}").write_text(stack.bootstrap)
"""


def test_workers_share_the_controllers_servers_which_end_with_the_session(tmp_path: Path) -> None:
    (tmp_path / "test_asks.py").write_text(_ASKS)

    ran = subprocess.run(  # noqa: S603  # our own test
        [sys.executable, "-m", "pytest", "-q", "-n", "2", "--rootdir", str(tmp_path), str(tmp_path)],
        cwd=tmp_path, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stdout
    told = {file.name: file.read_text() for file in tmp_path.glob("asked-by-*")}
    assert len(told) == 2
    assert len(set(told.values())) == 1
    assert is_free(int(next(iter(told.values())).rpartition(":")[2]))


def test_a_worker_is_told_why_there_are_no_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Addresses:
        raise OSError("no room on this machine")

    monkeypatch.setattr("testkit.servers.Servers.start", refuse)
    servers = SessionServers()
    address = servers.listen()
    try:
        for _ in range(2):
            with pytest.raises(ServersNotStarted, match="no room on this machine"):
                ask_controller(address)
    finally:
        servers.stop()
