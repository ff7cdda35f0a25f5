"""What a person or a program reads: text, or JSON with `--output json`."""

import json
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pledgeboard.failures import Failure
from pledgeboard.languages import Language, Text, default_language


class Output(StrEnum):
    """For whom."""

    TEXT = "text"
    JSON = "json"


@dataclass
class Screen:
    """Where a command writes its result: standard output has the result alone, remarks go to standard error."""

    output: Output = Output.TEXT
    language: Language = field(default_factory=default_language)

    def result(self, document: Any, text: Text) -> None:
        """Writes the result: the document for a program, the text for a person."""
        line = json.dumps(document, ensure_ascii=False) if self.output is Output.JSON else text.of(self.language)
        sys.stdout.write(line + "\n")

    def table(self, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
        """Writes a list: whole documents, one a line, for a program; some columns for a person."""
        if self.output is Output.JSON:
            for row in rows:
                sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
            return
        cells = [columns, *([_cell(row.get(column)) for column in columns] for row in rows)]
        widths = [max(_width(line[at]) for line in cells) for at in range(len(columns))]
        for line in cells:
            padded = (text + " " * (width - _width(text)) for text, width in zip(line, widths, strict=True))
            sys.stdout.write("  ".join(padded).rstrip() + "\n")

    def remark(self, text: Text) -> None:
        """Says something on the side, to a person only."""
        if self.output is Output.TEXT:
            sys.stderr.write(text.of(self.language) + "\n")

    def failure(self, failure: Failure) -> None:
        """Says why a command failed."""
        document = failure.document(self.language)
        if self.output is Output.JSON:
            sys.stderr.write(json.dumps(document, ensure_ascii=False) + "\n")
            return
        lines = [str(document.get("title") or failure.text.of(self.language))]
        lines += [
            f"  {error.get('pointer', '')} {error.get('rule', '')} {error.get('message', '')}".rstrip()
            for error in document.get("errors", [])
        ]
        if trace_id := document.get("trace_id"):
            lines.append(f"  trace {trace_id}")
        sys.stderr.write("\n".join(lines) + "\n")


def _cell(value: Any) -> str:
    return "-" if value is None else str(value)


def _width(text: str) -> int:
    """Columns of a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
