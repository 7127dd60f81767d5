"""What a business says it can make, and how complete its profile is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_, Word

MOST_PER_DAY = 1_000_000
HIGHEST_PRICE = 1_000_000_000
LONGEST_LEAD = 365


@dataclass(frozen=True)
class OfferingSheet:
    """One offering as its owner states it: units a day, smallest order in units, days ahead, rupiah per unit."""

    category_code: str
    description: str = ""
    capacity_per_day: int | None = None
    minimum_order: int | None = None
    lead_days: int | None = None
    unit_price: int | None = None


_BOUNDS: dict[str, tuple[int, int, str]] = {
    "capacity_per_day": (1, MOST_PER_DAY, N_("Kapasitas per hari antara %(low)s dan %(high)s.")),
    "minimum_order": (1, MOST_PER_DAY, N_("Pesanan paling sedikit antara %(low)s dan %(high)s.")),
    "lead_days": (0, LONGEST_LEAD, N_("Hari pesan di muka antara %(low)s dan %(high)s.")),
    "unit_price": (1, HIGHEST_PRICE, N_("Harga per satuan antara Rp%(low)s dan Rp%(high)s.")),
}


def check_offering(sheet: OfferingSheet) -> None:
    """Raise Invalid unless every number that is given lies within its bounds and the smallest order is not absurd."""
    if not sheet.category_code:
        raise Invalid("category_code", "category_missing", N_("Pilih apa yang Anda buat."))
    for name, (low, high, message) in _BOUNDS.items():
        value = getattr(sheet, name)
        if value is not None and not low <= value <= high:
            raise Invalid(name, f"{name}_bounds", message, low=low, high=high)
    if len(sheet.description) > 200:
        raise Invalid("description", "description_long", N_("Keterangan paling panjang 200 huruf."))


class Gap(Word):
    """A step that would make the profile fuller; the label says what it brings."""

    ACTIVITY = "activity", N_("Ceritakan usaha Anda dengan satu kalimat: pencarian membaca kata-kata Anda.")
    OFFERING = "offering", N_("Tambah apa yang Anda buat: tanpa itu Anda tidak muncul di daftar pemasok.")
    CAPACITY = "capacity", N_("Isi kapasitas per hari: pabrik mencari yang kapasitasnya cukup.")
    TERMS = "terms", N_("Isi harga, pesanan terkecil, dan hari pesan: pabrik tahu apa yang diharapkan.")
    PLACE = "place", N_("Lengkapi alamat: jarak ke pabrik ikut dihitung.")
    NIB = "nib", N_("Urus NIB: hampir semua kebutuhan mewajibkannya.")
    CERTIFICATE = "certificate", N_("Kirim satu sertifikat: yang bersertifikat lebih dulu diundang.")
    ACTIVE = "active", N_("Dinyatakan aktif oleh Dinas Koperasi: minta petugas mampir atau datang ke kantornya.")


WEIGHTS: dict[Gap, int] = {
    Gap.ACTIVITY: 10,
    Gap.OFFERING: 20,
    Gap.CAPACITY: 15,
    Gap.TERMS: 10,
    Gap.PLACE: 10,
    Gap.NIB: 10,
    Gap.CERTIFICATE: 15,
    Gap.ACTIVE: 10,
}
"""Points of each step; together 100."""


@dataclass(frozen=True)
class Completeness:
    """Points out of 100 and the steps still open, the most valuable first."""

    points: int
    gaps: tuple[Gap, ...]


def completeness(business: Any, certificates: Iterable[Any]) -> Completeness:
    """How complete a business's profile is; `certificates` are those it holds that are verified and valid."""
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
    }
    gaps = sorted((gap for gap, is_done in done.items() if not is_done), key=lambda gap: -WEIGHTS[gap])
    return Completeness(sum(WEIGHTS[gap] for gap, is_done in done.items() if is_done), tuple(gaps))
