"""A plan in words: what it opens, what stays unmet and why, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext

from marketplace.models.businesses import Business
from marketplace.models.categories import Category, CertificateType
from marketplace.models.plans import TrainingPlan
from marketplace.models.training import Package
from marketplace.reads.training import plans as reading
from marketplace.rules.plans import sizes
from marketplace.rules.words import N_
from marketplace.services.training.turning import Waiting
from marketplace.web.filters import name_of
from marketplace.web.training.wording import reason_words
from marketplace.web.visitors import language

CAUSES: dict[str, str] = {
    "supplier": N_("Belum ada usaha di bidang ini."),
    "certificate": N_("Tidak ada paket yang mengantar ke sertifikat yang diminta."),
    "capacity": N_("Kapasitas semua yang bisa dilatih pun tidak cukup."),
    "limits": N_("Dana, kursi, atau kuota habis dipakai untuk yang bernilai lebih besar."),
}
SELDOM_NAMED = frozenset({"NIB"})
"""Certificates that are left out of the name of what is asked for: nearly everything asks for them."""


@dataclass
class Asked:
    """One class of demand: what, with which certificates, how much on how many days, and what of it is missing."""

    name: str
    codes: list[str]
    certificates: list[str]
    unit: str
    layers: list[tuple[int, int]] = field(default_factory=list)
    value: int = 0
    missing: int = 0
    missing_layers: list[tuple[int, int]] = field(default_factory=list)
    cause: str = ""
    lots: int = 0
    declared: float = 0.0


@dataclass(frozen=True)
class PackageLine:
    """One package of a plan: heads, how they fall into cohorts, rupiah, and what its people newly do."""

    code: str
    name: str
    heads: int
    cohorts: list[int]
    cost: int
    value: int


@dataclass(frozen=True)
class Stay:
    """Businesses of a turned plan that are not invited yet for the same reasons, in words."""

    why: str
    businesses: list[Business]


class Names:
    """How packages, categories and certificates are called."""

    def __init__(self) -> None:
        self.categories, self.certificates = reading.names()
        self.packages = {package.code: package for package in reading.packages()}

    def package(self, code: str) -> str:
        """A package's name; its code where it is gone."""
        found = self.packages.get(code)
        return package_name(found) if found else code

    def category(self, code: str) -> str:
        """A category's name."""
        found: Category | None = self.categories.get(code)
        return name_of(found) if found else code

    def certificate(self, code: str) -> str:
        """A certificate's name."""
        found: CertificateType | None = self.certificates.get(code)
        return name_of(found) if found else code


def package_name(package: Package) -> str:
    """Its name in the reader's language."""
    return package.name_en if language() == "en" and package.name_en else package.name


def classes_of(plan: TrainingPlan, names: Names) -> dict[str, Asked]:
    """Every class of demand by the ids of its layers; what is missing is filled in from the plan's result."""
    shared: dict[tuple[str, tuple[str, ...]], Asked] = {}
    by_id: dict[str, Asked] = {}
    worth: dict[str, int] = {}
    for one in plan.asked.get("demand", ()):
        key = (one["of"], tuple(one["requires"]))
        asked = shared.get(key)
        if asked is None:
            category = names.categories.get(one["of"])
            codes = [code for code in one["requires"] if code not in SELDOM_NAMED]
            called = [names.certificate(code) for code in codes]
            asked = shared[key] = Asked(names.category(one["of"]), codes, called, category.unit if category else "")
            asked.lots, asked.declared = len(one["lots"]), one["declared_share"]
        worth[one["id"]] = one["days"] * one["value_per_unit"]
        asked.layers.append((one["quantity_per_day"], one["days"]))
        asked.value += one["quantity_per_day"] * worth[one["id"]]
        by_id[one["id"]] = asked
    days = {one["id"]: one["days"] for one in plan.asked.get("demand", ())}
    for gap in plan.result.get("unmet", ()):
        asked = by_id[gap["demand"]]
        asked.missing += gap["missing_per_day"] * worth[gap["demand"]]
        asked.missing_layers.append((gap["missing_per_day"], days[gap["demand"]]))
        asked.cause = asked.cause or gap["cause"]
    return by_id


def unmet_of(by_id: Mapping[str, Asked]) -> list[Asked]:
    """Classes of which something stays unmet, the greatest value first."""
    once = {id(asked): asked for asked in by_id.values() if asked.missing}
    return sorted(once.values(), key=lambda asked: -asked.missing)


def package_lines(plan: TrainingPlan, names: Names) -> list[PackageLine]:
    """By package what the plan says, the most value first."""
    found = []
    for one in plan.result.get("packages", ()):
        package = names.packages.get(one["code"])
        split = sizes(one["heads"], package.seats, package.min_cohort) if package else [one["heads"]]
        found.append(
            PackageLine(one["code"], names.package(one["code"]), one["heads"], split, one["cost"], one["value"])
        )
    return sorted(found, key=lambda line: (-line.value, line.code))


def reasons_by_business(plan: TrainingPlan, by_id: Mapping[str, Asked], ids: Iterable[int]) -> dict[int, list[str]]:
    """Why each of these businesses is planned: the classes that its packages open, those it would do most of first."""
    wanted = {str(number) for number in ids}
    found: dict[int, list[str]] = {}
    for one in plan.result.get("chosen", ()):
        if one["supplier"] in wanted:
            found[int(one["supplier"])] = reason_of(one, by_id)
    return found


def reason_of(chosen: Mapping[str, Any], by_id: Mapping[str, Asked]) -> list[str]:
    """The classes of demand that a business's packages open, those it would do most of first, each once."""
    order = [demand for demand, _ in sorted(chosen["does"], key=lambda pair: -pair[1])] + list(chosen["opens"])
    return list(dict.fromkeys(opened(by_id[demand]) for demand in order if demand in by_id))


def opened(asked: Asked) -> str:
    """A class of demand in a few words."""
    if not asked.codes:
        return asked.name
    wanted = ", ".join(code.replace("_", " ") for code in asked.codes)
    return str(gettext("%(what)s yang meminta %(certificates)s", what=asked.name, certificates=wanted))


def stays_of(wait: Waiting) -> list[Stay]:
    """Why those who are not invited yet stay behind, the reason of most of them first."""
    found: dict[str, list[Business]] = {}
    for business, _, reasons in wait.refused:
        found.setdefault(" ".join(reason_words(reason) for reason in reasons), []).append(business)
    for business, cohort in wait.late:
        why = gettext("Angkatan %(code)s tidak menerima peserta lagi.", code=cohort.code)
        found.setdefault(why, []).append(business)
    return sorted((Stay(why, some) for why, some in found.items()), key=lambda stay: (-len(stay.businesses), stay.why))
