"""The moves of a firm's valuation, shared by the commands: enter a day, catch up with changes, keep a day's end.

Each runs inside one transaction that holds the firm's valuation lock. Sums change by the exact difference of what each
contract contributed before and contributes now.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from chassis.kernel import new_id
from monitoring.application.book_ports import BookWork, FirmBook, ReferenceSet
from monitoring.domain.alert import AlertChanged, Entity, Judgement, Moment, confirm, judge
from monitoring.domain.book import Contract, Instrument
from monitoring.domain.borrower import BORROWER_LEVEL, NO_CONTRACT, Standing, standings
from monitoring.domain.market_day import MarketDay
from monitoring.domain.metric_registry import registry
from monitoring.domain.sums import EMPTY, BookSums, sums_of
from monitoring.domain.valuation import ValuedContract, value_book

# A batch is valued while the transaction idles; it must stay well below the server's patience with idle transactions.
BATCH_CONTRACTS_MAX = 5_000
CHANGES_MAX = 5_000


async def enter_day(work: BookWork, book: FirmBook, reference: ReferenceSet) -> FirmBook:
    """Values the whole book at a business date it was not valued at before."""
    await work.accepted.take_changes(book.firm_id, most=None)
    now = await value_everything(work, book.firm_id, reference)
    await work.valuations.replace_everything(book.firm_id, now)
    found = standings(now)
    await work.valuations.keep_standings(book.firm_id, found, day=reference.day, whole=True)
    await _judge(work, book.firm_id, found, day=reference.day, whole=True)
    work.note(day=reference.day.isoformat(), contracts=len(now))
    return replace(book, reference=reference, sums=_sums(now), changed_since_close=True, incremental=False)


async def catch_up(work: BookWork, book: FirmBook, reference: ReferenceSet, *, most: int | None) -> FirmBook:
    """Values what changed since: contracts with new records, and those a newer snapshot of the same day touches."""
    assert book.reference is not None  # noqa: S101  # a day was entered before
    touched = set(await work.accepted.take_changes(book.firm_id, most=most))
    market = await work.references.market(reference)
    if reference != book.reference:
        moved = differing(await work.references.market(book.reference), market)
        touched |= await work.accepted.holding(book.firm_id, moved) if moved else set()
    if not touched:
        return replace(book, reference=reference)
    contracts, ids = await _whole_groups(work, book.firm_id, touched, on=reference.day)
    now = await asyncio.to_thread(value_book, contracts, market)
    before = {one.contract_id: one for one in await work.valuations.of(book.firm_id, ids)}
    changed = await _keep(work, book.firm_id, before=before, now=now)
    if changed:
        await _follow_borrowers(work, book.firm_id, [*before.values(), *now], day=reference.day)
    work.note(day=reference.day.isoformat(), contracts=len(ids), changed=changed)
    return replace(
        book,
        reference=reference,
        sums=book.sums + _sums(now) - _sums(before.values()),
        changed_since_close=book.changed_since_close or changed > 0,
        incremental=book.incremental or changed > 0,
    )


async def keep_day(work: BookWork, book: FirmBook) -> tuple[FirmBook, list[str]]:
    """Keeps the end of the present day, proves its increments by a full recomputation, confirms its alerts (AL4)."""
    assert book.reference is not None  # noqa: S101  # a day was entered before
    found = await differences(work, book) if book.incremental else []
    closed = replace(book, closed=book.reference.day, changed_since_close=False, incremental=bool(found))
    await work.books.keep_day(closed, at=work.now, differences=len(found))
    moment = Moment(day=book.reference.day, at=work.now, end_of_day=True)
    alerts = await work.alerts.open_of(book.firm_id, BORROWER_LEVEL)
    standing = await work.valuations.standings(book.firm_id, [_borrower_of(one.entity_id) for one in alerts.values()])
    confirmed = [
        change
        for entity_id, alert in alerts.items()
        if standing.get(_borrower_of(entity_id), NO_CONTRACT).code is not None and (change := confirm(alert, moment))
    ]
    await _say(work, confirmed)
    work.note(closed=book.reference.day.isoformat(), differences=found[:20])
    return closed, found


async def differences(work: BookWork, book: FirmBook) -> list[str]:
    """Where the increments and a full recomputation disagree: contract ids, and `sums` for the firm's vector (I1).

    Contracts whose newer records wait to be valued are no difference; nothing must be waiting.
    """
    assert book.reference is not None  # noqa: S101  # a day was entered before
    fresh = {one.contract_id: one for one in await value_everything(work, book.firm_id, book.reference)}
    kept = {one.contract_id: one for one in await work.valuations.everything(book.firm_id)}
    found = sorted(one for one in fresh.keys() | kept.keys() if fresh.get(one) != kept.get(one))
    return [*found, "sums"] if _sums(fresh.values()) != book.sums else found


async def value_everything(work: BookWork, firm_id: str, reference: ReferenceSet) -> list[ValuedContract]:
    """The whole book from nothing, in batches of whole merge groups."""
    market = await work.references.market(reference)
    valued: list[ValuedContract] = []
    for ids in batches(await work.accepted.contract_ids(firm_id), most=BATCH_CONTRACTS_MAX):
        contracts = await work.accepted.contracts(firm_id, ids, on=reference.day)
        valued += await asyncio.to_thread(value_book, contracts, market)
    return valued


def batches(contracts: Iterable[tuple[str, str | None]], *, most: int) -> Iterable[list[str]]:
    """Cuts contracts into batches that split no merge group."""
    batch: list[str] = []
    last: str | None = None
    for contract_id, group in sorted(contracts, key=lambda one: (one[1] or "", one[0])):
        if len(batch) >= most and (group is None or group != last):
            yield batch
            batch = []
        batch.append(contract_id)
        last = group
    if batch:
        yield batch


def differing(before: MarketDay, now: MarketDay) -> set[Instrument]:
    """The securities whose price or corporate actions two views of one day see differently."""
    prices = {one for one in before.prices.keys() | now.prices.keys() if before.prices.get(one) != now.prices.get(one)}
    actions = before.actions.keys() | now.actions.keys()
    return prices | {one for one in actions if before.actions.get(one) != now.actions.get(one)}


async def _whole_groups(
    work: BookWork, firm_id: str, touched: Collection[str], *, on: date
) -> tuple[list[Contract], set[str]]:
    """The touched contracts with all members of the merge groups they are in now or were valued in."""
    contracts: dict[str, Contract] = {}
    ids, wanted = set(touched), set(touched)
    while wanted:
        contracts |= {one.contract_id: one for one in await work.accepted.contracts(firm_id, wanted, on=on)}
        groups = {one.merge_group_id for one in contracts.values()}
        groups |= {one.merge_group_id for one in await work.valuations.of(firm_id, wanted)}
        named = {one for one in groups if one is not None}
        members = await work.accepted.members(firm_id, named) | await work.valuations.members(firm_id, named)
        wanted = members - ids
        ids |= wanted
    return list(contracts.values()), ids


async def _keep(
    work: BookWork, firm_id: str, *, before: Mapping[str, ValuedContract], now: Sequence[ValuedContract]
) -> int:
    changed = [one for one in now if before.get(one.contract_id) != one]
    gone = before.keys() - {one.contract_id for one in now}
    if changed or gone:
        await work.valuations.replace(firm_id, changed=changed, gone=gone)
    return len(changed) + len(gone)


async def _follow_borrowers(work: BookWork, firm_id: str, touched: Iterable[ValuedContract], *, day: date) -> None:
    borrowers = {one.borrower_id for one in touched}
    known = await work.valuations.standings(firm_id, borrowers)
    found = {one: known.get(one, NO_CONTRACT) for one in borrowers}
    await work.valuations.keep_standings(firm_id, found, day=day, whole=False)
    await _judge(work, firm_id, found, day=day, whole=False)


async def _judge(work: BookWork, firm_id: str, found: Mapping[str, Standing], *, day: date, whole: bool) -> None:
    metric, moment = registry().get(BORROWER_LEVEL), Moment(day=day, at=work.now)
    alerts = await work.alerts.open_of(firm_id, BORROWER_LEVEL)
    absent = {_borrower_of(one): NO_CONTRACT for one in alerts} if whole else {}
    changes: list[AlertChanged] = []
    for borrower_id, standing in sorted((absent | dict(found)).items()):
        entity = Entity(kind="borrower", id=f"{firm_id}/{borrower_id}", firm_id=firm_id)
        alert = alerts.get(entity.id)
        if alert is None and not standing.code:
            continue  # nothing stands and nothing would clear: so it is for nearly every borrower of a market
        judgement = Judgement(metric=metric, standing=standing, moment=moment, entity=entity)
        change = judge(alert, judgement, new_id=new_id())
        if change is not None:
            changes.append(change)
    await _say(work, changes)


async def _say(work: BookWork, changes: Sequence[AlertChanged]) -> None:
    if changes:
        await work.alerts.keep(changes)
        work.record(*changes)


def _borrower_of(entity_id: str) -> str:
    return entity_id.split("/", 1)[1]


def _sums(valued: Collection[ValuedContract]) -> BookSums:
    return sums_of(valued) if valued else EMPTY
