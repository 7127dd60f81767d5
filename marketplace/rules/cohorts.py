"""The laws of a cohort: what it is planned with, who may enter it, and who passes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from marketplace.rules.businesses import BusinessState, Kind
from marketplace.rules.refusals import Faults, Invalid
from marketplace.rules.words import N_, Word

GONE = frozenset({BusinessState.MERGED, BusinessState.CLOSED, BusinessState.SUSPENDED, BusinessState.DEBARRED})
"""Businesses in these states are not trained: there is nobody to train, or Dinkop has stopped them."""

LONGEST_DAYS = 180
"""From a cohort's first day to its last: incubation runs for months, nothing longer in one budget year."""
FURTHEST = timedelta(days=550)
"""A cohort begins within a budget year and a half: later is a slip of the finger."""

STATEMENT = N_(
    "Saya menyatakan: saya pemilik atau pengurus usaha ini, bukan karyawan di tempat lain, dan akan hadir setiap hari."
)
"""What an applicant signs: no list says who is an entrepreneur and who an employee."""


class Means(Word):
    """How a participant was marked as present."""

    LIST = "list", N_("Daftar hadir")
    SCAN = "scan", N_("Pindai kode peserta")
    ROOM = "room", N_("Kode ruangan")


class Miss(Word):
    """Why a business may not enter a cohort. "%(...)s" stands for what it is about."""

    GONE = "gone", N_("Status usahanya %(state)s.")
    UNLISTED = "unlisted", N_("Belum tercatat di daftar Dinkop atau SIDT.")
    UNDECLARED = "undeclared", N_("Belum menyatakan diri pemilik usaha dan bukan karyawan.")
    REPEATED = "repeated", N_("Sudah ikut, atau sedang ikut, paket ini.")
    HOLDS = "holds", N_("Sudah punya sertifikat yang dituju, %(certificate)s.")
    LACKS = "lacks", N_("Belum punya sertifikat %(certificate)s yang disyaratkan.")
    UNTRAINED = "untrained", N_("Belum lulus paket %(package)s yang disyaratkan.")
    NOT_COOPERATIVE = "not-cooperative", N_("Paket ini hanya untuk koperasi.")
    QUOTA = "quota", N_("Kursi untuk kecamatan %(kecamatan)s sudah penuh.")


@dataclass(frozen=True)
class Candidate:
    """What the rule needs to know of a business: packages by code, certificates by type code, valid today."""

    state: BusinessState
    kind: Kind
    listed: bool
    kecamatan: str
    """Name of its kecamatan."""
    held: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()
    enrolled: frozenset[str] = frozenset()
    """Packages that it is in or through: see rules.training.COUNTED."""


@dataclass(frozen=True)
class Entry:
    """What a cohort asks: its package's conditions, and the kecamatan in which no seat is left."""

    package: str
    grants: str = ""
    requires: frozenset[str] = frozenset()
    requires_packages: frozenset[str] = frozenset()
    cooperatives_only: bool = False
    full: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    """How certificates and packages are called, by code, for the sentences."""

    def name(self, code: str) -> str:
        """What `code` is called."""
        return self.names.get(code, code)


@dataclass(frozen=True)
class Reason:
    """One reason against, with what fills its sentence."""

    miss: Miss
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The sentence's message id."""
        return self.miss.label


def reasons_against(who: Candidate, entry: Entry, declared: bool = True) -> list[Reason]:
    """Every reason for which `who` may not enter, all at once; empty when they may. `declared`: STATEMENT is signed.

    Source: issue of the DAK programme (registered in Dinkop or SIDT, an entrepreneur and not an employee, not trained
    in the same package before, kecamatan quota), Kemenkop's letters on trainees (NIB as a package's requirement).
    """
    against = []
    if who.state in GONE:
        against.append(Reason(Miss.GONE, {"state": who.state.label}))
    if not who.listed:
        against.append(Reason(Miss.UNLISTED))
    if not declared:
        against.append(Reason(Miss.UNDECLARED))
    if entry.cooperatives_only and who.kind is not Kind.COOPERATIVE:
        against.append(Reason(Miss.NOT_COOPERATIVE))
    if entry.package in who.enrolled:
        against.append(Reason(Miss.REPEATED))
    if entry.grants and entry.grants in who.held:
        against.append(Reason(Miss.HOLDS, {"certificate": entry.name(entry.grants)}))
    lacking = sorted(entry.requires - who.held)
    against += [Reason(Miss.LACKS, {"certificate": entry.name(code)}) for code in lacking]
    missing = sorted(entry.requires_packages - who.passed)
    against += [Reason(Miss.UNTRAINED, {"package": entry.name(code)}) for code in missing]
    if who.kecamatan in entry.full:
        against.append(Reason(Miss.QUOTA, {"kecamatan": who.kecamatan}))
    return against


