"""`python -m <service> parked {list|release|discard}`: the operator's way out of parking.

Exit codes: 0 done, 1 failed, 2 wrong words or no database configured, 3 nothing is parked there, 4 the database is
away.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import replace

from chassis import parked
from chassis.assembly import open_database
from chassis.database import Database
from chassis.failures import is_transient
from chassis.parked import LISTED_MAX, Decision, NothingThere, Place, Waiting
from chassis.settings import ServiceSettings, SettingMissing

DONE, WRONG_WORDS, NOTHING_THERE, AWAY = 0, 2, 3, 4
WORDS_CHARACTERS_MAX = 500

TEXTS = {
    "nothing": ("没有停放的键。", "Nothing is parked."),
    "more": ("仅列出最早的 {count} 项。", "Only the {count} oldest are listed."),
    "line": ("停放 {place}:自 {since},等待 {waiting} 条{released};{reason}",
             "parked {place}: since {since}, {waiting} waiting{released}; {reason}"),
    "released": (",已放行、待处理", ", released and not yet taken up"),
    "release": ("已放行 {place};运行中的进程将按顺序继续。", "Released {place}; the running process goes on in order."),
    "discard": ("已放弃 {place} 的 {given_up};其后的将按顺序继续。",
                "Gave up {given_up} of {place}; what waits behind it goes on in order."),
    "not-there": ("{place} 没有停放的内容。", "Nothing is parked at {place}."),
    "away": ("数据库暂不可用({error}),未作更改;请稍后重试。",
             "The database is away ({error}); nothing was changed. Try again later."),
    "setting": ("缺少设置({error})", "A setting is missing ({error})"),
}  # fmt: skip


def run(arguments: Sequence[str], *, settings: type[ServiceSettings]) -> int:
    """Runs the command; says its exit code."""
    asked = _parse(arguments, settings.service)
    try:
        return asyncio.run(_connected(asked, settings()))
    except SettingMissing as error:
        _say(asked, "setting", error=error, to_errors=True)
        return WRONG_WORDS


async def execute(arguments: Sequence[str], database: Database) -> int:
    """The command on an open database."""
    asked = _parse(arguments, database.settings.schema)
    return await _execute(asked, database)


async def _connected(asked: argparse.Namespace, settings: ServiceSettings) -> int:
    database = open_database(settings, role="parked")
    try:
        return await _execute(asked, database)
    finally:
        await database.close()


async def _execute(asked: argparse.Namespace, database: Database) -> int:
    try:
        if asked.verb == "list":
            _list(asked, await parked.waiting(database))
        else:
            await _decide(asked, database)
    except NothingThere:
        _say(asked, "not-there", place=_name(_asked_place(asked)), to_errors=True)
        return NOTHING_THERE
    except Exception as error:
        if not is_transient(error):
            raise
        _say(asked, "away", error=type(error).__name__, to_errors=True)
        return AWAY
    return DONE


def _list(asked: argparse.Namespace, found: Sequence[Waiting]) -> None:
    for one in found:
        _say(
            asked,
            "line",
            place=_name(one.place),
            since=one.since.isoformat(timespec="seconds"),
            waiting=one.waiting,
            released=_text(asked, "released") if one.released else "",
            reason=one.reason,
        )
    if not found:
        _say(asked, "nothing")
    elif len(found) == LISTED_MAX:
        _say(asked, "more", count=LISTED_MAX)


async def _decide(asked: argparse.Namespace, database: Database) -> None:
    decision = Decision(operator=asked.by, reason=asked.reason)
    place = _asked_place(asked)
    if asked.verb == "discard":
        given_up = await parked.discard(database, place, decision)
        _say(asked, "discard", place=_name(place), given_up=given_up)
        return
    for one in await _every_key(place, database) if asked.all_keys else [place]:
        await parked.release(database, one, decision)
        _say(asked, "release", place=_name(one))


async def _every_key(place: Place, database: Database) -> list[Place]:
    found = [one.place for one in await parked.waiting(database) if replace(one.place, key="") == place]
    if not found:
        raise NothingThere(place.topic)
    return found


def _asked_place(asked: argparse.Namespace) -> Place:
    return Place(what=asked.what, consumer=asked.consumer, topic=asked.topic, key=asked.key or "")


def _name(place: Place) -> str:
    return " ".join(part for part in (place.what, place.consumer, place.topic, place.key) if part)


def _say(asked: argparse.Namespace, name: str, *, to_errors: bool = False, **values: object) -> None:
    stream = sys.stderr if to_errors else sys.stdout
    stream.write(_text(asked, name).format(**values) + "\n")


def _text(asked: argparse.Namespace, name: str) -> str:
    chinese, english = TEXTS[name]
    return english if asked.language == "en" else chinese


def _parse(arguments: Sequence[str], service: str) -> argparse.Namespace:
    parser = _parser(service)
    asked = parser.parse_args(arguments)
    if asked.verb != "list" and (asked.what == "consumer") != (asked.consumer is not None):
        parser.error("--what consumer 与 --consumer 须同时给出 / --what consumer and --consumer belong together")
    return asked


def _parser(service: str) -> argparse.ArgumentParser:
    language = argparse.ArgumentParser(add_help=False)
    language.add_argument("--language", choices=("zh", "en"), default=_default_language(), help="语言 / language")
    parser = argparse.ArgumentParser(prog=f"python -m {service} parked", description="停放的键 / parked keys")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list", parents=[language], help="列出 / what is parked, and why")
    release = verbs.add_parser("release", parents=[language], help="放行 / its cause is removed: go on in order")
    discard = verbs.add_parser("discard", parents=[language], help="放弃 / give up what holds the key")
    for verb in (release, discard):
        verb.add_argument("--what", required=True, choices=("consumer", "relay", "schedule"), help="停放处 / where")
        verb.add_argument("--consumer", help="消费者 / the consumer, as listed; where a consumer has parked")
        verb.add_argument("--topic", required=True, help="主题(定时任务为其类别)/ topic; of clocked work its kind")
        verb.add_argument("--reason", required=True, type=_words, help="理由,记入审计 / why, for the audit trail")
        verb.add_argument("--by", required=True, type=_words, help="经办人,记入审计 / who decides, for the audit trail")
    keys = release.add_mutually_exclusive_group(required=True)
    keys.add_argument("--key", help="键 / the key")
    keys.add_argument("--all-keys", action="store_true", help="该处全部键 / every key parked there")
    discard.add_argument("--key", required=True, help="键 / the key")
    return parser


def _words(words: str) -> str:
    stripped = words.strip()
    if not stripped or len(stripped) > WORDS_CHARACTERS_MAX or not stripped.isprintable():
        raise argparse.ArgumentTypeError(f"1..{WORDS_CHARACTERS_MAX}")
    return stripped


def _default_language() -> str:
    asked = os.environ.get("PLEDGEBOARD_LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "en" if asked.lower().startswith("en") else "zh"
