"""The planner's linear programme, its prices, and a bound on every plan from any prices.

Written for groups `g` of interchangeable businesses and bundles `b` of packages, with `a` the access
(requirement sets met) of a bundle and `a(g)` that without training:

    maximise  sum_d worth_d v_d
    heads     sum_{g, b containing p} z_gb + sum_club f_p,club = h_p              each package p
    budget    sum_p (unit_cost_p h_p + fixed_cost_p r_p) <= budget
    cohort    min_cohort_p r_p <= h_p <= most_p r_p                               each package p
    quota     heads of those it counts >= share * sum_p h_p                       each quota
    supply    sum_n y_an <= units without training + sum_g capacity_g (sum_{b to a} z_gb - sum_{b from a} z_gb)
    demand    sum_{d with n} v_d <= sum_a y_an                                    each requirement set n
    choice    sum_b z_gb <= number of businesses in g   (= where a package is pinned)
    0 <= v_d <= quantity_d,  y, f, z, h >= 0,  0 <= r_p <= 1;  z, f, r whole in a plan.

`f` are heads that only fill a cohort or a quota; `most_p` is the least of seats, those who can reach the
package, and what the budget allows. Only bundles that pay at some prices are put in (column generation).

For any prices w of the rows (with the sign that belongs to <= and >=) weak duality gives

    value <= sum_rows w * limit + sum_columns max over its bounds of (reduced profit * x)
                                + sum_g number_g * max_b (reduced profit of b in g),

which `bound` evaluates over all businesses and all bundles: it needs no faith in the solver.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matching.solver import quiet_solver, status

from .bundles import bits
from .layout import Layout
from .rows import Rows, Sparse

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
INFINITY: Final = float("inf")
SCALED_TOTAL: Final = 1e6
SCALED_QUANTITY: Final = 1e4
"""What money and value are scaled to: the solver's tolerance of 1e-7 is then below a rupiah of any real budget."""


