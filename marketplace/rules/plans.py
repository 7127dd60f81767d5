"""The laws of training plans: their life, the terms they are asked under, and how heads become cohorts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from marketplace.rules.cohorts import Days
from marketplace.rules.lives import Life, Step
from marketplace.rules.refusals import Faults, Invalid
from marketplace.rules.words import N_, Word

USUAL_CHANCE = 48
"""Percent of those enrolled who come to hold the certificate: 428 of about 900 halal filings of the city by October
2023 (bantensiber; passfmcilegon). Dinkop changes it per plan."""
USUAL_COHORTS = 10
"""Cohorts of one package in a year, an example value set by Dinkop."""
MOST_COHORTS = 40
MOST_PAIRS = 500
"""Pins and excludes of one plan."""
MOST_MONEY = 10**13
PATIENCE = 180
"""Seconds without a sign of life after which a plan is computed by another worker."""
FIRST_YEAR, LAST_YEAR = 2020, 2099


class PlanState(Word):
    """Where a plan stands."""

    WAITING = "waiting", N_("Menunggu giliran"), "info"
    RUNNING = "running", N_("Sedang dihitung"), "info"
    DRAFT = "draft", N_("Siap dibaca"), "neutral"
    FAILED = "failed", N_("Tidak bisa dihitung"), "bad"
    CHOSEN = "chosen", N_("Dipilih"), "good"
    TURNED = "turned", N_("Sudah jadi angkatan"), "good"


S = PlanState
COMPUTED = (S.DRAFT, S.CHOSEN, S.TURNED)
"""States of a plan that can be read."""
PENDING = (S.WAITING, S.RUNNING)

PLAN_LIFE = Life(
    "training_plan",
    S.WAITING,
    (
        Step("start", (S.WAITING, S.RUNNING), S.RUNNING, "training.plan", N_("Hitung"), "info", "started_at"),
        Step("finish", (S.RUNNING,), S.DRAFT, "training.plan", N_("Selesai"), "neutral", "computed_at"),
        Step("fail", (S.RUNNING,), S.FAILED, "training.plan", N_("Gagal"), "bad", "computed_at"),
        Step("choose", (S.DRAFT,), S.CHOSEN, "training.spend", N_("Pilih rencana ini"), "good", "chosen_at"),
        Step("release", (S.CHOSEN,), S.DRAFT, "training.spend", N_("Batal memilih"), "neutral"),
        Step("turn", (S.CHOSEN,), S.TURNED, "training.spend", N_("Jadikan angkatan"), "good", "turned_at"),
    ),
)

FAILURES: dict[str, str] = {
    "no_packages": N_("Tidak satu pun paket yang dipilih menuju sertifikat."),
    "job_broken": N_("Ada yang rusak di pihak kami; tidak ada yang berubah. Coba lagi nanti."),
}
"""Why a plan could not be computed, by stable code."""


@dataclass(frozen=True)
class PlanSheet:
    """What the head of the office brings. Shares and chance are whole percent; `cohorts` are the most cohorts that may
    run, by package code; `pins` and `excludes` are (business code, package code)."""

    name: str
    year: int
    budget: int
    cohorts: Mapping[str, int]
    shares: Mapping[str, int] = field(default_factory=dict)
    women: int = 0
    chance: int = USUAL_CHANCE
    forecast: bool = True
    desired: bool = True
    micro_only: bool = True
    pins: tuple[tuple[str, str], ...] = ()
    excludes: tuple[tuple[str, str], ...] = ()

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "budget": self.budget,
            "cohorts": dict(self.cohorts),
            "shares": dict(self.shares),
            "women": self.women,
            "chance": self.chance,
            "forecast": self.forecast,
            "desired": self.desired,
            "micro_only": self.micro_only,
            "pins": [list(pair) for pair in self.pins],
            "excludes": [list(pair) for pair in self.excludes],
        }


def sheet_of(name: str, year: int, kept: Mapping[str, Any]) -> PlanSheet:
    """The sheet that was kept as `kept` (see `PlanSheet.plain`)."""
    return PlanSheet(
        name=name,
        year=year,
        **{
            **kept,
            "pins": tuple((a, b) for a, b in kept["pins"]),
            "excludes": tuple((a, b) for a, b in kept["excludes"]),
        },
    )


def check_sheet(sheet: PlanSheet) -> None:
    """Raise Faults unless the terms make sense together."""
    faults = []
    if not sheet.name.strip():
        faults.append(Invalid("name", "missing", N_("Beri rencana ini nama, misalnya “Tanpa kuota”.")))
    if not FIRST_YEAR <= sheet.year <= LAST_YEAR:
        faults.append(Invalid("year", "year", N_("Tulis tahun dengan empat angka.")))
    faults += _faults_of_budget(sheet.budget)
    if not any(sheet.cohorts.values()):
        message = N_("Pilih paling sedikit satu paket: isi angkatan paling banyaknya.")
        faults.append(Invalid("cohorts", "none", message))
    message = N_("Angkatan per paket antara 0 dan %(most)s.")
    outside = [code for code, count in sheet.cohorts.items() if not 0 <= count <= MOST_COHORTS]
    faults += [Invalid(f"angkatan-{code}", "out_of_range", message, most=MOST_COHORTS) for code in outside]
    faults += _faults_of_shares(sheet)
    if len(sheet.pins) + len(sheet.excludes) > MOST_PAIRS:
        message = N_("Paling banyak %(most)s pasangan usaha dan paket.")
        faults.append(Invalid("pins", "too_many", message, most=MOST_PAIRS))
    if set(sheet.pins) & set(sheet.excludes):
        message = N_("Ada pasangan yang sekaligus wajib ikut dan tidak ikut.")
        faults.append(Invalid("excludes", "both", message))
    if faults:
        raise Faults(faults)


def _faults_of_budget(budget: int) -> list[Invalid]:
    if budget <= 0:
        return [Invalid("budget", "not_positive", N_("Tulis dana dalam rupiah, lebih dari nol."))]
    if budget > MOST_MONEY:
        return [Invalid("budget", "too_large", N_("Terlalu besar: paling banyak %(most)s."), most=MOST_MONEY)]
    return []


def _faults_of_shares(sheet: PlanSheet) -> list[Invalid]:
    faults = []
    message = N_("Bagian paling sedikit antara 0 dan 100 persen.")
    for name, share in (*((f"bagian-{name}", share) for name, share in sheet.shares.items()), ("women", sheet.women)):
        if not 0 <= share <= 100:
            faults.append(Invalid(name, "out_of_range", message))
    if sum(sheet.shares.values()) > 100:
        message = N_("Semua bagian kecamatan bersama-sama lebih dari 100 persen.")
        faults.append(Invalid("shares", "above_whole", message))
    if not 1 <= sheet.chance <= 100:
        faults.append(Invalid("chance", "out_of_range", N_("Peluang bersertifikat antara 1 dan 100 persen.")))
    return faults


def per_head(unit_cost: int, fixed_cost: int, seats: int) -> int:
    """Rupiah a head that a plan counts beside one `fixed_cost`: with it the plan never costs less than its cohorts.

    Cohorts of `seats` for h heads cost h * unit_cost + ceil(h / seats) * fixed_cost, and ceil(x) is below x + 1.
    """
    return unit_cost + -(-fixed_cost // seats)


def sizes(heads: int, seats: int, min_cohort: int) -> list[int]:
    """How many are invited to each cohort: as few cohorts as hold everybody, of equal size.

    Where the last would stay below `min_cohort`, there is one cohort less and more are invited than it seats: not
    everybody who is invited comes, and who is left over waits.
    """
    if heads < 1:
        return []
    count = -(-heads // seats)
    if count > 1 and heads // count < min_cohort:
        count -= 1
    small, larger = divmod(heads, count)
    return [small + 1] * larger + [small] * (count - larger)


def seats_for(size: int, seats: int, min_cohort: int) -> int:
    """Seats of a cohort to which `size` are invited: what its package runs with at least, and at most seats."""
    return min(max(size, min_cohort), seats)


def in_turn(first: date, days: int, count: int) -> list[Days]:
    """The days of `count` cohorts of `days` each, one right after the other from `first` on."""
    starts = [first + timedelta(days=number * days) for number in range(count)]
    return [Days(start, start + timedelta(days=days - 1)) for start in starts]


def ranks(before: Mapping[str, frozenset[str]]) -> dict[str, int]:
    """How many rounds each package must wait, by code: 0 for those that wait for none of the others.

    `before` names the packages that lead to each one; who waits for itself in a circle counts as many rounds as there
    are packages at most.
    """
    found = dict.fromkeys(before, 0)
    for _ in before:
        found = {
            code: max((found[one] + 1 for one in first if one in found and one != code), default=0)
            for code, first in before.items()
        }
    return found


def monday_from(day: date) -> date:
    """The first Monday on or after `day`."""
    return day + timedelta(days=-day.weekday() % 7)
