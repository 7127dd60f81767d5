"""Which certificates an invented business holds: most none, some a few, a few hundred all that the law asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from seeds.reference import CertificateType, Requirement, read_categories, read_certificate_types, read_requirements

PRINTED_MONTHS = {"SLHS": 36, "LABEL_HSP": 36}
"""What health offices usually print where the rule itself names no term."""
USUAL: dict[str, tuple[str, ...]] = {
    "catering": ("SLHS", "HALAL", "PKP_PANGAN", "BNSP_COOK", "MCU"),
    "snack-kue": ("PIRT", "HALAL", "PKP_PANGAN"),
    "camilan-kering": ("PIRT", "HALAL", "MEREK"),
    "warung-makan": ("HALAL", "LABEL_HSP", "PKP_PANGAN", "SLHS"),
    "minuman": ("HALAL", "PIRT", "LABEL_HSP"),
    "air-minum": ("SLHS", "UJI_AIR", "HALAL"),
    "tahu-tempe": ("LABEL_HSP", "HALAL"),
    "daging-ikan-telur": ("HALAL", "NKV"),
    "seragam": ("BNSP_GARMENT", "MEREK", "TKDN_IK"),
    "jahit-permak": ("BNSP_GARMENT", "BNSP"),
    "laundry": ("BNSP_LAUNDRY", "SPPL"),
    "apd": ("SNI_APD", "TKDN_IK"),
    "las-fabrikasi": ("WELDER", "TKDN_IK", "AK3U", "CSMS"),
    "kayu-palet": ("ISPM15", "TKDN_IK"),
    "kebersihan": ("BNSP", "BPJS", "CSMS"),
    "bangunan-renovasi": ("SKK", "SBU"),
    "sewa-kendaraan": ("KIR", "IZIN_ANGKUT"),
    "angkutan-ekspedisi": ("KIR", "SIO"),
    "tenaga-jasa": ("BPJS", "BUJP"),
}
OTHERS = ("BNSP", "MEREK", "DINKOP_REG")
LONGEST = 30


@dataclass(frozen=True)
class SeedCertificate:
    """One certificate. In process when `number` is None: then `expected` is the day it should come."""

    code: str
    number: str | None
    issued: date | None
    valid_until: date | None
    expected: date | None = None

    def valid(self, at: date) -> bool:
        """Whether it may be relied on at day `at`."""
        return self.issued is not None and self.issued <= at and (self.valid_until is None or self.valid_until >= at)


class Issuing:
    """Issues invented certificates as of `today`, with the terms of the certificate table."""

    def __init__(self, rng: Random, today: date) -> None:
        self.rng = rng
        self.today = today
        self.types: dict[str, CertificateType] = {c.code: c for c in read_certificate_types()}
        self.parents = {c.code: c.parent for c in read_categories()}
        self._gates: dict[tuple[str, str], tuple[str, ...]] = {}
        self._required: tuple[Requirement, ...] = tuple(
            r for r in read_requirements() if r.level == "mandatory" and _holds(r, today)
        )
        self._serial = 0

    def gates(self, category: str, scale: str) -> tuple[str, ...]:
        """Certificates that the law asks of this scale in this category today, NIB left out (it is a field)."""
        key = (category, scale)
        if key not in self._gates:
            places = (category, self.parents[category])
            codes = {r.certificate for r in self._required if r.category in places and r.scale in ("all", scale)}
            self._gates[key] = tuple(sorted(codes - {"NIB"}))
        return self._gates[key]

    def full(self, trade: str, categories: tuple[str, ...], scale: str) -> tuple[SeedCertificate, ...]:
        """Everything the law asks for all `categories`, and at least one certificate of the trade beside it."""
        codes = list(dict.fromkeys(code for c in (trade, *categories) for code in self.gates(c, scale)))
        usual = [code for code in USUAL.get(trade, OTHERS) if code not in codes]
        codes += usual[: 1 + int(self.rng.random() * 2)] or ["BNSP"]
        if self.rng.random() < 0.45 and "DINKOP_REG" not in codes:
            codes.append("DINKOP_REG")
        return tuple(self.current(code) for code in codes)

    def some(self, trade: str) -> tuple[SeedCertificate, ...]:
        """One to three certificates of the trade: one in seven has expired, one in nine is still in process."""
        usual = USUAL.get(trade, OTHERS)
        count = min(len(usual), 1 + int(self.rng.random() * 1.5))
        start = int(self.rng.random() * 1.6) if len(usual) > 1 else 0
        found = []
        for at in range(count):
            code = usual[(start + at) % len(usual)]
            luck = self.rng.random()
            if luck < 1 / 9:
                found.append(self.in_process(code))
            elif luck < 1 / 9 + 1 / 7 and self._months(code):
                found.append(self.expired(code))
            else:
                found.append(self.current(code))
        return tuple(found)

    def current(self, code: str, days_left: int = 0) -> SeedCertificate:
        """A certificate valid today, and for at least `days_left` days more where its term allows."""
        months = self._months(code)
        term = int((months or 60) * 30.4375)
        oldest = max(1, min(term, 1400) - 1 - days_left)
        issued = self.today - timedelta(days=1 + int(self.rng.random() * oldest))
        return self._issue(code, issued, months)

    def expired(self, code: str) -> SeedCertificate:
        """A certificate that ran out within the last year and a half."""
        months = self._months(code) or 12
        issued = self.today - timedelta(days=int(months * 30.4375) + 5 + int(self.rng.random() * 540))
        return self._issue(code, issued, months)

    def in_process(self, code: str) -> SeedCertificate:
        """Filed, not yet issued."""
        return SeedCertificate(code, None, None, None, self.today + timedelta(days=10 + int(self.rng.random() * 110)))

    def _months(self, code: str) -> int | None:
        return PRINTED_MONTHS.get(code, self.types[code].validity_months)

    def _issue(self, code: str, issued: date, months: int | None) -> SeedCertificate:
        until = issued + timedelta(days=int(months * 30.4375)) if months else None
        self._serial += 1
        return SeedCertificate(code, _number(code, self._serial, issued, until), issued, until)


def _holds(requirement: Requirement, at: date) -> bool:
    first, last = requirement.valid_from, requirement.valid_until
    return (first is None or first <= at) and (last is None or at <= last)


def _number(code: str, serial: int, issued: date, until: date | None) -> str:
    """A number of the right shape that begins with zeros, so that it cannot be taken for an issued one."""
    if code == "HALAL":
        return f"ID{serial:017d}"
    if code == "PIRT":
        return f"{serial:013d}-{(until or issued).year % 100:02d}"
    if code == "BPOM_MD":
        return f"MD{serial:012d}"
    if code == "MEREK":
        return f"IDM{serial:09d}"
    return f"{code.replace('_', '-')}/{serial:06d}/CLG/{issued.year}"[:LONGEST]
