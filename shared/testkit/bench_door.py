"""The real gateway process in front of neighbours that answer at once, for benchmarks of the door itself."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from local_stack import ports
from local_stack.valkey import Valkey
from testkit.tokens import AUDIENCE, TokenIssuer

_READY_WITHIN_S = 30.0
_SERVICES = ("listing", "review", "messaging", "monitoring")
_OPERATION = {"responses": {"200": {"description": "said at once"}}}


@dataclass
class BenchDoor:
    """A gateway on a port of its own; `add` starts what it is compared with. Everything ends with the context."""

    folder: Path
    answers: Mapping[str, Mapping[str, Any]]
    operations: Mapping[str, str]
    redis_url: str = ""
    port: int = 0
    issuer: TokenIssuer = field(default_factory=TokenIssuer)
    neighbours: dict[str, int] = field(default_factory=dict)
    _running: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    @classmethod
    @contextlib.contextmanager
    def opened(
        cls, folder: Path, *, answers: Mapping[str, Mapping[str, Any]], operations: Mapping[str, str]
    ) -> Iterator["BenchDoor"]:
        """`answers` by service and path; `operations` names each path's row of the matrix."""
        door = cls(folder, answers, operations)
        with door._running:
            door._start()
            yield door

    def add(self, kind: str, said: Mapping[str, Any]) -> int:
        """Starts one of `testkit.bench_apps` and returns its port."""
        port = ports.reserved_port()
        file = self.folder / f"{kind}-{port}.json"
        file.write_text(json.dumps(said))
        self._process([sys.executable, "-m", "testkit.bench_apps", kind, str(port), str(file)], {})
        _await(f"http://127.0.0.1:{port}/")
        return port

    def _start(self) -> None:
        memory = Valkey(folder=self.folder / "valkey", port=ports.reserved_port(), password="bench", durable=False)
        memory.prepare()
        self.redis_url = memory.url
        self._process(memory.launch().argv, {})
        identity = ports.reserved_port()
        self.issuer = TokenIssuer(issuer=f"http://127.0.0.1:{identity}")
        self._provider(identity)
        for service in _SERVICES:
            self.neighbours[service] = self.add("neighbour", {"answers": self._answers(service)})
        self.port, probe = ports.reserved_port(), ports.reserved_port()
        settings = {
            "ENVIRONMENT": "test",
            "OIDC_ISSUER": self.issuer.issuer,
            "OIDC_AUDIENCE": AUDIENCE,
            "REDIS_URL": self.redis_url,
            "GATEWAY_MEMORY_KEY": "bench" * 8,
            "HTTP_PORT": str(self.port),
            "PROBE_PORT": str(probe),
            # What is measured is the answer, not its limit: the bucket is asked all the same.
            "REQUESTS_PER_MINUTE_ANONYMOUS": "60000000",
            "REQUESTS_PER_MINUTE_SIGNED_IN": "60000000",
            **{f"{name.upper()}_URL": f"http://127.0.0.1:{port}" for name, port in self.neighbours.items()},
        }
        self._process([sys.executable, "-m", "gateway", "api"], settings)
        _await(f"http://127.0.0.1:{probe}/readyz")

    def _provider(self, port: int) -> None:
        keys = self.issuer.keys()
        said = {
            "/.well-known/openid-configuration": {
                "issuer": self.issuer.issuer,
                "jwks_uri": f"{self.issuer.issuer}/keys",
            },
            "/keys": dict(keys),
        }
        file = self.folder / "provider.json"
        file.write_text(json.dumps({"answers": said}))
        self._process([sys.executable, "-m", "testkit.bench_apps", "neighbour", str(port), str(file)], {})
        _await(f"http://127.0.0.1:{port}/keys")

    def _answers(self, service: str) -> dict[str, Any]:
        own = dict(self.answers.get(service, {}))
        paths = {path: {"get": {**_OPERATION, "x-pledgeboard-operation": self.operations[path]}} for path in own}
        return {
            **own,
            "/api/v1/openapi.json": {"openapi": "3.1.0", "paths": paths},
            "/api/v1/session/standing": {"known": True},
        }

    def _process(self, command: list[str], settings: Mapping[str, str]) -> None:
        log = self._running.enter_context((self.folder / "bench.log").open("ab"))
        environment = {**os.environ, **settings}
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=self.folder)  # noqa: S603  # our own
        self._running.callback(_end, process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _await(url: str) -> None:
    deadline = time.monotonic() + _READY_WITHIN_S
    while True:
        with contextlib.suppress(httpx2.HTTPError):
            if httpx2.get(url, timeout=2).status_code != httpx2.codes.SERVICE_UNAVAILABLE:
                return
        assert time.monotonic() < deadline, url
        time.sleep(0.1)
