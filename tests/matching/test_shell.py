"""``python -m matching``: tables in, tables out, bad rows named."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from matching import tables
from matching.__main__ import main

SUPPLIERS = "id,name,activity,lat,lon\n1,Katering Bu A,nasi kotak,-6.0,106.0\n2,Londri B,laundry kiloan,-6.1,106.1\n"
NEEDS = "id,text\nK-1,Jasa laundry pakaian kerja\nK-2,katering nasi box 50 orang\n"


def put(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def ranked(folder: Path, suppliers: str, needs: str, out: str = "r.csv") -> int:
    given = ["rank", "--suppliers", put(folder, "s.csv", suppliers), "--needs", put(folder, "n.csv", needs)]
    return main([*given, "--top", "20", "--out", str(folder / out)])


def test_rank_needs_only_names_and_texts(tmp_path: Path) -> None:
    assert ranked(tmp_path, SUPPLIERS, NEEDS) == 0
    rows = list(csv.DictReader((tmp_path / "r.csv").read_text().splitlines()))
    assert list(rows[0]) == ["need_id", "supplier_id", "rank", "score"]
    best = {row["need_id"]: row["supplier_id"] for row in rows if row["rank"] == "1"}
    assert best == {"K-1": "2", "K-2": "1"}


def test_rank_writes_and_reads_parquet(tmp_path: Path) -> None:
    suppliers = [row for _, row in tables.read(put(tmp_path, "s.csv", SUPPLIERS))]
    tables.write(tmp_path / "s.parquet", list(suppliers[0]), [list(row.values()) for row in suppliers])
    needs = put(tmp_path, "n.csv", NEEDS)
    out = str(tmp_path / "r.parquet")
    assert main(["rank", "--suppliers", str(tmp_path / "s.parquet"), "--needs", needs, "--out", out]) == 0
    assert {row["supplier_id"] for _, row in tables.read(out)} == {"1", "2"}


def test_bad_rows_are_reported_with_line_and_reason_and_the_rest_is_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    suppliers = (
        "id,name,activity,lat,certificates,capacity_per_day,category\n"
        "1,Katering,nasi kotak,utara,,,\n"
        "2,Katering,nasi kotak,-6,HALAL:2030-01-01;NIB,100,catering\n"
        "2,Katering,nasi kotak,-6,,,\n"
        ",tanpa id,x,,,,\n"
        "5,Katering,nasi kotak,-6,,-4,\n"
        "6,Katering,nasi kotak,-6,HALAL:besok,,\n"
        "7,Katering,nasi kotak,-6,,,bukan-kode\n"
    )
    needs = "id,text,certificates,start,end\nK-1,katering,HALAL,2027-01-01,2027-02-01\nK-2,katering,,kapan,\n"
    assert ranked(tmp_path, suppliers, needs) == 0
    said = capsys.readouterr().err
    for line in ("s.csv:2: lat", "s.csv:4: id", "s.csv:5: id", "s.csv:6: capacity_per_day", "s.csv:7: certificates"):
        assert line in said
    assert "s.csv:8: category" in said
    assert "n.csv:3: start" in said
    assert [row["supplier_id"] for row in csv.DictReader((tmp_path / "r.csv").read_text().splitlines())] == ["2"]


@pytest.mark.parametrize("suppliers", ["", "id,name\n", "name\nKatering\n"])
def test_nothing_usable_ends_with_status_two(tmp_path: Path, suppliers: str) -> None:
    assert ranked(tmp_path, suppliers, NEEDS) == 2


def test_a_missing_file_ends_with_status_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["classify", "--in", str(tmp_path / "none.csv"), "--out", str(tmp_path / "c.csv")]) == 2
    assert "none.csv" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["rank", "classify", "split", "link", "plan"])
def test_an_answer_that_cannot_be_written_is_refused_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    given = {"rank": ["--suppliers", "none.csv", "--needs", "none.csv"], "link": ["--within", "none.csv"]}
    asked = [command, *given.get(command, ["--in", "none.json"])]
    assert main([*asked, "--out", str(tmp_path / "missing" / "r.csv")]) == 2
    assert "Folder tujuan tidak ada" in capsys.readouterr().err
    assert main([*asked, "--out", str(tmp_path)]) == 2
    assert "Ini folder" in capsys.readouterr().err


def test_a_need_of_which_nothing_is_understood_is_ranked_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    needs = "id,text,category\nK-1,,\nK-2,\U0001f600,\nK-3,asdkjh qwe,\nK-4,laundry,\nK-5,asdkjh,laundry\n"
    assert ranked(tmp_path, SUPPLIERS, needs) == 0
    said = capsys.readouterr().err.splitlines()
    told = [line.split("n.csv:")[1] for line in said]
    assert told == [f"{n}: text: nothing understood, ranked by what else is known" for n in (2, 3, 4)]


def test_a_column_that_nobody_reads_is_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    suppliers = SUPPLIERS.replace("id,name,activity", "id,name,aktivitas")
    assert ranked(tmp_path, suppliers, "id,text,jumlah\nK-1,katering,5\nK-2,laundry,6\n") == 0
    said = capsys.readouterr().err
    assert said.count("s.csv:1: aktivitas: unknown column, not read") == 1
    assert said.count("n.csv:1: jumlah: unknown column, not read") == 1
    assert len(said.splitlines()) == 2


@pytest.mark.parametrize("top", ["0", "-3", "x"])
def test_fewer_than_one_supplier_is_a_usage_error(capsys: pytest.CaptureFixture[str], top: str) -> None:
    with pytest.raises(SystemExit) as end:
        main(["rank", "--suppliers", "s.csv", "--needs", "n.csv", "--out", "r.csv", "--top", top])
    assert end.value.code == 2
    assert "--top" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["r.json", "r", "r.xlsx"])
def test_an_answer_of_another_kind_is_refused_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert ranked(tmp_path, "", NEEDS, out=name) == 2
    assert ".csv atau .parquet" in capsys.readouterr().err
    assert not (tmp_path / name).exists()


def test_semicolons_tabs_and_capitals_are_read(tmp_path: Path) -> None:
    suppliers = SUPPLIERS.replace(",", ";").replace("id;name;activity", "ID;Name;ACTIVITY")
    assert ranked(tmp_path, suppliers, NEEDS.replace(",", "\t").upper()) == 0
    rows = list(csv.DictReader((tmp_path / "r.csv").read_text().splitlines()))
    assert {row["need_id"]: row["supplier_id"] for row in rows if row["rank"] == "1"} == {"K-1": "2", "K-2": "1"}


def test_a_missing_column_is_said_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ranked(tmp_path, SUPPLIERS, "nomor,teks\n1,katering\n2,laundry\n") == 2
    assert capsys.readouterr().err.strip().endswith("n.csv:1: id, text: Kolom tidak ada; yang ada: nomor, teks.")


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["-h"])
    said = capsys.readouterr().out
    assert all(f"\n    {name} " in said for name in ("rank", "classify", "split", "bench", "link", "plan", "warm"))


def test_classify_names_the_trade(tmp_path: Path) -> None:
    texts = put(tmp_path, "t.csv", "id,text\n1,katering nasi kotak\n2,\n")
    assert main(["classify", "--in", texts, "--out", str(tmp_path / "c.csv")]) == 0
    rows = list(csv.DictReader((tmp_path / "c.csv").read_text().splitlines()))
    assert list(rows[0]) == ["id", "category", "confidence", "second", "third"]
    assert [row["category"] for row in rows] == ["catering", ""]


def test_split_reads_and_writes_json(tmp_path: Path) -> None:
    problem = {"quantity_per_day": 10, "bids": [{"id": "a", "price": 5, "quantity_per_day": 20}]}
    source = put(tmp_path, "p.json", json.dumps(problem))
    assert main(["split", "--in", source, "--out", str(tmp_path / "a.json")]) == 0
    award = json.loads((tmp_path / "a.json").read_text())
    assert (award["feasible"], award["cost_per_day"]) == (True, 50)
    assert main(["split", "--in", put(tmp_path, "bad.json", "{"), "--out", str(tmp_path / "b.json")]) == 2


CALLS = """
from numba.core import event
from matching import bench_city, warm
from matching.index import Index
compiled = []
class Compiling(event.Listener):
    def on_start(self, event): pass
    def on_end(self, event): compiled.append(event.data["dispatcher"].py_func.__name__)
event.register("numba:compile", Compiling())
city = bench_city.businesses(300)
Index.build(city, "x").save(FOLDER)
for index in (Index.build(city, "x"), Index.open(FOLDER), Index.build([], "x")):
    for need in bench_city.needs(10):
        for top in (0, 20, 5000):
            warm.rank(index, need, top=top)
        warm.supply(index, need, {"C-0000001": 5})
        index.update(city[7])
        warm.rank(index, need, promised={"C-0000001": 5})
        warm.lift(index, "C-0000007", [need])
        warm.best_needs(index, city[3].id if city[3].id in index else "C-0000007", [need])
    index.compact()
    warm.rank(index, need)
print(compiled)
"""


def test_after_warming_up_no_process_compiles_anything(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    fresh = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(root)}

    def run(*arguments: str) -> str:
        done = subprocess.run([sys.executable, *arguments], env=fresh, capture_output=True, text=True, check=True)
        return done.stdout

    assert run("-m", "matching", "warm").startswith("The kernels are compiled")
    assert run("-c", CALLS.replace("FOLDER", repr(str(tmp_path / "index")))) == "[]\n"
