"""A firm's profile: what the platform handed over at onboarding, kept in one private file."""

import os
import ssl
import stat
from pathlib import Path
from typing import Any

import msgspec

from pledgeboard_firm.exits import WrongUse
from pledgeboard_firm.words import Text

VARIABLE = "PLEDGEBOARD_FIRM_PROFILE"


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """Who the firm is to the broker, and its two topics. Members it does not know are left alone."""

    firm_id: str
    bootstrap: str
    username: str
    password: str
    submissions_topic: str
    receipts_topic: str
    group_prefix: str
    mechanism: str = "SCRAM-SHA-512"
    authority: str | None = None

    def __repr__(self) -> str:
        return f"Profile(firm_id={self.firm_id!r}, bootstrap={self.bootstrap!r})"

    @property
    def servers(self) -> list[tuple[str, int]]:
        """Host and port of each server to begin with."""
        pairs = (one.strip().rpartition(":") for one in self.bootstrap.split(","))
        return [(host.strip("[]"), int(port)) for host, _, port in pairs]

    def tls(self) -> ssl.SSLContext:
        """TLS as the platform's authority vouches for it; the system's authorities where the profile names none."""
        return ssl.create_default_context(cadata=self.authority) if self.authority else ssl.create_default_context()

    def client_options(self) -> dict[str, Any]:
        """The connection in aiokafka's words."""
        return {
            "bootstrap_servers": self.bootstrap,
            "security_protocol": "SASL_SSL",
            "ssl_context": self.tls(),
            "sasl_mechanism": self.mechanism,
            "sasl_plain_username": self.username,
            "sasl_plain_password": self.password,
        }


def default_path() -> Path:
    """Where the profile lies unless the command line says otherwise."""
    if chosen := os.environ.get(VARIABLE):
        return Path(chosen)
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "pledgeboard-firm" / "profile.json"


def read_profile(path: Path) -> Profile:
    """Reads a profile.

    Raises:
        WrongUse: there is none, or a member is missing or malformed; the text names it and the way out.
    """
    try:
        profile = msgspec.json.decode(path.read_bytes(), type=Profile)
        profile.servers  # noqa: B018  # a port that is none shows here
        profile.tls()
    except OSError as error:
        raise WrongUse(
            Text(
                zh=f"无法读取接入档案 {path}：请用 --profile 或 {VARIABLE} 指向接入时收到的凭据文件",
                en=f"The profile {path} cannot be read: point --profile or {VARIABLE} at the credentials file "
                "handed over at onboarding",
            )
        ) from error
    except (msgspec.MsgspecError, ValueError) as error:
        raise WrongUse(
            Text(
                zh=f"接入档案 {path} 不完整或格式有误（{error}）：请使用接入时收到的原文件",
                en=f"The profile {path} is incomplete or malformed ({error}): use the file handed over at onboarding",
            )
        ) from error
    return profile


def is_private(path: Path) -> bool:
    """Whether nobody but its owner may read the file."""
    return not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
