"""What a person or a program reads: text, or JSON with `--output json`."""

import json
import sys
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
