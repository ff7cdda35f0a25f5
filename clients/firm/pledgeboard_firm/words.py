"""The program's own words, in Chinese and English, and where it writes them."""

import json
import os
import sys
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Language(StrEnum):
    """What the reader reads."""

    ZH = "zh-CN"
    EN = "en"


class Output(StrEnum):
    """For whom: a person, or a program that reads one JSON document a line."""

    TEXT = "text"
    JSON = "json"


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


@dataclass
class Screen:
    """Standard output has results alone, one a line in JSON; remarks and failures go to standard error."""

    output: Output = Output.TEXT
    language: Language = field(default_factory=default_language)

    def result(self, document: Any, text: Text) -> None:
        """Writes a result: the document for a program, the text for a person."""
        line = json.dumps(document, ensure_ascii=False) if self.output is Output.JSON else text.of(self.language)
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    def remark(self, text: Text) -> None:
        """Says something on the side, to a person only."""
        if self.output is Output.TEXT:
            sys.stderr.write(text.of(self.language) + "\n")

    def failure(self, text: Text, *, name: str) -> None:
        """Says why the program failed; `name` is that of the exit code."""
        said = text.of(self.language)
        line = json.dumps({"failure": name, "title": said}, ensure_ascii=False) if self.output is Output.JSON else said
        sys.stderr.write(line + "\n")
