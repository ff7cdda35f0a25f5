"""The offline validator (R12) says what the service would."""

import io
import json
from pathlib import Path

import pytest

from submissions.__main__ import main
from submissions.outcome import Outcome
from submissions.rules.case import KnownMarket
from submissions.tests.builders import APPENDED, Known, a_contract, a_line, as_json
from submissions.validate import validate_file, validate_lines


def a_file(folder: Path, *lines: bytes) -> Path:
    path = folder / "records.ndjson"
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def test_r12_names_the_line_the_rule_and_the_field(tmp_path: Path) -> None:
    path = a_file(tmp_path, as_json(a_contract()), b"no json", as_json(a_line(current_quantity=1)))
    report = validate_file(path, firm_id="F001", now=APPENDED)
    assert report.lines == 3
    assert not report.passes
    found = [(line, finding.rule, finding.path) for line, finding in report.problems]
    assert found == [(2, "V001", ""), (3, "V060", "current_quantity"), (3, "V061", "market_value")]
    assert report.not_checked["V033"] == 2


def test_r12_with_a_calendar_and_a_master_more_is_checked() -> None:
    known = KnownMarket(Known().calendar(), frozenset({("SSE", "600001")}))
    report = validate_lines([as_json(a_contract())], firm_id="F001", now=APPENDED, references=known)
    assert report.outcomes == {Outcome.PENDING_REFERENCE: 1}
    assert "V009" not in report.not_checked


def test_r12_an_oversized_line_is_one_problem() -> None:
    report = validate_lines([b"x" * (2 * 1024 * 1024)], firm_id="F001", now=APPENDED)
    assert [(line, finding.rule, finding.value) for line, finding in report.problems] == [(1, "V001", "size")]


def test_r12_from_the_command_line(tmp_path: Path) -> None:
    path = a_file(tmp_path, as_json(a_contract(warning_line="1.2", load_id="L")))
    output = io.StringIO()
    assert main(["validate", str(path), "--firm", "F001"], output=output, now=APPENDED) == 1
    first, *_, last = map(json.loads, output.getvalue().splitlines())
    assert (first["line"], first["rule"], first["path"]) == (1, "V048", "warning_line")
    assert last["outcomes"] == {"REJECTED": 1}
    good = a_file(tmp_path, as_json(a_contract()))
    assert main(["validate", str(good), "--firm", "F001"], output=io.StringIO(), now=APPENDED) == 0
    with pytest.raises(SystemExit):
        main(["validate", str(tmp_path / "absent"), "--firm", "F001"], output=io.StringIO(), now=APPENDED)
