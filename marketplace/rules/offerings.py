"""What a business says it can make, and how complete its profile is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from marketplace.rules.calendars import says_when_open
from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_, Word

MOST_PER_DAY = 1_000_000
HIGHEST_PRICE = 1_000_000_000
LONGEST_LEAD = 365
MOST_DAYS_FOR_AN_ORDER = 30
"""A smallest order that takes longer than this many days of the stated capacity is a slip of the pen."""


@dataclass(frozen=True)
class OfferingSheet:
    """One offering as its owner states it: units a day, smallest order in units, days ahead, rupiah per unit."""

    category_code: str
    description: str = ""
    capacity_per_day: int | None = None
    minimum_order: int | None = None
    lead_days: int | None = None
    unit_price: int | None = None
    """The lowest price, or the only one."""
    highest_price: int | None = None


_BOUNDS: dict[str, tuple[int, int, str]] = {
    "capacity_per_day": (1, MOST_PER_DAY, N_("Kapasitas per hari antara %(low)s dan %(high)s.")),
    "minimum_order": (1, MOST_PER_DAY, N_("Pesanan paling sedikit antara %(low)s dan %(high)s.")),
    "lead_days": (0, LONGEST_LEAD, N_("Hari pesan di muka antara %(low)s dan %(high)s.")),
    "unit_price": (1, HIGHEST_PRICE, N_("Harga per satuan antara Rp%(low)s dan Rp%(high)s.")),
    "highest_price": (1, HIGHEST_PRICE, N_("Harga per satuan antara Rp%(low)s dan Rp%(high)s.")),
}


def check_offering(sheet: OfferingSheet) -> None:
    """Raise Invalid unless every number that is given lies within its bounds and the smallest order is not absurd."""
    if not sheet.category_code:
        raise Invalid("category_code", "category_missing", N_("Pilih apa yang Anda buat."))
    for name, (low, high, message) in _BOUNDS.items():
        value = getattr(sheet, name)
        if value is not None and not low <= value <= high:
            raise Invalid(name, f"{name}_bounds", message, low=low, high=high)
    capacity, smallest = sheet.capacity_per_day, sheet.minimum_order
    if capacity is not None and smallest is not None and smallest > capacity * MOST_DAYS_FOR_AN_ORDER:
        raise Invalid(
            "minimum_order",
            "minimum_order_beyond",
            N_("Pesanan terkecil lebih dari %(days)s hari kerja Anda. Paling banyak %(most)s dengan kapasitas ini."),
            days=MOST_DAYS_FOR_AN_ORDER,
            most=capacity * MOST_DAYS_FOR_AN_ORDER,
        )
    if sheet.highest_price is not None and sheet.unit_price is None:
        raise Invalid("unit_price", "price_from_missing", N_("Isi dulu harga terendahnya."))
    if sheet.highest_price is not None and sheet.highest_price < (sheet.unit_price or 0):
        raise Invalid("highest_price", "price_backward", N_("Harga tertinggi lebih rendah daripada harga terendah."))
    if len(sheet.description) > 200:
        raise Invalid("description", "description_long", N_("Keterangan paling panjang 200 huruf."))


def loses_opportunities(sheet: OfferingSheet) -> bool:
    """Whether the smallest order is more than is made in a day: needs of less a day then pass the business by."""
    capacity, smallest = sheet.capacity_per_day, sheet.minimum_order
    return capacity is not None and smallest is not None and smallest > capacity


def middle_price(lowest: int | None, highest: int | None) -> int | None:
    """The price that matching reckons with, rupiah per unit: the middle of the range, rounded down; the lowest where
    there is no highest; None where nothing is stated.

    The middle and not the lowest: a business gains no place by stating a low bound that it will not bid.
    """
    if lowest is None or highest is None:
        return lowest
    return (lowest + highest) // 2


class Gap(Word):
    """A step that would make the profile fuller; the label says what it brings."""

    ACTIVITY = "activity", N_("Ceritakan usaha Anda dengan satu kalimat: pencarian membaca kata-kata Anda.")
    OFFERING = "offering", N_("Tambah apa yang Anda buat: tanpa itu Anda tidak muncul di daftar pemasok.")
    CAPACITY = "capacity", N_("Isi kapasitas per hari: pabrik mencari yang kapasitasnya cukup.")
    TERMS = "terms", N_("Isi harga, pesanan terkecil, dan hari pesan: pabrik tahu apa yang diharapkan.")
    PLACE = "place", N_("Lengkapi alamat: jarak ke pabrik ikut dihitung.")
    NIB = "nib", N_("Urus NIB: hampir semua kebutuhan mewajibkannya.")
    CERTIFICATE = "certificate", N_("Kirim satu sertifikat: yang bersertifikat lebih dulu diundang.")
    BANK = "bank", N_("Isi rekening usaha: begitu tagihan disetujui, pabrik langsung tahu ke mana membayar.")
    HOURS = "hours", N_("Isi hari dan jam buka: pabrik tahu kapan bisa kirim, ambil, atau menelepon.")
    PHOTOS = "photos", N_("Tambah foto tempat kerja atau produk: pabrik lebih percaya pada yang terlihat.")
    PAPERS = "papers", N_("Simpan surat NIB, NPWP, atau profil: tidak diminta lagi saat kontrak dibuat.")
    ACTIVE = "active", N_("Dinyatakan aktif oleh Dinas Koperasi: minta petugas mampir atau datang ke kantornya.")


WEIGHTS: dict[Gap, int] = {
    Gap.ACTIVITY: 10,
    Gap.OFFERING: 15,
    Gap.CAPACITY: 15,
    Gap.TERMS: 10,
    Gap.PLACE: 5,
    Gap.NIB: 10,
    Gap.CERTIFICATE: 10,
    Gap.ACTIVE: 10,
    Gap.BANK: 5,
    Gap.HOURS: 5,
    Gap.PHOTOS: 3,
    Gap.PAPERS: 2,
}
"""Points of each step; together 100."""


_ASKED_BY: dict[tuple[str, str], Gap] = {
    ("profile", "capacity"): Gap.CAPACITY,
    ("profile", "place"): Gap.PLACE,
    ("profile", "certificates"): Gap.CERTIFICATE,
    ("certificate", "nib"): Gap.NIB,
}
"""Which gap a lift of matching (kind, code) would close; any other certificate closes Gap.CERTIFICATE."""


@dataclass(frozen=True)
class NextStep:
    """A step still open, and how many open needs ask for it (0: matching names no number)."""

    gap: Gap
    needs: int = 0

    @property
    def label(self) -> str:
        """What to do and what it brings."""
        return self.gap.label


@dataclass(frozen=True)
class Completeness:
    """Points out of 100 and the steps still open: those that most open needs ask for, then the most valuable."""

    points: int
    steps: tuple[NextStep, ...]


def _asked(lifts: Iterable[Any]) -> dict[Gap, int]:
    """How many open needs ask for each gap. Two lifts may name the same need, so the larger counts, never the sum."""
    asked: dict[Gap, int] = {}
    for lift in lifts:
        other = Gap.CERTIFICATE if lift.kind == "certificate" else None
        gap = _ASKED_BY.get((lift.kind, lift.code), other)
        if gap is not None:
            asked[gap] = max(asked.get(gap, 0), lift.count)
    return asked


@dataclass(frozen=True)
class Kept:
    """What is on file of a business beside its own row."""

    bank: bool = False
    photos: int = 0
    papers: int = 0


def completeness(business: Any, certificates: Iterable[Any], kept: Kept, lifts: Iterable[Any] = ()) -> Completeness:
    """How complete a business's profile is; `certificates` are those it holds that are verified and valid.

    `lifts` are matching's single steps (`kind`, `code`, `count` of open needs), which give the steps their numbers.
    """
    offerings = list(business.offerings)
    done = {
        Gap.ACTIVITY: len(business.activity.split()) >= 3,
        Gap.OFFERING: bool(offerings),
        Gap.CAPACITY: bool(offerings) and all(o.capacity_per_day for o in offerings),
        Gap.TERMS: bool(offerings) and all(o.unit_price and o.lead_days is not None for o in offerings),
        Gap.PLACE: bool(business.address),
        Gap.NIB: bool(business.nib),
        Gap.CERTIFICATE: any(True for _ in certificates),
        Gap.ACTIVE: business.verified_at is not None,
        Gap.BANK: kept.bank,
        Gap.PHOTOS: kept.photos > 0,
        Gap.PAPERS: kept.papers > 0,
        Gap.HOURS: says_when_open(business.open_days, business.opens_at),
    }
    asked = _asked(lifts)
    steps = [NextStep(gap, asked.get(gap, 0)) for gap, is_done in done.items() if not is_done]
    steps.sort(key=lambda step: (-step.needs, -WEIGHTS[step.gap]))
    return Completeness(sum(WEIGHTS[gap] for gap, is_done in done.items() if is_done), tuple(steps))
