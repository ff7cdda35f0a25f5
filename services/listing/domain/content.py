"""The content of a version as one canonical text: what a declaration's hash is made of (P4.6)."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Literal

from listing.domain.pledgee_form import PledgeeForm
from listing.domain.pledgor_form import PledgorForm

Area = Literal["pledgor", "pledgee"]
Form = PledgorForm | PledgeeForm


def area_of(form: Form) -> Area:
    """The area a form belongs to."""
    return "pledgor" if isinstance(form, PledgorForm) else "pledgee"


def empty_form(area: Area) -> Form:
    """What a new draft of the area begins with."""
    return PledgorForm() if area == "pledgor" else PledgeeForm()


def content_hash(form: Form) -> str:
    """SHA-256 over the canonical JSON of the form: equal content, equal hash, whatever its spelling (1.50 is 1.5)."""
    text = json.dumps(
        {"area": area_of(form), "content": _plain(form)}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else value
