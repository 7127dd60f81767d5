"""Whatever a table holds, the shell answers 0 or 2 and names what it could not use."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.__main__ import main

NASTY = [
    "", " ", "NaN", "nan", "inf", "-inf", "1e309", "-1", "0", "1000000000000", "1e15", "1e400", "９９", "ya", "tidak",
    "katering", "bukan-kode", "catering;;seragam", "HALAL:2020-01-01;X:", "2020-02-30", "0001-01-01", "9999-12-31",
    "besok", "😀" * 50, "\x00", "\x07\x1b[31m", "\u202eabc", "'; DROP TABLE suppliers; --", '"', "a,b", "a\nb", "=1+1",
    "\ufeff", "é" * 300, "~", "1.200 box/hari, 3 shift", "mulai 31/2 s/d kemarin",
]  # fmt: skip
CELL = st.one_of(st.sampled_from(NASTY), st.text(max_size=30))
SUPPLIER = ["id", "name", "activity", "category", "lat", "lon", "certificates", "capacity_per_day", "rating",
            "rating_count", "price", "active", "debarred_until", "deliveries_total", "deliveries_on_time",
            "quantity_accepted_share", "scale", "area"]  # fmt: skip
NEED = ["id", "text", "category", "quantity_per_day", "unit", "start", "end", "certificates", "desired", "lat", "lon",
        "max_km", "split", "min_share", "ceiling_price", "today"]  # fmt: skip
FOLDER = tempfile.TemporaryDirectory()
CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
SOUND = "id,name,activity\ns,Katering Bu A,nasi kotak\n"
ASKED = "id,text\nn,nasi kotak 100 orang\n"


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def tables(columns: list[str]) -> st.SearchStrategy[str]:
    """Tables with some of the columns, and sometimes with cells that were never quoted."""
    row = st.lists(CELL, min_size=1, max_size=len(columns) + 1)
    quoting = st.sampled_from([quoted, str])

    def put(header: list[str], rows: list[list[str]], write: object) -> str:
        assert callable(write)
        return "\n".join([",".join(header), *(",".join(write(cell) for cell in cells) for cells in rows)])

    return st.builds(
        put, st.lists(st.sampled_from(columns), min_size=1, unique=True), st.lists(row, max_size=6), quoting
    )


def files(*texts: str | bytes) -> list[str]:
    """Write the texts as files (over the last ones); their names and that of an answer."""
    folder = Path(FOLDER.name)
    for at, text in enumerate(texts):
        (folder / f"{at}.csv").write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return [*(str(folder / f"{at}.csv") for at in range(len(texts))), str(folder / "out.csv")]


def rank(suppliers: str | bytes, needs: str | bytes) -> int:
    s, n, out = files(suppliers, needs)
    return main(["rank", "--suppliers", s, "--needs", n, "--out", out])


@settings(max_examples=150, deadline=None, suppress_health_check=CHECKS)
@given(tables(SUPPLIER), tables(NEED))
def test_no_table_breaks_the_ranking(suppliers: str, needs: str) -> None:
    assert rank(suppliers, needs) in {0, 2}
    assert rank(suppliers, ASKED) in {0, 2}
    assert rank(SOUND, needs) in {0, 2}


@settings(max_examples=150, deadline=None, suppress_health_check=CHECKS)
@given(tables(["id", "text", "name"]))
def test_no_table_breaks_the_classification(texts: str) -> None:
    source, out = files(texts)
    assert main(["classify", "--in", source, "--out", out]) in {0, 2}


@settings(max_examples=100, deadline=None, suppress_health_check=CHECKS)
@given(st.binary(max_size=300))
def test_no_bytes_break_it(raw: bytes) -> None:
    assert rank(raw, ASKED) in {0, 2}
    assert rank(SOUND, raw) in {0, 2}
    source, out = files(raw)
    for command in ("classify", "split"):
        assert main([command, "--in", source, "--out", out]) in {0, 2}


NUMBER = st.one_of(
    st.integers(-10, 10**13),
    st.floats(),
    st.none(),
    st.booleans(),
    st.text(max_size=5),
    st.lists(st.integers(), max_size=2),
)
BID = st.fixed_dictionaries(
    {}, optional={"id": NUMBER, "price": NUMBER, "quantity_per_day": NUMBER, "min_quantity": NUMBER, "other": NUMBER}
)
PROBLEM = st.one_of(
    NUMBER,
    st.fixed_dictionaries(
        {},
        optional={
            "quantity_per_day": NUMBER,
            "max_suppliers": NUMBER,
            "min_share": NUMBER,
            "bids": st.lists(BID, max_size=4),
        },
    ),
)


@settings(max_examples=200, deadline=None, suppress_health_check=CHECKS)
@given(PROBLEM)
def test_no_problem_breaks_the_split(problem: object) -> None:
    source, out = files(json.dumps(problem))
    assert main(["split", "--in", source, "--out", out]) in {0, 2}


@pytest.mark.parametrize(
    ("suppliers", "needs", "named"),
    [
        ("id,name,lat\ns,Katering,NaN\n", ASKED, "lat"),
        ("id,name,lat,lon\ns,Katering,inf,106\n", ASKED, "lat"),
        ("id,name,capacity_per_day\ns,Katering,1e13\n", ASKED, "capacity_per_day"),
        ("id,name,category\ns,Katering,makanan-enak\n", ASKED, "category"),
        ("id,name,rating\ns,Katering,NaN\n", ASKED, "rating"),
        ("id,name,price\ns,Katering,inf\n", ASKED, "price"),
        ("id,name,quantity_accepted_share\ns,Katering,nan\n", ASKED, "quantity_accepted_share"),
        ("name,activity\nKatering,nasi\n", ASKED, "id"),
        (SOUND, "id,text,quantity_per_day\nn,nasi,1e13\n", "quantity_per_day"),
        (SOUND, "id,text,start,end\nn,nasi,2027-03-01,2027-01-01\n", "end"),
        (SOUND, "id,text,max_km\nn,nasi,-inf\n", "max_km"),
        (SOUND, "id,text,category\nn,nasi,bukan-kode\n", "category"),
        (SOUND, "id,text,ceiling_price\nn,nasi,-5\n", "ceiling_price"),
    ],
)
def test_nothing_usable_ends_with_two_and_names_the_column(
    suppliers: str, needs: str, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rank(suppliers, needs) == 2
    assert f": {named}: " in capsys.readouterr().err


def test_a_text_of_a_hundred_kilobytes_is_ranked_and_classified() -> None:
    long = "nasi kotak 😀 " * 9_000
    assert rank(SOUND, f"id,text\nn,{long}\n") == 0
    source, out = files(f"id,text\nn,{long}\n")
    assert main(["classify", "--in", source, "--out", out]) == 0
    assert Path(out).read_text().splitlines()[1].startswith("n,catering,")
