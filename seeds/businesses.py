"""The shapes of an invented business, and numbers that belong to nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from seeds.holdings import SeedCertificate


@dataclass(frozen=True)
class SeedOffering:
    """What a business has declared: `capacity_per_day` and `minimum_order` in `unit`, `price` in rupiah per unit."""

    category: str
    unit: str
    capacity_per_day: int
    price: int
    lead_days: int
    minimum_order: int


@dataclass(frozen=True)
class SeedBusiness:
    """An invented registered business. It holds a NIB when `nib` is set; all other papers are `certificates`."""

    local_id: str
    name: str
    owner_name: str
    gender: str
    birth_date: date
    nik: str
    phone: str | None
    email: str | None
    nib: str | None
    kelurahan_code: str
    address: str
    lat: float
    lon: float
    trade: str
    categories: tuple[str, ...]
    activity: str
    products: str
    kind: str
    scale: str
    annual_sales: int
    capital: int
    workers: int
    founded: int
    sources: tuple[str, ...]
    status: str
    trained: bool
    certificates: tuple[SeedCertificate, ...]
    offerings: tuple[SeedOffering, ...]


def rounded(value: float) -> int:
    """A quantity as people state it: whole, above 20 in fives, above 200 in tens; at least 1."""
    step = 1 if value <= 20 else 5 if value <= 200 else 10
    return max(1, int(value / step) * step)


def _scrambled(number: int, size: int) -> int:
    """A number below `size` (a power of ten) that looks like luck and is never given twice."""
    return (number * 7_654_321 + 1_234_567) % size


def phone(number: int) -> str:
    """A toll-free number of a block that is not in use, so that no message or call can reach anybody."""
    return f"+628000{_scrambled(number, 10**7):07d}"


def nib(number: int) -> str:
    """Thirteen digits that begin with 0000, as no issued number does."""
    return f"0000{_scrambled(number, 10**9):09d}"


def local_id(number: int) -> str:
    """The number under which the city office would know the business."""
    return f"3672-{number:06d}"
