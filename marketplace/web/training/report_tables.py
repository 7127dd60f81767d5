"""The tables of the training report. Page, Excel file and PDF draw the very same ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from flask_babel import gettext

from marketplace.reads.training.reports import Activity, Part, People, Report
from marketplace.web.format import date_short, month
from marketplace.web.training.packages import package_name

Kind = Literal["text", "rupiah", "number", "share"]
Cell = str | int | float | None


MOST_MONTHS = 4
"""Months that stand beside a table's other columns on a usual screen."""


@dataclass(frozen=True)
class Column:
    """A column: its title, and how its values read. Sums of one `month` stand in thousands on the screen."""

    title: str
    kind: Kind = "text"
    month: bool = False

    @property
    def numeric(self) -> bool:
        """Whether it stands right-aligned."""
        return self.kind != "text"


@dataclass(frozen=True)
class Table:
    """A table with its last row being the sum, where `summed`; `folded` ones are opened by a click on the screen.
    `note` says in a line how to read it."""

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    summed: bool = True
    folded: bool = False
    note: str = ""

    @property
    def wide(self) -> bool:
        """Whether its months ask for more room than a screen has."""
        return sum(column.month for column in self.columns) > MOST_MONTHS


def for_the_screen(tables: Sequence[Table]) -> list[Table]:
    """The same tables, the months of a wide one that is not folded in a folded one of their own."""
    shown: list[Table] = []
    for table in tables:
        if table.wide and not table.folded:
            months = [place for place, column in enumerate(table.columns) if column.month]
            beside = [place for place in range(len(table.columns)) if place not in months]
            shown.append(replace(only(table, beside), title=gettext("Realisasi dana menurut jenis belanja")))
            shown.append(replace(only(table, [0, *months]), key=f"{table.key}-bulan", folded=True, note=""))
        else:
            shown.append(table)
    return shown


def only(table: Table, kept: Sequence[int]) -> Table:
    """A table with the columns at these places alone."""
    rows = [[row[place] for place in kept] for row in table.rows]
    return replace(table, columns=[table.columns[place] for place in kept], rows=rows)


def tables_of(report: Report) -> list[Table]:
    """Every table of the report in its order."""
    tables = [
        _money(report),
        _activities(report),
        _by_month("uang-kegiatan", gettext("Realisasi dana menurut kegiatan dan bulan"), report, "rupiah"),
        _by_month("orang-kegiatan", gettext("Peserta menurut kegiatan dan bulan"), report, "number"),
        _parts("gender", gettext("Peserta menurut jenis kelamin"), gettext("Jenis kelamin"), report, report.genders),
        _parts("kecamatan", gettext("Peserta menurut kecamatan"), gettext("Kecamatan"), report, report.kecamatan),
    ]
    return [*([_receipts(report)] if report.receipts else []), *tables]


def _share(part: int, whole: int | None) -> float | None:
    return part / whole if whole else None


def _receipts(report: Report) -> Table:
    rows: list[Sequence[Cell]] = [
        (gettext("Tahap %(n)s", n=r.stage), date_short(r.received_on), r.amount, _share(r.amount, report.ceiling))
        for r in report.receipts
    ]
    total = sum(receipt.amount for receipt in report.receipts)
    rows.append((gettext("Jumlah"), "", total, _share(total, report.ceiling)))
    columns = (
        Column(gettext("Tahap")),
        Column(gettext("Tanggal")),
        Column(gettext("Dana masuk"), "rupiah"),
        Column(gettext("Dari pagu"), "share"),
    )
    return Table("tahap", gettext("Dana masuk per tahap"), columns, rows)


def _money(report: Report) -> Table:
    months = list(report.months)
    columns = (
        Column(gettext("Jenis belanja")),
        Column(gettext("Pagu rincian"), "rupiah"),
        Column(gettext("Realisasi"), "rupiah"),
        Column("%", "share"),
        Column(gettext("Belum dibelanjakan"), "rupiah"),
        *(Column(_short(report, number), "rupiah", month=True) for number in months),
    )
    rows: list[Sequence[Cell]] = [
        (
            gettext(line.kind.label),
            line.allotted,
            line.realised,
            _share(line.realised, line.allotted),
            line.allotted - line.realised,
            *(line.money.get(number, 0) for number in months),
        )
        for line in report.lines
    ]
    allotted = sum(line.allotted for line in report.lines)
    rows.append(
        (
            gettext("Jumlah"),
            allotted,
            report.realised,
            _share(report.realised, allotted),
            allotted - report.realised,
            *(sum(line.money.get(number, 0) for line in report.lines) for number in months),
        )
    )
    note = gettext(
        "Belum dibelanjakan: pagu rincian dikurangi realisasi. Yang sudah terikat untuk angkatan masih termasuk; "
        "“Sisa” di halaman anggaran tidak memuatnya."
    )
    return Table("dana", gettext("Realisasi dana menurut jenis belanja dan bulan"), columns, rows, note=note)


