"""What a vector form of a rule is, and the table of all of them.

A form says of which rows a rule *certainly* holds (or certainly is not checked, which is counted). There are two kinds:
an expression over the columns, and a few columns on which the rule stands: the rule's own function then answers once
for every distinct combination of their values. Which rules a record meets comes from `submissions.rules.table`, so a
rule that has no form keeps its records from being usual, instead of being forgotten.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

import polars as pl

from submissions.book import Book
from submissions.rules.case import NOT_CHECKED, Case, References
from submissions.rules.table import Registered, checks_on
from submissions.wire import wire_types

BROKEN, HOLDS, UNCHECKED = 0, 1, 2
CERTAIN: Final = pl.lit(value=True)
# What is said of lookups that a slice cannot change, so that a column may ask them of all its rows at once.
CONSTANT_LOOKUPS: Final = frozenset({"calendar", "knows_security"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The vector form of one rule for one record type.

    `holds`: rows of which it certainly holds. `asked`: columns of whose combinations the rule itself is asked where
    `holds` is not certain; none: never. `lookups`: what the rule asks of the platform. `unchecked`: rows that are not
    checked while such a lookup is not at hand.
    """

    rule_id: str
    record_type: str
    holds: pl.Expr
    asked: tuple[str, ...] = ()
    lookups: tuple[str, ...] = ()
    unchecked: pl.Expr | None = None

    def asks(self, references: References) -> bool:
        """Whether any lookup of its is at hand, so that the rule itself must be asked."""
        return any(_is_at_hand(references, one) for one in self.lookups)

    def tells_with(self, references: References) -> bool:
        """Whether it can tell, with these lookups: one that the slice itself may change is for the other way."""
        return set(self.lookups) <= CONSTANT_LOOKUPS or not self.asks(references)


_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_forms: dict[tuple[str, str], Form] = {}


def form(
    rule_id: str,
    record_type: str,
    holds: pl.Expr,
    *,
    asked: tuple[str, ...] = (),
    lookups: tuple[str, ...] = (),
    unchecked: pl.Expr | None = None,
) -> None:
    """Registers the vector form of a rule."""
    _forms[record_type, rule_id] = Form(
        rule_id=rule_id, record_type=record_type, holds=holds, asked=asked, lookups=lookups, unchecked=unchecked
    )


def form_of(record_type: str, rule_id: str) -> Form | None:
    """The form of a rule for a record type."""
    return _forms.get((record_type, rule_id))


def asked_together(record_type: str, actions: Iterable[str], days: Iterable[date]) -> Mapping[str, Registered] | None:
    """The checks that any of these records meets, by rule; None where they differ by day, or where one has no form."""
    wanted = sorted(set(actions))
    by_day = [[one for action in wanted for one in checks_on(record_type, action, day)] for day in days]
    if not by_day or any(other != by_day[0] for other in by_day):
        return None
    functions = {one.check: one for one in by_day[0]}
    checks = {one.rule.id: one for one in functions.values()}
    if len(checks) != len(functions) or any(form_of(record_type, rule_id) is None for rule_id in checks):
        return None
    return checks


def certain(forms: Iterable[Form], frame: pl.DataFrame) -> pl.DataFrame:
    """What the expressions alone say: for every row and rule `HOLDS` or `BROKEN`."""
    return frame.select([one.holds.fill_null(value=False).cast(pl.Int8).alias(one.rule_id) for one in forms])


def answer(form_: Form, check: Registered, frame: pl.DataFrame, held: pl.Series, case: Case) -> pl.Series:
    """For every row `HOLDS`, `UNCHECKED`, or `BROKEN`: the last one only says that the other way has to look.

    `held` is what the form's expression said.
    """
    if form_.lookups and not form_.asks(case.references):
        unchecked = CERTAIN if form_.unchecked is None else form_.unchecked
        told = pl.when(held == HOLDS).then(pl.when(unchecked).then(UNCHECKED).otherwise(HOLDS)).otherwise(BROKEN)
        return frame.select(told.cast(pl.Int8).alias(form_.rule_id)).to_series()
    if form_.lookups:
        held = pl.Series(form_.rule_id, [BROKEN], dtype=pl.Int8).new_from_index(0, frame.height)
    return held if not form_.asked or (held == HOLDS).all() else _by_combination(form_, check, frame, held, case)


def case_of(references: References, firm_id: str) -> Case:
    """What a rule is asked with. Rules that ask for a time, the bytes or the book have expressions of their own."""
    return Case(firm_id, _NEVER, _NEVER.date(), Book(), references)


def _by_combination(form_: Form, check: Registered, frame: pl.DataFrame, held: pl.Series, case: Case) -> pl.Series:
    columns, asked = list(form_.asked), held == BROKEN
    values = frame.select(columns)
    combinations = (values if asked.all() else values.filter(asked)).unique()
    ask = _asker(form_.record_type, check, columns, case)
    told = pl.Series("_told", [ask(one) for one in combinations.rows()], dtype=pl.Int8)
    # What is the same everywhere tells nothing apart; mostly one column is left.
    apart = [one for one in columns if combinations[one].n_unique() > 1]
    if not apart:
        answers = told.new_from_index(0, frame.height)
    else:
        known = combinations.select(apart).with_columns(told)
        answers = values.select(apart).join(known, on=apart, how="left", nulls_equal=True, maintain_order="left")[
            "_told"
        ]
    return answers.zip_with(asked, held).alias(form_.rule_id)


def _asker(record_type: str, check: Registered, columns: list[str], case: Case) -> Callable[[tuple[Any, ...]], int]:
    wire = wire_types()[record_type]

    def ask(values: tuple[Any, ...]) -> int:
        path = check.check(wire.struct(**(wire.blank | dict(zip(columns, values, strict=True)))), case)
        return HOLDS if path is None else UNCHECKED if path is NOT_CHECKED else BROKEN

    return ask


def _is_at_hand(references: References, lookup: str) -> bool:
    return getattr(type(references), lookup) is not getattr(References, lookup)
