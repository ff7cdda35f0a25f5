"""How a firm comes on board: four people, two decisions, and credentials that are shown once. Public doors only."""

import json
import os
from pathlib import Path
from typing import Any

from demo.world import World


def take_on_board(world: World, firm: dict[str, Any]) -> dict[str, Any]:
    """A data steward proposes the firm, a supervisor of the regulator approves it: its topics exist."""
    named = {"firm_id": firm["firm_id"], "name": firm["name"]}
    proposed = world.steward.tell("POST", "/firm-proposals", named, expect=201).body
    approved: dict[str, Any] = world.regulator.tell(
        "POST", f"/firm-proposals/{proposed['id']}/approval", expect=200
    ).body
    return approved


def give_credentials(world: World, firm_id: str, *, environment: str = "PROD") -> dict[str, Any]:
    """A system administrator proposes a credential, a security administrator approves it and sees it, once."""
    asked = {"environment": environment}
    proposed = world.system_administrator.tell("POST", f"/firms/{firm_id}/credentials", asked, expect=201).body
    shown: dict[str, Any] = world.security_administrator.tell(
        "POST", f"/firm-credentials/{proposed['id']}/approval", expect=200
    ).body
    return shown


def keep(credentials: dict[str, Any], path: Path) -> Path:
    """Credentials go straight into a file of the firm's, for its owner alone."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(credentials, file)
    return path
