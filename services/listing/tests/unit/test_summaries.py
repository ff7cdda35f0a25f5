from dataclasses import asdict
from decimal import Decimal

import pytest

from listing.domain.summary import amount_band, rate_band, summary_of
from listing.tests.builders import (
    ACCOUNT,
    NOON,
    a_draft,
    a_line,
    a_pledgee_form,
    a_pledgor_form,
    a_published_listing,
    a_restriction,
    a_submitted_listing,
)


def test_p14_1_a_summary_names_neither_owner_nor_account_nor_quantity() -> None:
    form = a_pledgor_form(lines=(a_line(quantity="123457"),))
    summary = summary_of(a_published_listing(form=form, participant_id="P-SECRET"))

    said = str(asdict(summary))  # type: ignore[arg-type]  # published
    assert "P-SECRET" not in said
    assert ACCOUNT not in said
    assert "123457" not in said


def test_p14_1_a_summary_says_subject_bands_term_state_and_dates() -> None:
    summary = summary_of(a_published_listing())

    assert summary is not None
    assert (summary.markets, summary.boards, summary.asset_classes) == (("SSE",), ("main",), ("a_share",))
    assert (summary.amount.above, summary.amount.up_to) == (Decimal(0), Decimal(1_000_000))
    assert (summary.annual_rate.above, summary.annual_rate.up_to) == (Decimal("0.06"), Decimal("0.07"))
    assert (summary.months_from, summary.state, summary.published_at) == (12, "open", NOON)


def test_p14_1_a_pledgee_summary_spans_its_ranges() -> None:
    summary = summary_of(a_published_listing(form=a_pledgee_form()))

    assert summary is not None
    assert (summary.amount.above, summary.amount.up_to) == (Decimal(0), Decimal(5_000_000))
    assert (summary.annual_rate.above, summary.annual_rate.up_to) == (Decimal("0.05"), Decimal("0.08"))


@pytest.mark.parametrize("listing", [a_draft(), a_submitted_listing()], ids=["draft", "under review"])
def test_p14_1_what_is_not_published_has_no_summary(listing: object) -> None:
    assert summary_of(listing) is None  # type: ignore[arg-type]  # a listing


def test_p14_1_a_restricted_or_deleted_listing_is_never_shown() -> None:
    restricted, deleted = a_published_listing(), a_published_listing()
    restricted.restrict(a_restriction(), at=NOON)
    deleted.delete(at=NOON)

    assert (summary_of(restricted), summary_of(deleted)) == (None, None)


def test_p13_1_a_summary_marks_an_update_under_review() -> None:
    listing = a_published_listing()
    listing.edit(a_pledgor_form(months=6))
    listing.submit(a_submitted_listing().under_review.declaration, (), at=NOON)  # type: ignore[union-attr]  # it has one

    summary = summary_of(listing)

    assert summary is not None
    assert summary.update_under_review


def test_an_amount_at_the_upper_end_belongs_to_its_band() -> None:
    assert amount_band(500_000_000, 500_000_000).up_to == 5_000_000
    assert amount_band(500_000_001, 500_000_001).above == 5_000_000
    assert amount_band(10**12, 10**12).up_to is None


def test_a_whole_percent_belongs_to_the_band_below() -> None:
    band = rate_band(Decimal("0.07"), Decimal("0.07"))

    assert (band.above, band.up_to) == (Decimal("0.06"), Decimal("0.07"))
