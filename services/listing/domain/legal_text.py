"""Dated legal texts: the guide (P19.1) and the declaration that goes with submissions (P4.6)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

TextKind = Literal["guide", "declaration"]


@dataclass(frozen=True, kw_only=True)
class LegalText:
    """One version of a text: what it says, from when, and who interprets it.

    `status` says whether the wording is the original's (`rule`), awaits comparison with it (`to_confirm`), or is ours.
    """

    kind: TextKind
    version: str
    effective_from: date
    interpreter_zh: str
    interpreter_en: str
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    status: str
