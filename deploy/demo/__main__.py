"""`python -m demo`: starts everything real, runs the main story, leaves the system running."""

import os
import sys
from pathlib import Path

from demo.local import local_world
from demo.screen import Screen
from demo.tell import tell
from demo.world import PASSWORD
from local_stack import launcher, places
from local_stack.problem import StackProblem
from market.real import map_real
from market.synthetic import generate

_SEED = 7


def main() -> int:
    """Tells the story on a stack of its own days: what an earlier demonstration left is forgotten."""
    screen = Screen()
    try:
        launcher.reset()
        market = places.home() / "market"
        screen.line("准备市场", "making the market", _make(market))
        screen.line("启动 Kafka、PostgreSQL、Valkey、身份提供方与五个服务", "starting everything real …")
        world = local_world(market)
        tell(world, screen, private(places.state() / "firms"))
        _farewell(screen, world.gateway, world.issuer)
        world.close()
    except StackProblem as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


def _make(folder: Path) -> str:
    data = os.environ.get("PLEDGEBOARD_DATA")
    if data:
        map_real(Path(data), folder)
        return f"PLEDGEBOARD_DATA={data}"
    generate(_SEED, folder)
    return f"内置市场 built in, seed {_SEED}"


def private(folder: Path) -> Path:
    """A folder for credentials: its owner's alone."""
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _farewell(screen: Screen, gateway: str, issuer: str) -> None:
    screen.chapter("系统保持运行", "The system is left running")
    screen.note(f"接口 API        {gateway}/api/v1   文档 docs {gateway}/docs")
    screen.note(f"登录 sign-in    {issuer}")
    screen.note(
        f"用户 users      chen-wei, hua-tong-lender, reviewer-wang, analyst-lin, steward-ma … 口令 password: {PASSWORD}"
    )
    screen.note("试一试 try:")
    screen.note("  1. .venv/bin/pledgeboard sign-in --user analyst-lin --password demo --one-time-code 123456")
    screen.note(f"  2. 打开 open {gateway}/docs")
    screen.note(
        "  3. .venv/bin/python -m local_stack hold monitoring   # 停一个服务，看看其余 stop one service, watch the rest"
    )
    screen.note("停止 stop: make down    重新开始 start anew: make reset")


if __name__ == "__main__":
    sys.exit(main())
