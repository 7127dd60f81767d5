"""The laws of a training budget beyond `rules/training`: what a line pays per unit, what is short, what was spent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from marketplace.rules.reasons import check_reason
from marketplace.rules.refusals import Faults, Invalid
from marketplace.rules.training import Line, SpendingKind
from marketplace.rules.words import N_, Word

K = SpendingKind
PER: dict[SpendingKind, str] = {
    K.TRAINER: N_("jam pelajaran"),
    K.MEALS: N_("orang per hari"),
    K.TRANSPORT: N_("orang per hari"),
    K.VENUE: N_("hari"),
    K.MATERIALS: N_("orang"),
    K.TEST: N_("orang yang diuji"),
    K.CERTIFICATE: N_("sertifikat"),
    K.MENTOR: N_("kunjungan"),
}
"""What the unit cost of a kind of spending pays for."""

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_CEILING = 1_000_000_000_000
"""Rupiah of one budget: three hundred times the city's training fund, so that a slip of the finger is seen."""
MOST_HEADS = MOST_QUANTITY = 100_000
"""People in one target, and units in one expense, for the same reason."""
LONGEST_SOURCE = 200
"""Letters that the column of the source holds."""


class PayeeKind(Word):
    """To whom training money was paid."""

    TRAINER = "trainer", N_("Narasumber")
    PARTICIPANT = "participant", N_("Peserta")
    MENTOR = "mentor", N_("Pendamping")
    BUSINESS = "business", N_("Penyedia (UMKM setempat)")
    COMPANY = "company", N_("Penyedia lain")
    ISSUER = "issuer", N_("Lembaga sertifikasi")
    STATE = "state", N_("Kas negara atau daerah")


class TargetPart(Word):
    """By what the head divides the year's target of participants."""

    GENDER = "gender", N_("Jenis kelamin")
    KECAMATAN = "kecamatan", N_("Kecamatan")


STAGES = (1, 2)
"""The fund comes in two transfers a year, each reported with its proof (reporting forms of the 2020/21 programme)."""


@dataclass(frozen=True)
class Spent:
    """An expense as it is typed: `amount` rupiah for `quantity` units of the kind, on a day, with its words."""

    kind: SpendingKind
    amount: int
    spent_on: date
    payee: PayeeKind
    text: str
    quantity: int = 1


@dataclass(frozen=True)
class Transfer:
    """A virement as it is typed: `amount` rupiah from the line of one kind to the line of another, and why."""

    source: SpendingKind
    target: SpendingKind
    amount: int
    reason: str


def dotted(amount: int) -> str:
    """An amount as it is written in Indonesia: 1.250.000."""
    return f"{amount:,}".replace(",", ".")


