"""The command line's own words, in Chinese and English."""

import os
from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """What the reader reads; also asked of the platform."""

    ZH = "zh-CN"
    EN = "en"


@dataclass(frozen=True, kw_only=True)
class Text:
    """One text in both languages."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        """The text in one language."""
        return self.zh if language is Language.ZH else self.en


def default_language() -> Language:
    """English where the environment asks for it, Chinese otherwise."""
    asked = os.environ.get("PLEDGEBOARD_LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return Language.EN if asked.lower().startswith("en") else Language.ZH