# -- planning a cohort -----------------------------------------------------------


@dataclass(frozen=True)
class Terms:
    """What Dinkop may tune of a cohort: hours as printed, what it takes to pass (per cent of days, points of 100), and
    the most seats by kecamatan (by name; one that is not named has no limit of its own)."""

    hours: str = "08.00-16.00 WIB"
    min_attendance: int = 80
    min_score: int = 60
    quotas: Mapping[str, int] = field(default_factory=dict)


USUAL = Terms()
"""Example values set for the demo; the programme's guidelines that name a share or a threshold were not found."""


@dataclass(frozen=True)
class Days:
    """From the first day of a cohort to its last."""

    first: date
    last: date

    @property
    def count(self) -> int:
        """How many days, both ends included."""
        return (self.last - self.first).days + 1

    def taught(self, days: int) -> int:
        """How many of them are days of the course, which takes `days`: an incubation meets now and then for months."""
        return min(days, self.count)

    def each(self) -> list[date]:
        """Every day."""
        return [self.first + timedelta(days=n) for n in range(self.count)]


def check_days(days: Days, least: int, today: date) -> None:
    """Raise Faults unless a cohort can run on `days`: at least `least` of them, in order, not begun before today."""
    faults = []
    if days.first < today:
        faults.append(Invalid("starts_on", "days_past", N_("Hari pertama sudah lewat.")))
    elif days.first > today + FURTHEST:
        faults.append(Invalid("starts_on", "days_far", N_("Hari pertama terlalu jauh. Periksa tahunnya.")))
    if days.last < days.first:
        faults.append(Invalid("ends_on", "days_backwards", N_("Hari terakhir tidak boleh sebelum hari pertama.")))
    elif days.count < least:
        faults.append(Invalid("ends_on", "days_few", N_("Paket ini butuh paling sedikit %(days)s hari."), days=least))
    elif days.count > LONGEST_DAYS:
        message = N_("Angkatan paling lama %(days)s hari.")
        faults.append(Invalid("ends_on", "days_many", message, days=LONGEST_DAYS))
    if faults:
        raise Faults(faults)


def check_year(days: Days, year: int) -> None:
    """Raise Invalid unless a cohort runs within its budget's year: its costs can be paid on no day outside of it."""
    outside = "starts_on" if days.first.year != year else "ends_on" if days.last.year != year else ""
    if outside:
        message = N_("Anggarannya untuk tahun %(year)s: angkatan harus mulai dan selesai di tahun %(year)s.")
        raise Invalid(outside, "other_year", message, year=year)


def check_seats(seats: int, least: int, most: int) -> None:
    """Raise Invalid unless the cohort has as many seats as its package runs with."""
    if not least <= seats <= most:
        raise Invalid(
            "seats", "seats_outside", N_("Kursi antara %(least)s dan %(most)s untuk paket ini."), least=least, most=most
        )


def check_texts(place: str, trainer: str, hours: str) -> None:
    """Raise Faults for texts longer than their columns."""
    texts = (("place", place), ("trainer", trainer), ("hours", hours))
    faults = [Invalid(name, "text_long", N_("Paling panjang 200 huruf.")) for name, text in texts if len(text) > 200]
    if faults:
        raise Faults(faults)


def check_terms(terms: Terms, seats: int) -> None:
    """Raise Faults when shares or points leave 0 to 100, or a kecamatan is given more seats than there are."""
    shares = (("min_attendance", terms.min_attendance), ("min_score", terms.min_score))
    message = N_("Isi angka 0 sampai 100.")
    faults = [Invalid(name, "not_percent", message) for name, value in shares if not 0 <= value <= 100]
    for kecamatan, most in terms.quotas.items():
        if not 0 <= most <= seats:
            message = N_("Kuota %(kecamatan)s melebihi jumlah kursi.")
            faults.append(Invalid(f"quota_{kecamatan}", "quota_outside", message, kecamatan=kecamatan))
    if faults:
        raise Faults(faults)


