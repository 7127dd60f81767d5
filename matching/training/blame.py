"""Which limit is to blame: when no plan is possible, when the best plan is to train nobody, when time ran out."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Final

from matching.explain import number, said

from .plans import Plan
from .problem import MAX_MONEY, Problem, Quota
from .search import Found
from .settings import Settings
from .solving import possible, solve

Loosened = Callable[[Problem], Problem]

LOOK: Final = 8.0
"""Seconds to spend on each what-if question."""


def contradiction(problem: Problem, settings: Settings, found: Found) -> str:
    """The limits that contradict each other; empty when there are none such.

    These are a negative budget, pins that cannot be kept, and quotas of more than 100% in all: those leave
    only the empty plan, whoever is enrolled, which is called infeasible too.
    """
    lang = settings.lang
    if problem.budget < 0:
        return said(lang, "Anggaran negatif (budget).", "The budget is negative (budget).")
    sums: dict[str, Fraction] = defaultdict(Fraction)
    for quota in problem.quotas:
        sums[quota.key[0]] += quota.share
    for kind, total in sums.items():
        if total > 1:
            whole = number(round(total * 100), lang)
            return said(
                lang,
                f"Kuota (quotas, {kind}) berjumlah {whole}%, lebih dari 100%.",
                f"The quotas (quotas, {kind}) add up to {whole}%, more than 100%.",
            )
    return "" if found.draft is not None else _pins(problem, settings)


def _nobody_there(problem: Problem, lang: str) -> str:
    """The first quota that nobody can count for; with it only the empty plan is left."""
    for quota in problem.quotas:
        if quota.share and not any(quota.counts(supplier) for supplier in problem.suppliers):
            return said(
                lang,
                f"Tidak ada pelatihan karena kuota (quotas) {quota.key[1]}: tidak ada pelaku usaha di sana.",
                f"Nobody is trained because of the quota (quotas) of {quota.key[1]}: no supplier belongs to it.",
            )
    return ""


def _pins(problem: Problem, settings: Settings) -> str:
    """The first limit without which the pins could be kept, else those that must go together."""
    lang = settings.lang
    for name, loosened in _limits(problem, lang):
        if possible(loosened(problem), settings):
            return said(
                lang, f"Pilihan wajib (pins) tidak dapat dipenuhi karena {name}.", f"The pins cannot be kept: {name}."
            )
    return said(
        lang,
        "Pilihan wajib (pins) melanggar prasyarat (requires), pengecualian (excludes), atau beberapa batas sekaligus.",
        "The pins go against prerequisites (requires), excludes, or several limits at once.",
    )


def remark(problem: Problem, settings: Settings, plan: Plan, gap: float) -> str:
    """A word on a plan that is possible: why it trains nobody, or that the search was stopped."""
    lang = settings.lang
    if gap:
        share = f"{gap * 100:.2f}%"
        return said(
            lang,
            f"Pencarian dihentikan; paling banyak {share.replace('.', ',')} nilai tambahan belum terbukti tertutup.",
            f"The search was stopped; at most {share} of the unlocked value is not proven closed.",
        )
    return "" if plan.enrolments else _empty(problem, settings)


def _empty(problem: Problem, settings: Settings) -> str:
    """Why nobody is trained: the first limit without which training would open something."""
    lang, quick = settings.lang, replace(settings, seconds=min(LOOK, settings.seconds))

    def opens(asked: Problem) -> bool:
        roll, found = solve(asked, quick)
        return found.draft is not None and any(
            roll.after(row, p) != roll.kind[row].before for row, p in found.draft.taken.items()
        )

    nobody = _nobody_there(problem, lang)
    if nobody and opens(_free(problem)):
        return nobody
    for name, loosened in _limits(problem, lang):
        if opens(loosened(problem)):
            return said(lang, f"Tidak ada pelatihan karena {name}.", f"Nobody is trained: {name}.")
    free = problem
    for _, loosened in _limits(problem, lang):
        free = loosened(free)
    if opens(free):
        return said(
            lang, "Tidak ada pelatihan: beberapa batas sekaligus.", "Nobody is trained: several limits at once."
        )
    return said(
        lang,
        "Pelatihan yang ada tidak membuka permintaan apa pun (demand).",
        "No package opens any of the demand (demand).",
    )


def _limits(problem: Problem, lang: str) -> list[tuple[str, Loosened]]:
    """Every limit that could be to blame, single ones first inside each family, with the problem without it."""
    found: list[tuple[str, Loosened]] = [
        (said(lang, "anggaran (budget) terlalu kecil", "the budget (budget) is too small"), _rich)
    ]
    found.append((said(lang, "kursi (seats) tidak cukup", "there are too few seats (seats)"), _roomy))
    cohorts = said(
        lang, "peserta minimum (min_cohort) tidak tercapai", "the smallest cohort (min_cohort) is not reached"
    )
    found.append((cohorts, _small))
    for quota in problem.quotas:
        name = said(lang, f"kuota (quotas) {quota.key[1]}", f"the quota (quotas) of {quota.key[1]}")
        found.append((name, functools.partial(_without, quota)))
    if len(problem.quotas) > 1:
        found.append((said(lang, "kuota (quotas) bersama-sama", "the quotas (quotas) together"), _free))
    return found


def _rich(problem: Problem) -> Problem:
    return replace(problem, budget=MAX_MONEY)


def _roomy(problem: Problem) -> Problem:
    return replace(problem, packages=tuple(replace(package, seats=None) for package in problem.packages))


def _small(problem: Problem) -> Problem:
    return replace(problem, packages=tuple(replace(package, min_cohort=0) for package in problem.packages))


def _without(quota: Quota, problem: Problem) -> Problem:
    return replace(problem, quotas=tuple(other for other in problem.quotas if other != quota))


def _free(problem: Problem) -> Problem:
    return replace(problem, quotas=())