class Programme:
    """The programme of a layout, growing by columns; ``relaxed`` solutions bound every plan."""

    def __init__(self, lay: Layout) -> None:
        self.lay = lay
        self.rows = Rows(lay)
        self.worth_scale = max(1, sum(w.worth * w.quantity for t in lay.trades for w in t.wanted)) / SCALED_TOTAL
        self.trade_scale = [self._trade_scale(t) for t in range(len(lay.trades))]
        self.shares = np.array([float(quota.share) for quota in lay.problem.quotas], np.float64)
        self._price_tables()
        self._limits()
        self.solver = quiet_solver()
        self.solver.changeObjectiveSense(_maximise())
        self._rows_in()
        self._columns_in()
        self.columns: list[tuple[int, int]] = []
        self.present: set[tuple[int, int]] = set()
        self.choice_row: dict[int, int] = {}

    # ---- what the layout says, in numbers -------------------------------------------------

    def _trade_scale(self, trade: int) -> float:
        most = max((w.quantity for w in self.lay.trades[trade].wanted), default=1)
        return max(1.0, most / SCALED_QUANTITY)

    def _price_tables(self) -> None:
        """Every bundle of every kind (packages, heads, supply row after), and every pair of a group and a bundle."""
        lay, rows = self.lay, self.rows
        bundles = [(kind.trade, bundle) for kind in lay.kinds for bundle in kind.choices.bundles]
        names = np.array([bundle.packages for _, bundle in bundles], np.int64)
        self.has = (names[:, None] >> np.arange(len(lay.courses)) & 1).astype(np.float64)
        self.size = self.has.sum(1)
        # the row -1 stands for "serves nothing"; its price is 0
        self.after = np.array([rows.supply.get((trade, bundle.access), -1) for trade, bundle in bundles], np.int64)
        self.before = np.array([rows.supply.get((kind.trade, kind.before), -1) for kind in lay.kinds], np.int64)
        scale = np.array([*self.trade_scale, 1.0])  # trade -1 takes the last
        trades = np.array([kind.trade for kind in lay.kinds], np.int64)
        self.scaled = lay.capacity / scale[trades[lay.kind]] if len(lay.kind) else np.zeros(0)
        self.starts = np.searchsorted(lay.kind, np.arange(len(lay.kinds) + 1))
        sizes = np.array([len(kind.choices.bundles) for kind in lay.kinds], np.int64)
        self.first_bundle = np.cumsum(sizes) - sizes
        of_group = sizes[lay.kind] if len(lay.kind) else np.zeros(0, np.int64)
        self.first_pair = np.cumsum(of_group) - of_group
        self.group = np.repeat(np.arange(len(lay.kind)), of_group)
        self.place = np.arange(len(self.group)) - self.first_pair[self.group]
        self.bundle = self.place + self.first_bundle[lay.kind[self.group]]

    def _limits(self) -> None:
        """The money unit, and ``most``: heads that a package can have at all; ``fill``: fillers by package and club."""
        problem, lay = self.lay.problem, self.lay
        packages = len(lay.courses)
        self.fill = np.zeros((packages, len(lay.clubs)), np.int64)
        reach = np.zeros(packages, np.int64)
        for k, kind in enumerate(lay.kinds):
            part = slice(self.starts[k], self.starts[k + 1])
            by_club = np.bincount(lay.club[part], lay.count[part], len(lay.clubs)).astype(np.int64)
            for p in bits(kind.choices.fillers):
                self.fill[p] += by_club
            taken = kind.choices.fillers
            for bundle in kind.choices.bundles:
                taken |= bundle.packages
            for p in bits(taken):
                reach[p] += by_club.sum()
        self.most = [self._most(p, int(reach[p])) for p in range(packages)]
        spent = sum(p.unit_cost * m + p.fixed_cost for p, m in zip(problem.packages, self.most, strict=True))
        self.money = min(problem.budget, spent) or 1
        self.money_scale = max(1.0, self.money / SCALED_TOTAL)

    def _most(self, p: int, reach: int) -> int:
        package, budget = self.lay.problem.packages[p], self.lay.problem.budget
        if package.fixed_cost > budget:
            return 0
        most = reach if package.seats is None else min(reach, package.seats)
        if package.unit_cost:
            most = min(most, (budget - package.fixed_cost) // package.unit_cost)
        return most if most >= package.min_cohort else 0

    # ---- putting it into the solver -------------------------------------------------------

    def _rows_in(self) -> None:
        lay, rows = self.lay, self.rows
        lower, upper = np.full(rows.total, -INFINITY), np.zeros(rows.total)
        packages = len(lay.courses)
        lower[:packages] = 0.0
        upper[rows.budget] = lay.problem.budget / self.money_scale
        lower[rows.low : rows.low + packages], upper[rows.low : rows.low + packages] = 0.0, INFINITY
        lower[rows.quota : rows.quota + len(self.shares)] = 0.0
        upper[rows.quota : rows.quota + len(self.shares)] = INFINITY
        untrained: dict[int, float] = defaultdict(float)
        for k in range(len(lay.kinds)):
            part = slice(self.starts[k], self.starts[k + 1])
            untrained[int(self.before[k])] += float(np.dot(self.scaled[part], lay.count[part]))
        for row, units in untrained.items():
            if row >= 0:
                upper[row] = units
        self.lower, self.upper = lower, upper
        self.solver.addRows(rows.total, lower, upper, 0, np.zeros(rows.total, np.int32), [], [])

    def _columns_in(self) -> None:
        """r, h, f, y and v, in this order."""
        lay, rows = self.lay, self.rows
        made = Sparse()
        for p, package in enumerate(lay.problem.packages):
            entries = [(rows.budget, package.fixed_cost / self.money_scale)]
            entries += [(rows.low + p, -float(package.min_cohort)), (rows.high + p, -float(self.most[p]))]
            made.add(0.0, (0.0, 1.0 if self.most[p] else 0.0), entries)
        for p, package in enumerate(lay.problem.packages):
            entries = [(rows.heads + p, -1.0), (rows.budget, package.unit_cost / self.money_scale)]
            entries += [(rows.low + p, 1.0), (rows.high + p, 1.0)]
            entries += [(rows.quota + q, -float(share)) for q, share in enumerate(self.shares) if share]
            made.add(0.0, (0.0, float(self.most[p])), entries)
        self.fillers = [(int(p), int(c)) for p, c in np.argwhere(self.fill > 0) if self.most[p]]
        self.first_filler = len(made)
        for p, club in self.fillers:
            entries = [(rows.heads + p, 1.0), *((rows.quota + q, 1.0) for q in lay.clubs[club])]
            made.add(0.0, (0.0, float(min(self.fill[p, club], self.most[p]))), entries)
        for (t, access), row in rows.supply.items():
            for n in bits(access):
                most = lay.trades[t].quantity / self.trade_scale[t]
                made.add(0.0, (0.0, most), [(row, 1.0), (rows.need[t, n], -1.0)])
        for t, trade in enumerate(lay.trades):
            for one in trade.wanted:
                worth = one.worth * self.trade_scale[t] / self.worth_scale
                made.add(worth, (0.0, one.quantity / self.trade_scale[t]), [(rows.need[t, one.need], 1.0)])
        self.fixed = made
        self._add_columns(made)
        self.first_choice = len(made)

    def _add_columns(self, made: Sparse) -> None:
        if len(made):
            self.solver.addCols(
                len(made), np.array(made.cost), np.array(made.lower), np.array(made.upper), len(made.index),
                np.array(made.starts, np.int32), np.array(made.index, np.int32), np.array(made.value),
            )  # fmt: skip

    def add_choices(self, pairs: list[tuple[int, int]]) -> int:
        """Put (group, bundle) columns in; those that are in already, and those that change nothing, are passed over."""
        fresh = []
        for group, bundle in pairs:
            kind = self.lay.kinds[self.lay.kind[group]]
            if (group, bundle) not in self.present and (kind.choices.bundles[bundle].packages or kind.pinned):
                self.present.add((group, bundle))
                fresh.append((group, bundle))
        self._add_choice_rows([group for group, _ in fresh])
        made = Sparse()
        for group, bundle in fresh:
            made.add(0.0, (0.0, float(self.lay.count[group])), self._entries(group, bundle))
        self._add_columns(made)
        self.columns.extend(fresh)
        return len(fresh)

    def _add_choice_rows(self, groups: list[int]) -> None:
        """One row per group that takes part: no more businesses than there are."""
        new = [group for group in dict.fromkeys(groups) if group not in self.choice_row]
        if not new:
            return
        upper = self.lay.count[new].astype(np.float64)
        pinned = np.array([bool(self.lay.kinds[self.lay.kind[group]].pinned) for group in new])
        lower = np.where(pinned, upper, -INFINITY)
        first = self.rows.total + len(self.choice_row)
        self.solver.addRows(len(new), lower, upper, 0, np.zeros(len(new), np.int32), [], [])
        self.choice_row.update({group: first + i for i, group in enumerate(new)})

    def _entries(self, group: int, place: int) -> list[tuple[int, float]]:
        rows, k = self.rows, self.lay.kind[group]
        bundle = self.first_bundle[k] + place
        packages = np.flatnonzero(self.has[bundle]).tolist()
        entries: dict[int, float] = defaultdict(float)
        for p in packages:
            entries[rows.heads + p] += 1.0
        for q in self.lay.clubs[self.lay.club[group]]:
            entries[rows.quota + q] += float(len(packages))
        units = float(self.scaled[group])
        entries[int(self.after[bundle])] -= units
        entries[int(self.before[k])] += units
        entries[self.choice_row[group]] = 1.0
        return [(row, value) for row, value in entries.items() if value and row >= 0]

    # ---- solving --------------------------------------------------------------------------

    def fix_runs(self, low: NDArray[np.float64], high: NDArray[np.float64]) -> None:
        """Bounds of r: which packages run for certain, and which do not."""
        packages = len(self.lay.courses)
        top = np.minimum(high, [1.0 if most else 0.0 for most in self.most])
        self.fixed.lower[:packages], self.fixed.upper[:packages] = low.tolist(), top.tolist()
        self.solver.changeColsBounds(packages, np.arange(packages, dtype=np.int32), low, top)

    def relax(self) -> bool:
        """Solve the relaxation with the columns there are; False when it has no solution."""
        self.solver.run()
        return status(self.solver) == "Optimal"

    @property
    def value(self) -> float:
        """Scaled value of the last solution."""
        return float(self.solver.getInfo().objective_function_value)

    def prices(self) -> Floats:
        """Prices of the fixed rows with their proper signs, and 0 for "serves nothing" at the end."""
        found = np.array(self.solver.getSolution().row_dual, np.float64)[: self.rows.total]
        found = np.where(np.isinf(self.lower), np.maximum(found, 0.0), found)
        found = np.where(np.isinf(self.upper), np.minimum(found, 0.0), found)
        return np.append(found, 0.0)

    def profits(self, prices: Floats) -> Floats:
        """Reduced profit of every pair of a group and a bundle, for one business of the group."""
        rows, lay = self.rows, self.lay
        heads = self.has @ prices[rows.heads : rows.heads + len(lay.courses)]
        quota = prices[rows.quota : rows.quota + len(self.shares)]
        club = np.array([quota[list(members)].sum() for members in lay.clubs])
        gain = prices[self.after[self.bundle]] - prices[self.before[lay.kind[self.group]]]
        profit: Floats = self.scaled[self.group] * gain - heads[self.bundle]
        if len(club):
            profit -= club[lay.club[self.group]] * self.size[self.bundle]
        return profit

    def best(self, profits: Floats) -> tuple[Floats, Ints]:
        """The greatest profit of every group, and the pair that has it (the first of equals)."""
        if not len(profits):
            return np.zeros(0), np.zeros(0, np.int64)
        top = np.maximum.reduceat(profits, self.first_pair)
        at = np.flatnonzero(profits == top[self.group])
        _, first = np.unique(self.group[at], return_index=True)
        return top, at[first]

    def bound(self, prices: Floats, profits: Floats) -> float:
        """The greatest scaled value any plan could have, by the formula above."""
        w = prices[:-1]
        with np.errstate(invalid="ignore"):
            limits = np.where(w > 0, w * self.upper, np.where(w < 0, w * self.lower, 0.0)).sum()
        fixed = self.fixed
        reduced = np.array(fixed.cost)
        ends = np.append(fixed.starts, len(fixed.index))
        owner = np.repeat(np.arange(len(fixed)), np.diff(ends))
        np.subtract.at(reduced, owner, np.array(fixed.value) * w[fixed.index])
        columns = np.maximum(reduced * np.array(fixed.lower), reduced * np.array(fixed.upper)).sum()
        best = float(np.dot(self.best(profits)[0], self.lay.count))
        return float(limits + columns + best)

    def solution(self) -> Floats:
        """Values of all columns: r, h, f, y, v, then the choices."""
        return np.array(self.solver.getSolution().col_value, np.float64)

    def whole(self, at_most_seconds: float, gap: float, fixed: list[tuple[int, float]] | None = None) -> Any:
        """A copy of the programme with whole z, f and r; the choices ``fixed`` (place, value) are held."""
        solver = quiet_solver()
        solver.passModel(self.solver.getLp())
        names = [*range(len(self.lay.courses)), *range(self.first_filler, self.first_filler + len(self.fillers))]
        names += range(self.first_choice, self.first_choice + len(self.columns))
        index = np.array(names, np.int32)
        solver.changeColsIntegrality(len(index), index, np.ones(len(index), np.uint8))
        if fixed:
            held = np.array([self.first_choice + place for place, _ in fixed], np.int32)
            value = np.array([value for _, value in fixed])
            solver.changeColsBounds(len(held), held, value, value)
        for name, setting in (("mip_rel_gap", gap), ("mip_abs_gap", 0.0), ("time_limit", at_most_seconds)):
            solver.setOptionValue(name, setting)
        return solver


def _maximise() -> Any:
    import highspy  # noqa: PLC0415

    return highspy.ObjSense.kMaximize
