"""How fast firms' records are decoded, checked and judged: ratios of the same run, alternating (`make bench`).

Anchors: msgspec to plain dictionaries without any check, and pydantic with the same fields and limits and none of
the rules. Decoding here includes what those leave out: exact decimals as integers, no member twice, the content hash
and the accession.
`python tests/load/bench_decode.py [records] [rounds]`
"""

import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from statistics import median
from typing import Annotated, Any, Literal

import msgspec
from pydantic import AwareDatetime, TypeAdapter, create_model
from pydantic import Field as PydanticField

from submissions.accession import Accessions
from submissions.book import Book
from submissions.decode import decode
from submissions.dictionary import PLACES, Field, code_list, fields
from submissions.judge import judge
from submissions.outcome import Message, Outcome
from submissions.rules.case import References
from submissions.tests.builders import a_contract, as_json

RECORDS, ROUNDS = 10_000, 5
NOW = datetime(2026, 3, 31, 12, 30, tzinfo=UTC)
GOALS = {"decode / pydantic": 5.0, "decode / plain dictionaries": 0.85}


def contracts(count: int) -> list[bytes]:
    return [
        as_json(
            a_contract(
                contract_id=f"C-{number:08}",
                sequence=number + 1,
                initial_amount=f"{4_000_000 + number}.00",
                payable=f"{4_020_657.53 + number * 1.005164:.2f}",
            )
        )
        for number in range(count)
    ]


def pydantic_adapter() -> TypeAdapter[Any]:
    """The same fields with the same limits, and none of the rules."""
    members: dict[str, Any] = {}
    for one in fields("contract"):
        members[one.name] = (_kind(one), ...) if one.presence == "M" else (_kind(one) | None, None)
    return TypeAdapter(create_model("PydanticContract", **members))


def _kind(one: Field) -> Any:
    if one.kind in PLACES:
        return Annotated[Decimal, PydanticField(ge=0, max_digits=18, decimal_places=PLACES[one.kind])]
    if one.kind == "code":
        return Literal[tuple(code.code for code in code_list(one.limit))]
    if one.kind == "text":
        return Annotated[str, PydanticField(min_length=1, max_length=int(one.limit))]
    if one.kind == "integer":
        return Annotated[int, PydanticField(ge=0)]
    return {"date": date, "time": AwareDatetime, "flag": bool, "map": dict[str, str]}[one.kind]


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else ROUNDS
    lines = contracts(count)
    single = [Message(offset, line, NOW) for offset, line in enumerate(lines)]
    envelopes = [Message(at, b"\n".join(lines[at : at + 200]), NOW) for at in range(0, count, 200)]
    accessions, plain, model = Accessions("submissions.F001", 0), msgspec.json.Decoder(), pydantic_adapter()

    def judged() -> None:
        outcome = judge("F001", decode(single, accessions), Book(), References())
        if outcome.counts() != {Outcome.ACCEPTED: count}:
            raise SystemExit(f"the records are not clean: {outcome.counts()}")

    variants: dict[str, Callable[[], object]] = {
        "plain dictionaries, no check": lambda: [plain.decode(line) for line in lines],
        "pydantic": lambda: [model.validate_json(line) for line in lines],
        "decode": lambda: decode(single, accessions),
        "decode, envelopes of 200": lambda: decode(envelopes, accessions),
        "decode and judge": judged,
    }
    times: dict[str, list[float]] = {name: [] for name in variants}
    for turn in range(rounds):
        for name in list(variants) if turn % 2 == 0 else list(reversed(variants)):
            began = time.perf_counter()
            variants[name]()
            times[name].append((time.perf_counter() - began) / count * 1e6)
    report({name: median(spent) for name, spent in times.items()})


def report(spent: dict[str, float]) -> None:
    write = sys.stdout.write
    write(f"{len(as_json(a_contract()))} bytes a record\n")
    for name, microseconds in spent.items():
        write(f"{name:32} {microseconds:8.2f} us/record\n")
    ratios = {
        "decode / pydantic": spent["pydantic"] / spent["decode"],
        "decode / plain dictionaries": spent["plain dictionaries, no check"] / spent["decode"],
    }
    for name, ratio in ratios.items():
        write(f"{name:32} {ratio:8.2f} x   (goal {GOALS[name]})\n")


if __name__ == "__main__":
    main()
