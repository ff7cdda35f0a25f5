"""The mapper of real files: on a folder of a few rows, and on the real one where it is at hand."""

import csv
import gzip
import json
import os
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from finance.calendar import TradingCalendar
from finance.units import fen
from market.__main__ import main
from market.real import map_real
from market.real_sources import RealPrices, SourceAbsent, master, pledges, sessions
from submissions.outcome import Outcome
from submissions.rules.case import KnownMarket
from submissions.validate import validate_file

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CONTRACT_ROWS = """ts_code,start_date,release_date,pledge_price,close_line
000002.SZ,2018-03-01,,10.0,7.0
000002.SZ,2017-01-03,2018-03-02,8.0,5.6
300001.SZ,2016-04-02,,20.123456,14.0
600000.SH,2018-06-16,,5.0,3.5
600000.SH,2018-05-02,2018-05-01,5.5,3.85
"""
BASIC_ROWS = """code,name,industry,outstanding,totals,esp,timeToMarket
000002,万科Ａ,全国地产,97.1,110.4,0.5,19910129
300001,*ST特锐,电气设备,8.0,10.0,-0.1,20091030
"""
ADJUSTED_ROWS = """code,date,adj_close
000002.SZ,2018-03-01,5.0
000002.SZ,2018-06-01,4.5
000002.SZ,2018-06-04,4.4
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "data"
    for name in ("pledge", "securities", "prices", "calendar"):
        (root / name).mkdir(parents=True)
    (root / "pledge" / "contracts_2016_2019.csv").write_text(CONTRACT_ROWS, encoding="utf-8")
    (root / "securities" / "stock_basics_2018-08.csv").write_text(BASIC_ROWS, encoding="utf-8")
    (root / "securities" / "quotes_2018-08-13.csv").write_text("code,price\n300001,0.0\n", encoding="utf-8")
    with gzip.open(root / "prices" / "adjclose_2015-12_2019-12.csv.gz", "wt", encoding="utf-8") as file:
        file.write(ADJUSTED_ROWS)
    days = [date.fromordinal(one) for one in range(date(2014, 1, 1).toordinal(), date(2019, 12, 31).toordinal())]
    text = "\n".join(f"{day:%Y%m%d}" for day in days if day.weekday() < 5)
    (root / "calendar" / "xshg_sessions_1990_2026.txt").write_text(text, encoding="utf-8")
    return root


def records(root: Path, manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = {}
    for stream in manifest["streams"]:
        for line in (root / stream["file"]).read_bytes().split():
            one = json.loads(line)
            found[one["record_key"]] = one
    return found


def test_every_real_contract_becomes_a_contract_and_a_line(folder: Path, tmp_path: Path) -> None:
    manifest = map_real(folder, tmp_path / "out", days=1)
    found = records(tmp_path / "out", manifest)
    assert len(found) == 10
    assert sum(one["records"] for one in manifest["streams"]) == 10
    first, line = found["R-00001"], found["R-00001/1"]
    assert (first["status"], first["maturity"], first["extension_count"]) == ("active", "2019-03-01", 0)
    assert 5_000_000 <= Decimal(first["initial_amount"]) <= 200_000_000
    worth = Fraction(first["initial_amount"]) / (line["initial_quantity"] * 10)
    assert abs(worth - Fraction(525, 1000)) < Fraction(1, 1000)
    assert line["initial_quantity"] % 100 == 0
    released = found["R-00002"]
    assert (released["status"], released["close_date"], released["close_reason"]) == ("closed", "2018-03-02", "early")
    assert fen(released["close_amount"]) > fen(released["initial_amount"])
    assert found["R-00002/1"]["current_quantity"] == 0
    extended = found["R-00003"]
    assert (extended["maturity"], extended["extension_count"], extended["last_extension"]) == (
        "2019-04-02",
        2,
        "2018-04-02",
    )
    # Begun after the reporting day, on a Saturday: reported on the next trading day.
    later = found["R-00004"]
    assert (later["action"], later["business_date"], later["initial_date"]) == ("NEW", "2018-06-18", "2018-06-16")
    # A release before its start is taken for none.
    assert found["R-00005"]["status"] == "active"


def test_what_is_mapped_passes_the_platforms_rules(folder: Path, tmp_path: Path) -> None:
    manifest = map_real(folder, tmp_path / "out", days=1)
    days = sessions(folder)
    calendar = TradingCalendar(days, first=days[0], last=days[-1])
    named = {one.security for one in pledges(folder)}
    known = KnownMarket(calendar, frozenset(named))
    for stream in manifest["streams"]:
        path = tmp_path / "out" / stream["file"]
        if stream["records"]:
            report = validate_file(path, firm_id=stream["firm_id"], now=NOW, references=known)
            assert report.outcomes == {Outcome.ACCEPTED: stream["records"]}, report.problems


def test_prices_follow_the_series_on_the_contracts_basis_and_else_the_latest_start(folder: Path) -> None:
    prices = RealPrices(folder, pledges(folder))
    assert prices.on(("SZSE", "000002"), date(2018, 6, 1)) == (Decimal("9.0000"), True)
    assert prices.on(("SZSE", "300001"), date(2018, 6, 1)) == (Decimal("20.1235"), False)
    assert prices.on(("SSE", "600000"), date(2018, 5, 1)) is None


def test_the_master_holds_marks_and_what_only_a_contract_names(folder: Path, tmp_path: Path) -> None:
    found = {one.key: one for one in master(folder, {("SSE", "600000")})}
    assert found["SZSE", "300001"].special_treatment == "star_st"
    assert found["SZSE", "300001"].suspended
    assert found["SZSE", "300001"].net_income_last_year == Decimal("-100000000.00")
    assert found["SZSE", "000002"].a_capital == 11_040_000_000
    assert found["SSE", "600000"].name == "600000"
    map_real(folder, tmp_path / "out", days=1)
    with (tmp_path / "out" / "reference" / "price" / "2018-06-01.csv").open(encoding="utf-8") as file:
        rows = {row["security"]: row for row in csv.DictReader(file)}
    assert (rows["000002"]["close"], rows["000002"]["traded"]) == ("9.0000", "true")
    assert rows["300001"]["traded"] == "false"


def test_assumptions_are_stated_in_both_languages(folder: Path, tmp_path: Path) -> None:
    manifest = map_real(folder, tmp_path / "out", days=1)
    assert {"amount", "quantity", "firm", "rate", "lines", "prices"} <= {one["id"] for one in manifest["assumptions"]}
    assert all(one["zh"] and one["en"].isascii() for one in manifest["assumptions"])


def test_from_the_command_line(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--data", str(folder), "--out", str(tmp_path / "out"), "--days", "1"]) == 0
    assert "原始数据没有金额" in capsys.readouterr().out
    small = ["--contracts", "40", "--quiet-days", "8", "--fall-days", "3"]
    assert main(["generate", "--synthetic", "--seed", "3", "--out", str(tmp_path / "made"), *small]) == 0
    assert "F002" in capsys.readouterr().out
    with pytest.raises(ValueError, match="larger market"):
        main(["generate", "--synthetic", "--out", str(tmp_path / "tiny"), *small[2:], "--contracts", "4"])


def test_an_absent_file_is_named(folder: Path, tmp_path: Path) -> None:
    (folder / "prices" / "adjclose_2015-12_2019-12.csv.gz").unlink()
    with pytest.raises(SourceAbsent, match="adjclose"):
        map_real(folder, tmp_path / "out")


def test_the_real_folder_has_what_the_mapper_needs() -> None:
    root = Path(os.environ.get("PLEDGEBOARD_DATA", Path(__file__).resolve().parents[4].parent / "shared" / "data"))
    if not (root / "pledge").is_dir():
        pytest.skip(f"NOT PROVEN HERE: the real files are absent ({root}); set PLEDGEBOARD_DATA")
    known = pledges(root)
    prices = RealPrices(root, known)
    assert len(known) == 51_080
    assert len({one.security for one in known}) == 2_396
    assert len(prices.followed) == 51
    assert all(prices.on(one.security, one.begun) for one in known)
