"""The command line of the local stack: `python -m local_stack up`."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from local_stack import holds, launcher
from local_stack.addresses import SERVICES, ServicePorts, service_environment
from local_stack.doctor import examine
from local_stack.jars import class_path
from local_stack.plan import make_plan
from local_stack.ports import HTTP, PROBES
from local_stack.problem import StackProblem


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; answers its exit code. What a person can mend is said in Chinese and English."""
    parsed = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = parsed.run
    try:
        return command(parsed)
    except StackProblem as problem:
        sys.stderr.write(f"{problem}\n")
        return 1


def up(parsed: argparse.Namespace) -> int:
    """Starts everything."""
    if parsed.detach:
        launcher.start_detached(with_services=not parsed.servers_only)
        return 0
    return launcher.run_in_foreground(with_services=not parsed.servers_only)


def down(_parsed: argparse.Namespace) -> int:
    """Stops everything in order."""
    _say("已停止 / stopped" if launcher.stop() else "未在运行 / not running")
    return 0


def reset(_parsed: argparse.Namespace) -> int:
    """Stops everything and removes the data."""
    launcher.reset()
    _say("数据已清除，下次启动为全新环境 / the data is gone, the next start is a new one")
    return 0


def status(_parsed: argparse.Namespace) -> int:
    """Asks each member whether it is ready."""
    if launcher.running_pid() is None:
        _say("未在运行 / not running")
        return 1
    states = {one.name: one.server.is_ready() for one in make_plan().members if not one.is_task}
    for name, is_ready in states.items():
        _say(f"{name:<12} {'就绪 / ready' if is_ready else '未就绪 / not ready'}")
    return 0 if all(states.values()) else 1


def topics(_parsed: argparse.Namespace) -> int:
    """Creates all registered topics, and the services' principals with their access lists."""
    from local_stack.cluster_setup import set_up_topics  # noqa: PLC0415  # slow to import: the other commands do without

    created = set_up_topics(make_plan().addresses)
    _say(f"新建主题 {len(created)} 个 / {len(created)} topics created {' '.join(created)}")
    return 0


def setup(parsed: argparse.Namespace) -> int:
    """Topics, access lists, database roles and schemas, migrations."""
    return topics(parsed) or migrate(parsed)


def migrate(_parsed: argparse.Namespace) -> int:
    """Database roles and schemas, and the services' tables in their newest form."""
    from local_stack.cluster_setup import set_up_database  # noqa: PLC0415  # the same

    set_up_database(make_plan().addresses)
    _say("数据库已就绪 / the database is set up")
    return 0


def prepare(_parsed: argparse.Namespace) -> int:
    """Fetches and builds what is needed once, so that starting is quick."""
    from local_stack.class_archive import build_archive  # noqa: PLC0415  # the same

    class_path()
    build_archive()
    _say("已准备好 / prepared")
    return 0


def certificates(parsed: argparse.Namespace) -> int:
    """Makes a certificate authority and the broker's certificate in a folder, unless they are there."""
    from local_stack.certificates import certificates as made_in  # noqa: PLC0415  # the same

    made = made_in(parsed.folder)
    _say(f"证书已就绪 / certificates are in {made.server.parent}")
    return 0


def hold(parsed: argparse.Namespace) -> int:
    """Drains one service and keeps it down."""
    holds.hold(parsed.service, is_ready=_member_is_ready(parsed.service))
    _say(f"{parsed.service} 已停下 / held back")
    return 0


def release(parsed: argparse.Namespace) -> int:
    """Lets a held service run again."""
    holds.release(parsed.service, is_ready=_member_is_ready(parsed.service))
    _say(f"{parsed.service} 就绪 / ready")
    return 0


def clock(parsed: argparse.Namespace) -> int:
    """Moves the business clock of all services, or back to the real one; tokens do not follow."""
    from local_stack.clock import set_clock  # noqa: PLC0415  # the same

    moment = None if parsed.moment == "real" else datetime.fromisoformat(parsed.moment)
    _say(f"业务时钟 / business clock: {set_clock(make_plan().addresses.database_url, moment).isoformat()}")
    return 0


def environment(parsed: argparse.Namespace) -> int:
    """Prints the environment variables of one service, to run it by hand."""
    service_ports = {name: ServicePorts(http=HTTP[name].number(), probe=PROBES[name].number()) for name in SERVICES}
    made = service_environment(parsed.service, make_plan().addresses, environment="local", service_ports=service_ports)
    for name, value in made.items():
        _say(f"{name}={value}")
    return 0


def doctor(parsed: argparse.Namespace) -> int:
    """Says whether this machine can run the stack."""
    findings = list(examine())
    if parsed.output == "json":
        _say(json.dumps([vars(one) for one in findings], ensure_ascii=False, indent=1))
    else:
        for one in findings:
            _say(
                f"{'✓' if one.is_well else '✗'} {one.subject}: {one.zh}" + ("" if one.zh == one.en else f" / {one.en}")
            )
    return 0 if all(one.is_well for one in findings) else 1


def _member_is_ready(service: str) -> Callable[[], bool]:
    (member,) = (one for one in make_plan().members if one.name == service)
    return member.server.is_ready


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="local_stack", description="本地环境 / the local stack")
    commands = parser.add_subparsers(required=True)
    everyday = (up, down, reset, status, hold, release, clock, environment, doctor)
    for run in (*everyday, setup, topics, migrate, prepare, certificates):
        command = commands.add_parser(run.__name__, help=run.__doc__, description=run.__doc__)
        command.set_defaults(run=run)
        if run is up:
            command.add_argument("--detach", action="store_true", help="就绪后留在后台 / leave it running once ready")
            command.add_argument("--servers-only", action="store_true", help="不启动服务 / without the services")
        if run is certificates:
            command.add_argument("folder", type=Path)
        if run is clock:
            command.add_argument("moment", help="2026-03-31T10:00:00+08:00 | real")
        if run in {environment, hold, release}:
            command.add_argument("service", choices=SERVICES)
        if run is doctor:
            command.add_argument("--output", choices=("text", "json"), default="text")
    return parser


if __name__ == "__main__":
    sys.exit(main())
