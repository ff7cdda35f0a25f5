# ruff: noqa: INP001  # run by its path, in an image that has nothing installed
"""Makes the secrets that docker-compose.yml asks for, anew at each run.

    (umask 077; python3 deploy/docker/make_env.py > .env)

Reads their names from docker-compose.yml, so that none is forgotten. Standard library alone.
"""

import re
import secrets
import sys
from pathlib import Path

_COMPOSE = Path(__file__).resolve().parents[2] / "docker-compose.yml"
_ASKED = re.compile(r"\$\{([A-Z0-9_]+):\?")
_BYTES = 24


def names(compose: str) -> list[str]:
    """The variables without which the file refuses to be used, in their order."""
    return list(dict.fromkeys(_ASKED.findall(compose)))


if __name__ == "__main__":
    # Letters, digits, dash and underscore: safe in a URL, a properties file and SQL alike.
    for name in names(_COMPOSE.read_text()):
        sys.stdout.write(f"{name}={secrets.token_urlsafe(_BYTES)}\n")
