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
from market.files import read_manifest
from market.real import map_real
from market.real_sources import RealPrices, SourceAbsent, master, pledges
from market.synthetic import Size, generate
from submissions.rules.case import KnownMarket
from submissions.validate import validate_file

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FIRST_ROWS = (
    "000002.SZ,2018-03-01,,10.0,7.0",
    "000002.SZ,2017-01-03,2018-03-02,8.0,5.6",
    "300001.SZ,2016-04-02,,20.123456,14.0",
    "600000.SH,2018-06-16,,5.0,3.5",
    "600000.SH,2018-05-02,2018-05-01,5.5,3.85",
)
FOLLOWED = tuple(f"60010{number}" for number in range(8))
BASIC_ROWS = (
    "code,name,industry,outstanding,totals,esp,timeToMarket",
    "000002,万科Ａ,全国地产,97.1,110.4,0.5,19910129",
    "300001,*ST特锐,电气设备,8.0,10.0,-0.1,20091030",
    "600999,招商证券,证券,50.0,60.0,0.4,20091117",
    *(f"{code},股份{code},综合,5.0,9.0,0.3,20010101" for code in FOLLOWED),
)
DAYS = [date.fromordinal(one) for one in range(date(2014, 1, 1).toordinal(), date(2019, 12, 31).toordinal())]
WEEKDAYS = [day for day in DAYS if day.weekday() < 5]
REPLAY = 6


def contract_rows() -> list[str]:
    """The five of the tests first, then enough for both firms to make their mistakes on."""
    others = (f"{code}.SH,2018-0{month}-07,,{10 + month}.0,7.0" for code in FOLLOWED for month in range(1, 6))
    return ["ts_code,start_date,release_date,pledge_price,close_line", *FIRST_ROWS, *others]


