"""What the launcher runs beside the three servers: the OpenID provider, the setup, and our services."""

import http.client
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from local_stack import ports
from local_stack.addresses import AUDIENCE
from local_stack.server import Launch, Server

_ANSWER_S = 2
_SERVICE_STOP_S = 45  # its own drain has deadlines; this is above their sum in the ordinary case
# What a service's process may inherit: how to find programs, how to talk, and what the operator says about telemetry.
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "VIRTUAL_ENV", "LOG_LEVEL", "DATABASE_POOL_SIZE")
_INHERITED_PREFIXES = ("OTEL_", "PYTHON", "CONSUMER_", "DRAIN_")


@dataclass(kw_only=True)
class ServiceProcess(Server):
    """One of our services, all its roles in one process."""

    name: str
    probe_port: int
    environment: Mapping[str, str] = field(repr=False)

    def prepare(self) -> None:
        """Nothing: the setup has made what it needs."""

    def launch(self) -> Launch:
        """The service. It is ended at once with its launcher: it may be killed anywhere without harm."""
        return Launch(
            argv=[sys.executable, "-m", self.name, "all"],
            environment=inherited_environment() | dict(self.environment),
            inherits=False,
            death_signal=signal.SIGKILL,
            stop_timeout_s=_SERVICE_STOP_S,
        )

    def is_ready(self) -> bool:
        """Whether it says so on its probe."""
        return answers(f"http://{ports.HOST}:{self.probe_port}/readyz")


@dataclass(kw_only=True)
class OpenIdProvider(Server):
    """The local OpenID provider."""

    folder: Path
    port: int
    environment: str = "local"
    certifier_key: str
    name: str = "openid"

    @property
    def issuer(self) -> str:
        """What its tokens name as their issuer."""
        return f"http://{ports.HOST}:{self.port}"

    def prepare(self) -> None:
        """Nothing: it makes its keys itself."""

    def launch(self) -> Launch:
        """The provider, told where to listen."""
        own = {
            "ENVIRONMENT": self.environment,
            "IDP_HOST": ports.HOST,
            "IDP_PORT": str(self.port),
            "IDP_AUDIENCE": AUDIENCE,
            "IDP_STATE_DIR": str(self.folder),
            "IDP_CERTIFIER_KEY": self.certifier_key,
        }
        return Launch(
            argv=[sys.executable, "-m", "local_idp"],
            environment=inherited_environment() | own,
            inherits=False,
            death_signal=signal.SIGKILL,
        )

    def is_ready(self) -> bool:
        """Whether it serves its discovery document."""
        return answers(f"{self.issuer}/.well-known/openid-configuration")


@dataclass(kw_only=True)
class Setup(Server):
    """The setup as a process of its own: topics, access lists, schemas, migrations. It ends when it is done."""

    name: str = "setup"

    def prepare(self) -> None:
        """Nothing."""

    def launch(self) -> Launch:
        """The command anybody may run."""
        return Launch(argv=[sys.executable, "-m", "local_stack", "setup"], death_signal=signal.SIGKILL)

    def is_ready(self) -> bool:
        """Never while it runs: those who need it wait for its end."""
        return False


def inherited_environment() -> dict[str, str]:
    """The launcher's variables that our own processes may see."""
    return {
        name: value for name, value in os.environ.items() if name in _INHERITED or name.startswith(_INHERITED_PREFIXES)
    }


def answers(url: str) -> bool:
    """Whether a GET is answered with 200."""
    address = urlsplit(url)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(str(address.hostname), address.port, timeout=_ANSWER_S)
    try:
        connection.request("GET", address.path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
