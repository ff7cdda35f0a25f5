"""Both sides accepted the same round of terms: their registration case opens (P17.1)."""

from dataclasses import dataclass

from chassis.cause import Cause
from chassis.kernel import new_id
from listing.application.ports import Begin, Work
from listing.domain.checklist import variant_of
from listing.domain.registration_case import Agreement, RegistrationCase, Side


@dataclass(frozen=True, kw_only=True)
class OpenRegistration:
    """The agreement, as messaging said it."""

    agreement: Agreement
    pledgor: Side
    pledgee: Side


class OpenRegistrationHandler:
    """One case for one accepted term sheet; the pledgor's securities say which checklist applies."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: OpenRegistration, cause: Cause) -> None:
        """Opens it."""
        async with self._begin(cause) as work:
            case = RegistrationCase.open(
                case_id=new_id(),
                agreement=command.agreement,
                pledgor=command.pledgor,
                pledgee=command.pledgee,
                variant=variant_of(await _asset_classes(work, command.pledgor)),
                at=work.now,
            )
            if await work.registration_cases.add(case):
                work.record(*case.facts)
                case.facts.clear()
            else:
                work.note(opened=False, term_sheet_id=str(command.agreement.term_sheet_id))


async def _asset_classes(work: Work, pledgor: Side) -> frozenset[str]:
    listing = await work.listings.get(pledgor.listing_id)
    version = listing.public if listing else None
    return frozenset(one.asset_class for one in version.instruments) if version else frozenset()