# -- passing ----------------------------------------------------------------------


class Verdict(Word):
    """Why a participant did not pass."""

    ATTENDANCE = "attendance", N_("Hadir %(days)s dari %(all)s hari; paling sedikit %(least)s%%.")
    NO_TEST = "no-test", N_("Belum ada nilai tes akhir; paling sedikit %(least)s.")
    SCORE = "score", N_("Nilai tes akhir %(score)s; paling sedikit %(least)s.")


@dataclass(frozen=True)
class Record:
    """What a participant did: days attended of all days, and the final test (None: not taken)."""

    attended: int
    days: int
    after: int | None


def faults_of(record: Record, terms: Terms) -> list[tuple[Verdict, dict[str, int]]]:
    """Everything for which a participant does not pass; empty when they pass. A threshold of 0 asks nothing."""
    found: list[tuple[Verdict, dict[str, int]]] = []
    if record.attended * 100 < terms.min_attendance * record.days:
        params = {"days": record.attended, "all": record.days, "least": terms.min_attendance}
        found.append((Verdict.ATTENDANCE, params))
    if terms.min_score and record.after is None:
        found.append((Verdict.NO_TEST, {"least": terms.min_score}))
    elif record.after is not None and record.after < terms.min_score:
        found.append((Verdict.SCORE, {"score": record.after, "least": terms.min_score}))
    return found


def score_of(text: str, name: str) -> int | None:
    """Points of 100 as typed ("", "-" : none; "87,5" rounds to 88). Raises Invalid for the field `name`."""
    text = text.strip()
    if text in {"", "-", "–"}:
        return None
    if not re.fullmatch(r"[0-9]{1,3}([.,][0-9]{1,2})?", text):
        raise Invalid(name, "score_bad", N_("“%(text)s” bukan nilai 0 sampai 100."), text=text[:20])
    points = int(float(text.replace(",", ".")) + 0.5)
    if points > 100:
        raise Invalid(name, "score_bad", N_("“%(text)s” bukan nilai 0 sampai 100."), text=text[:20])
    return points


def pasted_scores(text: str, count: int, name: str) -> list[int | None]:
    """A column pasted from a spreadsheet, one line per participant in the order of the list.

    Raises Invalid when the number of lines differs or a line is no score.
    """
    lines = text.strip("\r\n").splitlines()
    if len(lines) != count:
        raise Invalid(
            name,
            "lines_differ",
            N_("Ada %(lines)s baris untuk %(people)s peserta. Salin seluruh kolom."),
            lines=len(lines),
            people=count,
        )
    return [score_of(line.split("\t")[-1], name) for line in lines]


@dataclass(frozen=True)
class Gain:
    """Averages of the tests of those who took both, and how far the second lies above the first, in points of 100."""

    both: int
    before: float
    after: float

    @property
    def gain(self) -> float:
        """Points gained on average."""
        return self.after - self.before


def gain_of(scores: Sequence[tuple[int | None, int | None]]) -> Gain | None:
    """What the tests (before, after) say together; None while nobody took both."""
    pairs = [(before, after) for before, after in scores if before is not None and after is not None]
    if not pairs:
        return None
    n = len(pairs)
    return Gain(n, sum(before for before, _ in pairs) / n, sum(after for _, after in pairs) / n)


ROOM_LETTERS, ROOM_SIGNS = 6, "ABCDEFGHJKLMNPRSTUVWXYZ"
"""Length and alphabet (nothing that reads like a digit) of the code of a room for those who cannot scan it."""


def room_code(token: str) -> str:
    """The letters that stand for a room's address `token`: the same each time, and they do not tell it."""
    number = int.from_bytes(hashlib.sha256(f"room {token}".encode()).digest())
    signs = []
    for _ in range(ROOM_LETTERS):
        number, place = divmod(number, len(ROOM_SIGNS))
        signs.append(ROOM_SIGNS[place])
    return "".join(signs)


def shortened(name: str) -> str:
    """A name that its bearer recognises and nobody else can look up: "Siti Aminah" is "Siti A."."""
    first, *rest = name.split() or [""]
    return " ".join([first, *(f"{word[0].upper()}." for word in rest if word[0].isalpha())])
