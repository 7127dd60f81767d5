"""Generated problems to test and measure on, the same for the same seed."""

from __future__ import annotations

from typing import Final

import numpy as np

from .problem import Code, Demand, Package, Problem, Quota, Supplier

CERTIFICATES: Final = ("HALAL", "SLHS", "PIRT", "BNSP", "SNI", "ISO9001", "CSMS", "NIB")


def instance(
    suppliers: int = 34_000, demands: int = 200, packages: int = 10, areas: int = 43, seed: int = 1
) -> Problem:
    """A city: certificates are rare, demand asks for one to three of them, some packages build on others.

    Every area has a quota of a third of its even share, so that quotas bind here and there.
    """
    rng = np.random.default_rng(seed)
    trades = [f"T-{i:02d}" for i in range(max(1, demands // 8))]
    asked = {trade: rng.choice(CERTIFICATES, int(rng.integers(1, 5)), replace=False).tolist() for trade in trades}
    return Problem(
        budget=int(3_400_000_000 * max(0.02, suppliers / 34_000)) // 1000 * 1000,
        packages=tuple(_package(i, rng) for i in range(packages)),
        suppliers=tuple(_supplier(i, trades, areas, rng) for i in range(suppliers)),
        demand=tuple(_demand(i, trades[i % len(trades)], asked, suppliers, rng) for i in range(demands)),
        quotas=tuple(Quota(f"A-{a:02d}", round(1 / (3 * areas), 4)) for a in range(areas)),
    )


def _package(i: int, rng: np.random.Generator) -> Package:
    grants: set[Code] = {CERTIFICATES[i % len(CERTIFICATES)]}
    if i >= len(CERTIFICATES):
        grants |= set(rng.choice(CERTIFICATES, 1).tolist())
    requires: set[Code] = set()
    if rng.random() < 0.3:
        requires |= {CERTIFICATES[(i + 3) % len(CERTIFICATES)]}
        requires -= grants
    return Package(
        code=f"P-{i:02d}",
        unit_cost=int(rng.integers(8, 60)) * 100_000,
        grants=frozenset(grants),
        requires=frozenset(requires),
        seats=None if rng.random() < 0.3 else int(rng.integers(4, 20)) * 25,
        min_cohort=int(rng.integers(2, 6)) * 5,
        fixed_cost=int(rng.integers(5, 40)) * 1_000_000,
    )


def _supplier(i: int, trades: list[str], areas: int, rng: np.random.Generator) -> Supplier:
    held = [name for name, chance in zip(CERTIFICATES, rng.random(len(CERTIFICATES)), strict=True) if chance < 0.12]
    return Supplier(
        id=f"B-{i:06d}",
        area=f"A-{int(areas * rng.random() ** 1.5):02d}",
        category=trades[int(len(trades) * rng.random() ** 1.3)],
        capacity_per_day=int(np.exp(rng.normal(3.6, 0.9))),
        has=frozenset(held),
    )


def _demand(i: int, trade: str, asked: dict[str, list[str]], suppliers: int, rng: np.random.Generator) -> Demand:
    certificates = asked[trade]
    needs = rng.choice(certificates, int(rng.integers(0, min(3, len(certificates)) + 1)), replace=False).tolist()
    return Demand(
        id=f"D-{i:03d}",
        category=trade,
        quantity_per_day=max(5, int(np.exp(rng.normal(8.3, 0.8)) * max(0.02, suppliers / 34_000))),
        days=int(rng.integers(10, 250)),
        value_per_unit=int(rng.integers(3, 40)) * 1000,
        requires=frozenset(needs),
    )
