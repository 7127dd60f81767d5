"""What matching answers, in the market's own records: scores in points out of 100, quantities in units a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from marketplace.rules.words import N_
from matching import gates, supplies, telling

COMPONENT_LABELS: dict[str, str] = {
    "category": N_("Jenis usaha"),
    "text": N_("Kecocokan tulisan"),
    "capacity": N_("Kapasitas"),
    "certificates": N_("Sertifikat"),
    "distance": N_("Jarak"),
    "record": N_("Rekam jejak"),
    "price": N_("Harga biasanya"),
}

GATE_LABELS: dict[str, str] = {
    "status": N_("Aktif terverifikasi"),
    "category": N_("Jenis usaha"),
    "distance": N_("Jarak"),
    "debarment": N_("Tidak masuk daftar hitam"),
    "capacity": N_("Kapasitas cukup"),
    "certificate": N_("Sertifikat"),
}


_NOT_ACTIVE = {"id": "Belum aktif terverifikasi", "en": "Not verified active yet"}


@dataclass(frozen=True)
class Part:
    """One component of a score: `points` of at most `max`, and the reason. Points add up to the score."""

    component: str
    label: str
    points: float
    max: float
    reason: str


@dataclass(frozen=True)
class Match:
    """A business that passes every gate. `score` 0..100; `free_per_day` None when its capacity is not recorded."""

    business_id: int
    place: int
    score: float
    parts: tuple[Part, ...]
    assumed: tuple[str, ...]
    km: float | None
    free_per_day: int | None


@dataclass(frozen=True)
class Miss:
    """One gate that is not passed; `code` is the certificate's where the gate is one."""

    gate: str
    code: str
    sentence: str


@dataclass(frozen=True)
class NearMiss:
    """A business just outside, with what it lacks."""

    business_id: int
    score: float
    misses: tuple[Miss, ...]


@dataclass(frozen=True)
class Gate:
    """How many of the trade and its neighbours pass one gate, and how many it alone keeps out."""

    gate: str
    code: str
    label: str
    passed: int
    alone: int


@dataclass(frozen=True)
class Relaxation:
    """What one condition made easier would add: businesses and units a day, with the sentence."""

    kind: str
    code: str
    adds: int
    capacity_adds: int
    sentence: str


@dataclass(frozen=True)
class Supply:
    """Who could supply: how many pass, their free units a day together against the need, the gates, the relaxations."""

    passing: int
    capacity_per_day: int
    capacity_unknown: int
    needed_per_day: int
    looked_at: int
    gates: tuple[Gate, ...]
    relaxations: tuple[Relaxation, ...]

    @property
    def covers(self) -> bool:
        """Whether what is free together reaches what is needed."""
        return self.capacity_per_day >= self.needed_per_day


@dataclass(frozen=True)
class Ranking:
    """The ranked list of one lot, best first, those just outside, and the supply it comes from."""

    matches: tuple[Match, ...]
    near: tuple[NearMiss, ...]
    supply: Supply
    weights: dict[str, float]

    def as_json(self) -> dict[str, Any]:
        """The list as it is kept for audit."""
        return {
            "weights": self.weights,
            "rows": [
                {
                    "business": m.business_id,
                    "place": m.place,
                    "score": round(m.score, 4),
                    "parts": {p.component: round(p.points, 4) for p in m.parts},
                    "km": None if m.km is None else round(m.km, 2),
                    "free_per_day": m.free_per_day,
                }
                for m in self.matches
            ],
            "near": [
                {"business": n.business_id, "misses": [{"gate": m.gate, "code": m.code} for m in n.misses]}
                for n in self.near
            ],
            "supply": {
                "passing": self.supply.passing,
                "capacity_per_day": self.supply.capacity_per_day,
                "needed_per_day": self.supply.needed_per_day,
                "gates": {f"{g.gate}:{g.code}".rstrip(":"): g.passed for g in self.supply.gates},
            },
        }


@dataclass(frozen=True)
class Opportunity:
    """How an open lot suits a business; `misses` is empty when it could bid today."""

    lot_id: int
    score: float
    parts: tuple[Part, ...]
    misses: tuple[Miss, ...]


@dataclass(frozen=True)
class Lift:
    """One step that would open lots to a business: how many and worth how many rupiah."""

    kind: str
    code: str
    amount: int
    count: int
    value: int
    lot_ids: tuple[int, ...]
    sentence: str


@dataclass(frozen=True)
class OpenBid:
    """An opened bid for one lot: rupiah per unit, units a day offered, and the fewest it will do."""

    id: int
    price: int
    quantity_per_day: int
    min_quantity: int = 1


@dataclass(frozen=True)
class Share:
    """What one bid gets of a split: units a day and rupiah a day."""

    bid_id: int
    quantity_per_day: int
    cost_per_day: int


@dataclass(frozen=True)
class Split:
    """The cheapest combination that covers the need, beside the cheapest single supplier, if any can alone."""

    feasible: bool
    shares: tuple[Share, ...]
    cost_per_day: int
    single: Share | None
    reason: str


def parts_of(parts: Iterable[telling.Part]) -> tuple[Part, ...]:
    """Components in points out of 100."""
    return tuple(
        Part(p.component, COMPONENT_LABELS[p.component], p.points * 100, p.weight * 100, p.sentence) for p in parts
    )


def misses_of(misses: Iterable[gates.Miss], lang: str) -> tuple[Miss, ...]:
    """Gates not passed; one that only stands in the register is told so in the city's words."""
    return tuple(Miss(m.gate, m.code, _NOT_ACTIVE[lang] if m.gate == "status" else m.sentence) for m in misses)


def supply_of(
    supply: supplies.Supply, counts: Iterable[gates.GateCount], ease: Iterable[supplies.Relaxation]
) -> Supply:
    """The counts of one pass."""
    return Supply(
        passing=supply.passing,
        capacity_per_day=supply.capacity_per_day,
        capacity_unknown=supply.capacity_unknown,
        needed_per_day=supply.demand_per_day or 0,
        looked_at=supply.looked_at,
        gates=tuple(Gate(g.gate, g.code, GATE_LABELS[g.gate], g.passed, g.failed_only_this) for g in counts),
        relaxations=tuple(Relaxation(*r) for r in ease),
    )
