"""`python -m demo`: starts everything real, runs the main story, leaves the system running."""

import argparse
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from demo.local import local_world
from demo.screen import Screen
from demo.tell import tell
from demo.world import ONE_TIME_CODE, PASSWORD
from local_stack import launcher, places, ports
from local_stack.problem import StackProblem
from market.real import map_real
from market.real_sources import SourceAbsent
from market.real_story import NoSuchShare
from market.synthetic import generate

_SEED = 7
# What a machine of two cores replays of real prices within three minutes of the start, all of the story included.
_REAL_DAYS = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Tells the story on a stack of its own days: what an earlier demonstration left is forgotten."""
    days = _parser().parse_args(arguments).days
    screen = Screen()
    try:
        launcher.reset()
        market = places.home() / "market"
        screen.line("启动 Kafka、PostgreSQL、Valkey、身份提供方与五个服务", "starting everything real …")
        with ThreadPoolExecutor(max_workers=1) as beside:
            making = beside.submit(_make, market, days)
            launcher.start_detached()
            screen.line("全部就绪", "all of it is ready")
            screen.line("准备市场", "the market is made:", making.result())
        world = local_world(market)
        tell(world, screen, private(places.state() / "firms"))
        _farewell(screen, world.gateway, world.issuer)
        world.close()
    except StackProblem as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except (SourceAbsent, NoSuchShare) as lacking:
        launcher.stop()
        sys.stderr.write(f"真实数据不足以讲完主线：\nThe real files do not carry the story: {lacking}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="demo", description="一条命令讲完主线 / the main story by one command")
    parser.add_argument(
        "--days",
        type=int,
        default=int(os.environ.get("PLEDGEBOARD_DAYS") or _REAL_DAYS),
        help="真实行情回放的交易日数 / trading days of real prices to replay (PLEDGEBOARD_DAYS; default %(default)s)",
    )
    return parser


def _make(folder: Path, days: int) -> str:
    data = os.environ.get("PLEDGEBOARD_DATA")
    if data:
        made = map_real(Path(data), folder, days=days)
        sent = sum(one["records"] for one in (*made["streams"], *made["later_streams"]))
        return f"PLEDGEBOARD_DATA={data}, {sent:,} 条 records, {days} 日 days"
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
    screen.note(
        f"  1. .venv/bin/pledgeboard{_addresses(gateway, issuer)}"
        f" sign-in --user analyst-lin --password {PASSWORD} --one-time-code {ONE_TIME_CODE}"
    )
    screen.note(f"  2. 打开 open {gateway}/docs")
    screen.note(
        "  3. .venv/bin/python -m local_stack hold monitoring   # 停一个服务，看看其余 stop one service, watch the rest"
    )
    screen.note("停止 stop: make down    重新开始 start anew: make reset")


def _addresses(gateway: str, issuer: str) -> str:
    """What the client must be told where the stack's ports were moved."""
    usual = f"http://{ports.HOST}:{ports.HTTP['gateway'].default}", f"http://{ports.HOST}:{ports.OPENID.default}"
    return "" if (gateway, issuer) == usual else f" --gateway {gateway} --issuer {issuer} \\\n    "


if __name__ == "__main__":
    sys.exit(main())