def series_rows() -> list[str]:
    """Every followed share falls for days and recovers at the end; its basis is half of the contracts'."""
    rows = ["code,date,adj_close", "000002.SZ,2018-03-01,5.0", "000002.SZ,2018-06-13,4.5"]
    window = [day for day in WEEKDAYS if date(2018, 1, 1) <= day <= date(2018, 7, 1)]
    falls = {day: at for at, day in enumerate(day for day in window if day > date(2018, 6, 13))}
    for code in FOLLOWED:
        for day in window:
            fall = falls.get(day, 0)
            close = Decimal(8) - Decimal(min(fall, 4)) / 10 + (Decimal("0.2") if fall > 4 else 0)
            rows.append(f"{code}.SH,{day},{close}")
    return rows


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "data"
    for name in ("pledge", "securities", "prices", "calendar"):
        (root / name).mkdir(parents=True)
    (root / "pledge" / "contracts_2016_2019.csv").write_text("\n".join(contract_rows()), encoding="utf-8")
    (root / "securities" / "stock_basics_2018-08.csv").write_text("\n".join(BASIC_ROWS), encoding="utf-8")
    (root / "securities" / "quotes_2018-08-13.csv").write_text("code,price\n300001,0.0\n", encoding="utf-8")
    with gzip.open(root / "prices" / "adjclose_2015-12_2019-12.csv.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(series_rows()))
    text = "\n".join(f"{day:%Y%m%d}" for day in WEEKDAYS)
    (root / "calendar" / "xshg_sessions_1990_2026.txt").write_text(text, encoding="utf-8")
    return root


def records(root: Path, manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The clean records of all streams, by key."""
    found = {}
    for stream in (*manifest["streams"], *manifest["later_streams"]):
        planted = {one["line"] for one in stream.get("planted", [])}
        for number, line in enumerate((root / stream["file"]).read_bytes().splitlines(), 1):
            if number not in planted:
                one = json.loads(line)
                found[one["record_key"]] = one
    return found


def test_every_real_contract_becomes_a_contract_and_a_line(folder: Path, tmp_path: Path) -> None:
    manifest = map_real(folder, tmp_path / "out", days=REPLAY)
    found = records(tmp_path / "out", manifest)
    of_source = [key for key in found if key.startswith("R-")]
    assert len(of_source) == 2 * (len(contract_rows()) - 1)
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


def test_what_is_mapped_is_judged_as_it_says(folder: Path, tmp_path: Path) -> None:
    manifest = map_real(folder, tmp_path / "out", days=REPLAY)
    calendar = TradingCalendar(WEEKDAYS, first=WEEKDAYS[0], last=WEEKDAYS[-1])
    with (tmp_path / "out" / "reference" / "security" / "2018-06-13.csv").open(encoding="utf-8") as file:
        known = KnownMarket(calendar, frozenset((row["market"], row["security"]) for row in csv.DictReader(file)))
    for stream in manifest["streams"]:
        path = tmp_path / "out" / stream["file"]
        report = validate_file(path, firm_id=stream["firm_id"], now=NOW, references=known)
        assert {str(name): count for name, count in report.outcomes.items()} == stream["expected"], report.problems
    assert sum(one["records"] for one in manifest["later_streams"]) == 2


def test_b11_2a_a_real_close_meets_the_line_exactly(folder: Path, tmp_path: Path) -> None:
    manifest = map_real(folder, tmp_path / "out", days=REPLAY)
    line = manifest["at_the_line"]
    contract = records(tmp_path / "out", manifest)[line["contract_id"]]
    warned = line["levels"].index("WARNING")
    debt, worth = Fraction(contract["payable"]), Fraction(line["closes"][warned]) * 2_000_000
    assert worth / debt == Fraction(contract["warning_line"])
    assert set(line["levels"][:warned]) == {"NORMAL"}
    assert line["levels"][-1] == "NORMAL"


def test_the_manifest_tells_the_same_story_as_the_synthetic_one(folder: Path, tmp_path: Path) -> None:
    real = map_real(folder, tmp_path / "real", days=REPLAY)
    size = Size(quiet_days=10, fall_days=8, contracts=40)
    made = generate(7, tmp_path / "made", size=size)
    assert made.keys() <= real.keys()
    assert [one["name"] for one in made["listings"]] == [one["name"] for one in real["listings"]]
    kinds = {one["kind"] for one in read_manifest(tmp_path / "real")["reference"]}
    assert kinds == {"calendar", "security", "corporate_action", "price", "holding", "registration"}
    assert [one["day"] for one in real["indicators"]] == [
        one.isoformat() for one in (real["reported_on"], *real["fall_days"])
    ]


def test_prices_follow_the_series_on_the_contracts_basis_and_else_the_latest_start(folder: Path) -> None:
    prices = RealPrices(folder, pledges(folder))
    assert prices.on(("SZSE", "000002"), date(2018, 6, 13)) == (Decimal("9.0000"), True)
    assert prices.on(("SZSE", "300001"), date(2018, 6, 1)) == (Decimal("20.1235"), False)
    assert prices.on(("SSE", "600000"), date(2018, 5, 1)) is None


def test_the_master_holds_marks_and_what_only_a_contract_names(folder: Path, tmp_path: Path) -> None:
    found = {one.key: one for one in master(folder, {("SSE", "600000")})}
    assert found["SZSE", "300001"].special_treatment == "star_st"
    assert found["SZSE", "300001"].suspended
    assert found["SZSE", "300001"].net_income_last_year == Decimal("-100000000.00")
    assert found["SZSE", "000002"].a_capital == 11_040_000_000
    assert found["SSE", "600000"].name == "600000"
    map_real(folder, tmp_path / "out", days=REPLAY)
    with (tmp_path / "out" / "reference" / "price" / "2018-06-13.csv").open(encoding="utf-8") as file:
        rows = {row["security"]: row for row in csv.DictReader(file)}
    assert (rows["000002"]["close"], rows["000002"]["traded"]) == ("9.0000", "true")
    assert rows["300001"]["traded"] == "false"


def test_assumptions_are_stated_in_both_languages(folder: Path, tmp_path: Path) -> None:
    manifest = map_real(folder, tmp_path / "out", days=REPLAY)
    assert {"amount", "quantity", "firm", "rate", "lines", "prices"} <= {one["id"] for one in manifest["assumptions"]}
    assert all(one["zh"] and one["en"].isascii() for one in manifest["assumptions"])


def test_from_the_command_line(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--data", str(folder), "--out", str(tmp_path / "out"), "--days", str(REPLAY)]) == 0
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
