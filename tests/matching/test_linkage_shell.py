"""``python -m matching link``: tables in, pairs out, bad rows named."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from matching import tables
from matching.__main__ import main

LEFT = (
    "id,name,owner,phone,kelurahan\n1,Warung Bu Siti,Siti Aminah,081211122233,Gerem\n"
    "2,Toko Jaya,Agus Salim,081399988877,Citangkil\n"
)
RIGHT = (
    "id,name,owner,phone,kelurahan\nx,wr. bu siti,Hj. St. Aminah,+6281211122233,Gerem\n"
    "y,Laundry Bersih,Budi Utomo,,Citangkil\n"
)


def put(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def pairs(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_link_finds_the_same_business_and_says_why(tmp_path: Path) -> None:
    out = tmp_path / "p.csv"
    given = [
        "link",
        "--left",
        put(tmp_path, "a.csv", LEFT),
        "--right",
        put(tmp_path, "b.csv", RIGHT),
        "--out",
        str(out),
    ]
    assert main(given) == 0
    rows = pairs(out)
    assert [(row["id_a"], row["id_b"]) for row in rows] == [("1", "x")]
    assert float(rows[0]["probability"]) >= 0.5
    assert "telepon sama +" in rows[0]["reasons"]


def test_link_within_reads_parquet_and_numbers_rows_without_id(tmp_path: Path) -> None:
    rows = [
        ("Warung Bu Siti", "Siti Aminah", "0812111222"),
        ("Jaya", "Agus", ""),
        ("Wr Siti", "St. Aminah", "62812111222"),
    ]
    tables.write(tmp_path / "a.parquet", ("name", "owner", "phone"), rows)
    out = str(tmp_path / "p.parquet")
    assert main(["link", "--within", str(tmp_path / "a.parquet"), "--out", out, "--min-probability", "0.01"]) == 0
    assert [(row["id_a"], row["id_b"]) for _, row in tables.read(out)] == [("2", "4")]


def test_bad_rows_are_reported_with_line_and_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = LEFT + ",ohne,,,\n2,lagi,,,\n9,,,,\n" + f"10,{'x' * 100_000},=1+1,\x07,\n"
    out = tmp_path / "p.csv"
    given = ["link", "--left", put(tmp_path, "a.csv", bad), "--right", put(tmp_path, "b.csv", RIGHT), "--out", str(out)]
    assert main(given) == 0
    said = capsys.readouterr().err
    for line in ("a.csv:4: id", "a.csv:5: id", "a.csv:6: name"):
        assert line in said
    assert [row["id_a"] for row in pairs(out)] == ["1"]


@pytest.mark.parametrize("text", ["", "id,name\n", "id,name\n,\n"])
def test_nothing_usable_ends_with_status_two(tmp_path: Path, text: str) -> None:
    assert main(["link", "--within", put(tmp_path, "a.csv", text), "--out", str(tmp_path / "p.csv")]) == 2


def test_a_missing_file_or_folder_ends_with_status_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["link", "--within", str(tmp_path / "no.csv"), "--out", str(tmp_path / "p.csv")]) == 2
    assert "no.csv" in capsys.readouterr().err
    there = put(tmp_path, "a.csv", LEFT)
    assert main(["link", "--within", there, "--out", str(tmp_path / "none" / "p.csv")]) == 2


@pytest.mark.parametrize(
    "given", [["--left", "a.csv"], ["--within", "a.csv", "--left", "b.csv", "--right", "c.csv"], []]
)
def test_half_a_question_is_refused(given: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(["link", *given, "--out", "p.csv"])
