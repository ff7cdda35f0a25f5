"""How a form is checked against the catalogue of the day."""

from collections.abc import Collection
from dataclasses import replace

from chassis.kernel import FieldError
from listing.application.ports import Work
from listing.domain.content import Form, area_of
from listing.domain.eligibility import Catalogue, Instrument
from listing.domain.field_rules import FormInvalid
from listing.domain.pledgor_form import PledgorForm


def securities_of(form: Form) -> set[tuple[str, str]]:
    """The securities a form's lines name."""
    if not isinstance(form, PledgorForm):
        return set()
    return {(one.market, one.security) for one in form.lines if one.market is not None and one.security is not None}


async def catalogue_for(work: Work, form: Form) -> Catalogue:
    """The catalogue of the day with the form's securities."""
    return await work.catalogues.of(securities_of(form), work.today)


def instruments_of(form: Form, catalogue: Catalogue) -> tuple[Instrument, ...]:
    """The form's securities as the master has them, in a stable order."""
    found = (catalogue.instrument(*code) for code in sorted(securities_of(form)))
    return tuple(one for one in found if one is not None)


def require_sound(form: Form, catalogue: Catalogue, accounts: Collection[str]) -> None:
    """Refuses a draft with anything that can never stand; what is still empty may stay so.

    Raises:
        FormInvalid: with a pointer to each field.
    """
    _refuse(form, form.wrong(catalogue, accounts))


def require_complete(form: Form, catalogue: Catalogue, accounts: Collection[str]) -> None:
    """Refuses a submission with anything wrong or missing.

    Raises:
        FormInvalid: with a pointer to each field.
    """
    _refuse(form, [*form.wrong(catalogue, accounts), *form.missing()])


def _refuse(form: Form, errors: Collection[FieldError]) -> None:
    if errors:
        raise FormInvalid(errors=[replace(one, pointer=f"/{area_of(form)}{one.pointer}") for one in errors])
