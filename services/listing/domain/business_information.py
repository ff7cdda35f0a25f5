"""Business information: versioned, and complete before the first submission (P7.2)."""

from dataclasses import dataclass, replace
from datetime import datetime

from chassis.kernel import Fact, FieldError, Refusal
from listing.domain.field_rules import broken, required, short_text
from listing.domain.participant import Kind

INTRODUCTION_MAX = 2000
_TEXT_MAX = 200
_CHANNELS_MAX = 10


class BusinessInformationInvalid(Refusal):
    """Something in it is too long."""

    slug = "business-information-invalid"
    title_zh = "业务平台信息填写有误"
    title_en = "The business information cannot stand"


class BusinessInformationMissing(Refusal):
    """A submission needs it complete; the errors name the missing fields."""

    slug = "business-information-missing"
    title_zh = "提交前请补全业务平台信息"
    title_en = "Complete the business information before submitting"


@dataclass(frozen=True, kw_only=True)
class Channel:
    """One way to reach the contact person."""

    kind: str
    value: str


@dataclass(frozen=True, kw_only=True)
class BusinessInformation:
    """What a participant says about itself on the board."""

    contact_person: str | None = None
    channels: tuple[Channel, ...] = ()
    region: str | None = None
    industry: str | None = None
    institution_category: str | None = None
    introduction: str | None = None
    preferred_counterparties: str | None = None

    def missing(self, kind: Kind) -> list[FieldError]:
        """What is still empty; industry and category are asked of institutions only."""
        fields: dict[str, object] = {
            "contact_person": self.contact_person,
            "channels": self.channels,
            "region": self.region,
        }
        if kind == "institution":
            fields |= {"industry": self.industry, "institution_category": self.institution_category}
        return required(fields)

    def require_sound(self) -> None:
        """Refuses what is too long.

        Raises:
            BusinessInformationInvalid: naming each field.
        """
        errors = [
            *short_text("/contact_person", self.contact_person, limit=_TEXT_MAX),
            *short_text("/region", self.region, limit=_TEXT_MAX),
            *short_text("/industry", self.industry, limit=_TEXT_MAX),
            *short_text("/institution_category", self.institution_category, limit=_TEXT_MAX),
            *short_text("/introduction", self.introduction, limit=INTRODUCTION_MAX),
            *short_text("/preferred_counterparties", self.preferred_counterparties),
        ]
        if len(self.channels) > _CHANNELS_MAX:
            errors.append(broken("/channels", "too_many", limit=_CHANNELS_MAX))
        if errors:
            raise BusinessInformationInvalid(errors=errors)


@dataclass(frozen=True, kw_only=True)
class BusinessInformationVersion:
    """One version as it is kept."""

    version: int
    information: BusinessInformation
    changed_at: datetime
    changed_by: str
    confirmed_at: datetime | None = None

    @property
    def confirm_by(self) -> datetime:
        """When its owner is asked to say that it still holds: a year after it last did (P7.3)."""
        return a_year_after(self.confirmed_at or self.changed_at)

    def confirm(self, *, at: datetime) -> "BusinessInformationVersion":
        """The same version, confirmed."""
        return replace(self, confirmed_at=at)


@dataclass(frozen=True, kw_only=True)
class BusinessInformationChanged(Fact):
    """A new version stands; its content is not said."""

    participant_id: str
    version: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ConfirmationAsked(Fact):
    """A year has passed: the owner is asked whether it still holds (P7.3)."""

    participant_id: str
    version: int
    at: datetime


def a_year_after(moment: datetime) -> datetime:
    """The same day of the next year; of a leap day, the first of March."""
    try:
        return moment.replace(year=moment.year + 1)
    except ValueError:
        return moment.replace(year=moment.year + 1, month=3, day=1)


def require_complete(current: BusinessInformationVersion | None, kind: Kind) -> None:
    """Refuses a submission while anything mandatory is empty.

    Raises:
        BusinessInformationMissing: naming the missing fields.
    """
    information = current.information if current else BusinessInformation()
    errors = information.missing(kind)
    if errors:
        raise BusinessInformationMissing(errors=errors, missing=[one.pointer.lstrip("/") for one in errors])