def _activities(report: Report) -> Table:
    columns = (
        Column(gettext("Kegiatan")),
        Column(gettext("Angkatan"), "number"),
        Column(gettext("Target orang"), "number"),
        Column(gettext("Ikut"), "number"),
        Column("%", "share"),
        Column(gettext("Lulus"), "number"),
        Column(gettext("Bersertifikat"), "number"),
        Column(gettext("Realisasi dana"), "rupiah"),
        Column(gettext("Dana per orang"), "rupiah"),
    )
    rows = [_activity(_activity_name(a), a.cohorts, a.seats, a.people, a.realised) for a in report.activities]
    cohorts = sum(activity.cohorts for activity in report.activities)
    rows.append(_activity(gettext("Jumlah"), cohorts, report.seats, report.people, report.realised))
    return Table("kegiatan", gettext("Kegiatan, peserta, dan dana"), columns, rows, note=_as_known(report))


def _as_known(report: Report) -> str:
    """People counted by the day of their cohort, but their outcomes by what is known now."""
    note = gettext(
        "Kelulusan dan sertifikat menurut keadaan yang diketahui pada %(day)s, juga bila laporannya sampai "
        "bulan yang lalu.",
        day=date_short(report.today),
    )
    return str(note)


def _activity(name: str, cohorts: int, seats: int, people: People, realised: int) -> Sequence[Cell]:
    per_head = realised // people.came if people.came else None
    share = _share(people.came, seats)
    return name, cohorts, seats, people.came, share, people.passed, people.certified, realised, per_head


def _activity_name(of: Activity) -> str:
    return package_name(of.package) if of.package else str(gettext("Tidak untuk satu kegiatan"))


def _by_month(key: str, title: str, report: Report, kind: Literal["rupiah", "number"]) -> Table:
    months = list(report.months)
    shown = [a for a in report.activities if (a.money if kind == "rupiah" else a.heads)]
    values = [(_activity_name(a), a.money if kind == "rupiah" else a.heads) for a in shown]
    rows: list[Sequence[Cell]] = [
        (name, *(by.get(number, 0) for number in months), sum(by.values())) for name, by in values
    ]
    sums = [sum(by.get(number, 0) for _, by in values) for number in months]
    rows.append((gettext("Jumlah"), *sums, sum(sums)))
    columns = (
        Column(gettext("Kegiatan")),
        *(Column(_short(report, number), kind, month=True) for number in months),
        Column(gettext("Jumlah"), kind),
    )
    return Table(key, title, columns, rows, folded=True)


def _parts(key: str, title: str, label: str, report: Report, parts: Sequence[Part]) -> Table:
    columns = (
        Column(label),
        Column(gettext("Sasaran"), "number"),
        Column(gettext("Ikut"), "number"),
        Column("%", "share"),
        Column(gettext("Lulus"), "number"),
        Column(gettext("Bersertifikat"), "number"),
    )
    rows: list[Sequence[Cell]] = [
        (_part_name(p), p.target, p.people.came, _share(p.people.came, p.target), p.people.passed, p.people.certified)
        for p in parts
    ]
    set_targets = [part.target for part in parts if part.target is not None]
    target = sum(set_targets) if set_targets else None
    came, passed, certified = (
        sum(getattr(part.people, name) for part in parts) for name in ("came", "passed", "certified")
    )
    rows.append((gettext("Jumlah"), target, came, _share(came, target), passed, certified))
    return Table(key, title, columns, rows, note=_as_known(report))


def _part_name(part: Part) -> str:
    if part.word is not None:
        return str(gettext(part.word.label))
    return part.name or str(gettext("Tidak diketahui"))


def _short(report: Report, number: int) -> str:
    """A month's name without its year."""
    return month(date(report.budget.year, number, 1)).split()[0]
