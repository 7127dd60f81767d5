"""The laws of training packages: fields of the programme, who a package is for, what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.rules.refusals import Invalid
from marketplace.rules.training import SpendingKind
from marketplace.rules.words import N_, Word

MOST_DAYS, MOST_SEATS, MOST_HOURS = 60, 200, 100
"""Limits of a package, set for this project against slips of the finger: the longest one of the seeds has 12 days, 30
seats and 32 hours in a unit."""
MOST_COST = 1_000_000_000
"""Rupiah for a head or a cohort, of one kind of spending."""
LONGEST_NAME = 200
"""Letters that the column of a name holds."""


class Programme(Word):
    """The fields of the training programme."""

    ENTREPRENEURSHIP = "entrepreneurship", N_("Kewirausahaan")
    FINANCE = "finance", N_("Keuangan")
    MARKETING = "marketing", N_("Pemasaran")
    PRODUCTION = "production", N_("Produksi dan higiene")
    DIGITAL = "digital", N_("Alat digital")
    COMPETENCE = "competence", N_("Sertifikasi kompetensi orang")
    CERTIFICATION = "certification", N_("Sertifikasi usaha")
    INCUBATION = "incubation", N_("Inkubasi usaha")
    COOPERATIVES = "cooperatives", N_("Perkoperasian")


class Audience(Word):
    """Whom a package is for: it is entered by a person, a business or a co-operative."""

    PERSON = "person", N_("Orang yang berwirausaha")
    BUSINESS = "business", N_("Usaha")
    COOPERATIVE = "cooperative", N_("Koperasi")


@dataclass(frozen=True)
class Cost:
    """What a package asks of one kind of spending: rupiah for each head and for each cohort."""

    kind: SpendingKind
    per_head: int
    per_cohort: int

    def of(self, seats: int) -> int:
        """Rupiah for a cohort of `seats`."""
        return self.per_head * seats + self.per_cohort


@dataclass(frozen=True)
class Unit:
    """One unit of a curriculum, in training hours of 45 minutes (JP). A stage of an incubation has a milestone."""

    title: str
    hours: int
    milestone: str = ""


@dataclass(frozen=True)
class PackageSheet:
    """What Dinkop may change of a package. Costs and units replace those before."""

    name: str
    summary: str
    days: int
    seats: int
    min_cohort: int
    costs: tuple[Cost, ...]
    units: tuple[Unit, ...]


def costs_of(costs: Sequence[Cost], seats: int) -> dict[SpendingKind, int]:
    """Rupiah by kind of spending that a cohort of `seats` asks for; kinds that cost nothing are left out."""
    asked = {cost.kind: cost.of(seats) for cost in costs}
    return {kind: amount for kind, amount in asked.items() if amount}


def check_package(sheet: PackageSheet) -> None:
    """Raise Invalid unless a package has a name, at least a day, a cohort that fits its seats, and sound costs."""
    if not sheet.name.strip():
        raise Invalid("name", "missing", N_("Isi nama paket."))
    if len(sheet.name.strip()) > LONGEST_NAME:
        raise Invalid("name", "name_long", N_("Nama paket paling panjang %(most)s huruf."), most=LONGEST_NAME)
    if sheet.days < 1:
        raise Invalid("days", "at_least_a_day", N_("Paket berlangsung paling sedikit satu hari."))
    if sheet.days > MOST_DAYS:
        raise Invalid("days", "days_many", N_("Paket berlangsung paling lama %(most)s hari."), most=MOST_DAYS)
    if sheet.seats < 1:
        raise Invalid("seats", "not_positive", N_("Kursi harus lebih dari nol."))
    if sheet.seats > MOST_SEATS:
        raise Invalid("seats", "seats_many", N_("Kursi paling banyak %(most)s."), most=MOST_SEATS)
    if not 1 <= sheet.min_cohort <= sheet.seats:
        raise Invalid("min_cohort", "cohort_fits_seats", N_("Peserta paling sedikit harus antara 1 dan jumlah kursi."))
    _check_costs(sheet.costs)
    _check_units(sheet.units)


def _check_units(units: Sequence[Unit]) -> None:
    if any(not unit.title.strip() or unit.hours < 1 for unit in units):
        raise Invalid("units", "unit", N_("Setiap materi perlu judul dan paling sedikit 1 JP."))
    if any(unit.hours > MOST_HOURS for unit in units):
        raise Invalid("units", "hours_many", N_("Satu materi paling lama %(most)s JP."), most=MOST_HOURS)
    if any(max(len(unit.title.strip()), len(unit.milestone.strip())) > LONGEST_NAME for unit in units):
        message = N_("Judul materi dan capaiannya paling panjang %(most)s huruf.")
        raise Invalid("units", "title_long", message, most=LONGEST_NAME)


def _check_costs(costs: Sequence[Cost]) -> None:
    if any(cost.per_head < 0 or cost.per_cohort < 0 for cost in costs):
        raise Invalid("costs", "negative", N_("Biaya tidak boleh kurang dari nol."))
    if any(max(cost.per_head, cost.per_cohort) > MOST_COST for cost in costs):
        raise Invalid(
            "costs", "cost_high", N_("Biaya paling tinggi Rp%(most)s per orang atau angkatan."), most=MOST_COST
        )
    kinds: Mapping[SpendingKind, int] = {cost.kind: 1 for cost in costs}
    if len(kinds) != len(costs):
        raise Invalid("costs", "twice", N_("Satu jenis belanja hanya boleh ditulis sekali."))