def check_year(year: int, source: str, ceiling: int) -> None:
    """Raise Invalid unless a budget names a believable year, its source and a ceiling above zero (rupiah)."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid("year", "year", N_("Tulis tahun anggaran dengan empat angka."))
    if not source.strip():
        raise Invalid("source", "missing", N_("Isi sumber dananya."))
    if len(source.strip()) > LONGEST_SOURCE:
        raise Invalid("source", "source_long", N_("Sumber dana paling panjang %(most)s huruf."), most=LONGEST_SOURCE)
    if ceiling <= 0:
        raise Invalid("ceiling", "not_positive", N_("Pagu harus lebih dari nol."))
    _check_highest(ceiling)


def check_ceiling(ceiling: int, allotted: int, reason: str) -> None:
    """Raise Invalid unless the new ceiling still holds what the lines have (rupiah) and a reason is given."""
    if ceiling < max(allotted, 1):
        raise Invalid(
            "ceiling",
            "below_allotted",
            N_("Pagu tidak boleh di bawah jumlah rincian, Rp%(sum)s."),
            sum=dotted(allotted),
        )
    _check_highest(ceiling)
    check_reason(reason)


def _check_highest(ceiling: int) -> None:
    if ceiling > MOST_CEILING:
        raise Invalid("ceiling", "ceiling_high", N_("Pagu paling tinggi Rp%(most)s."), most=MOST_CEILING)


def check_line(allotted: int, committed: int, unit_cost: int) -> None:
    """Raise Invalid unless a line keeps what is committed on it already (rupiah)."""
    if unit_cost < 0:
        raise Invalid("unit_cost", "negative", N_("Biaya satuan tidak boleh kurang dari nol."))
    if allotted < committed:
        raise Invalid(
            "allotted",
            "below_committed",
            N_("Sudah terikat Rp%(sum)s; rinciannya tidak boleh kurang."),
            sum=dotted(committed),
        )


def check_funds(lines: Mapping[SpendingKind, Line], wanted: Mapping[SpendingKind, int], field: str = "seats") -> None:
    """Raise Invalid for `field` naming the line that lacks most when `wanted` rupiah more cannot be committed."""
    short = {kind: amount - lines[kind].remaining if kind in lines else amount for kind, amount in wanted.items()}
    worst = max(short, key=lambda kind: short[kind], default=None)
    if worst is None or short[worst] <= 0:
        return
    left = lines[worst].remaining if worst in lines else 0
    message = N_("Anggaran %(line)s kurang Rp%(missing)s: sisanya Rp%(left)s.")
    params = {"line": worst.label, "missing": dotted(short[worst]), "left": dotted(left)}
    raise Invalid(field, "above_remaining", message, **params)


def check_spent(spent: Spent, year: int, unit_cost: int, today: date) -> None:
    """Raise Faults unless an expense lies in the budget's year and not ahead, says what for, and keeps the unit cost.

    `unit_cost` is rupiah for one unit (0: none was set).
    """
    faults = []
    most = unit_cost * spent.quantity
    if spent.amount <= 0:
        faults.append(Invalid("amount", "not_positive", N_("Jumlah harus lebih dari nol.")))
    elif unit_cost and spent.quantity >= 1 and spent.amount > most:
        message = N_("Di atas biaya satuan: %(quantity)s × Rp%(unit)s = Rp%(most)s.")
        params = {"quantity": spent.quantity, "unit": dotted(unit_cost), "most": dotted(most)}
        faults.append(Invalid("amount", "above_unit_cost", message, **params))
    if spent.quantity < 1:
        faults.append(Invalid("quantity", "not_positive", N_("Banyaknya paling sedikit 1.")))
    elif spent.quantity > MOST_QUANTITY:
        message = N_("Banyaknya paling banyak %(most)s.")
        faults.append(Invalid("quantity", "quantity_many", message, most=MOST_QUANTITY))
    if spent.spent_on.year != year:
        message = N_("Tanggal harus di tahun anggaran %(year)s.")
        faults.append(Invalid("spent_on", "other_year", message, year=year))
    elif spent.spent_on > today:
        faults.append(Invalid("spent_on", "not_yet", N_("Tanggal ini belum tiba.")))
    if not spent.text.strip():
        faults.append(Invalid("text", "missing", N_("Tulis untuk apa uang ini.")))
    if faults:
        raise Faults(faults)


def check_targets(heads: Mapping[tuple[TargetPart, str], int]) -> None:
    """Raise Invalid for a target below zero or above MOST_HEADS, or parts with different totals while both are set."""
    for (part, key), number in heads.items():
        if number < 0:
            raise Invalid(f"target-{part}-{key}", "negative", N_("Target tidak boleh kurang dari nol."))
        if number > MOST_HEADS:
            message = N_("Target paling banyak %(most)s orang.")
            raise Invalid(f"target-{part}-{key}", "target_high", message, most=MOST_HEADS)
    sums = {part: sum(n for (of, _), n in heads.items() if of is part) for part in TargetPart}
    by_gender, by_kecamatan = sums[TargetPart.GENDER], sums[TargetPart.KECAMATAN]
    if by_gender and by_kecamatan and by_gender != by_kecamatan:
        message = N_("Target menurut jenis kelamin berjumlah %(gender)s, menurut kecamatan %(kecamatan)s. Samakan.")
        raise Invalid("targets", "unequal", message, gender=dotted(by_gender), kecamatan=dotted(by_kecamatan))


def check_receipt(stage: int, amount: int, received: int, ceiling: int) -> None:
    """Raise Invalid unless a transfer is one of the stages and all transfers (rupiah) stay within the ceiling."""
    if stage not in STAGES:
        raise Invalid("stage", "stage", N_("Pilih tahap 1 atau 2."))
    if amount <= 0:
        raise Invalid("amount", "not_positive", N_("Jumlah harus lebih dari nol."))
    if received + amount > ceiling:
        left = dotted(ceiling - received)
        raise Invalid(
            "amount", "above_ceiling", N_("Yang masuk tidak boleh di atas pagu: sisanya Rp%(left)s."), left=left
        )
