"""Which facts of a business Dinkop has seen with its own eyes, and when such a mark no longer holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from marketplace.rules.business_files import paper_text
from marketplace.rules.calendars import says_when_open
from marketplace.rules.words import N_, Word


class Fact(Word):
    """A fact that a clerk can see on paper or on the spot."""

    NAME = "name", N_("Nama usaha")
    OWNER = "owner", N_("Pemilik")
    NIB = "nib", "NIB"
    ADDRESS = "address", N_("Alamat")
    HOURS = "hours", N_("Hari dan jam buka")
    CAPACITY = "capacity", N_("Kapasitas per hari")
    PAPER = "paper", N_("Dokumen")


class Subject(NamedTuple):
    """A fact of a business; of which category it is the capacity or which kind of paper, empty for other facts."""

    fact: Fact
    category_code: str = ""

    @property
    def key(self) -> str:
        """Its name in forms and templates: "address", "capacity:katering-harian"."""
        return f"{self.fact.value}:{self.category_code}" if self.category_code else str(self.fact.value)


def facts_of(business: Any) -> dict[Subject, str]:
    """What there is to check of a business: its facts as text, those on file only. A capacity is units a day."""
    address = f"{business.address}, {business.area_code}" if business.address else ""
    plain = {
        Fact.NAME: business.name,
        Fact.OWNER: business.owner_name,
        Fact.NIB: business.nib or "",
        Fact.ADDRESS: address,
        Fact.HOURS: _hours(business),
    }
    facts = {Subject(fact): text for fact, text in plain.items() if text}
    for offering in business.offerings:
        if offering.capacity_per_day is not None:
            facts[Subject(Fact.CAPACITY, offering.category_code)] = str(offering.capacity_per_day)
    for paper in business.papers:
        facts[Subject(Fact.PAPER, paper.kind.value)] = paper_text(paper)
    return facts


def _hours(business: Any) -> str:
    if business.opens_at is None:
        return f"{business.open_days:07b}" if says_when_open(business.open_days, None) else ""
    return f"{business.open_days:07b} {business.opens_at:%H:%M}-{business.closes_at:%H:%M}"


def seen(text: str) -> str:
    """A short stamp of a fact's text: a form carries it back, so that nobody confirms what changed meanwhile."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Mark:
    """A fact as it stands, when Dinkop last saw it (None: never), and whether that still `holds`."""

    subject: Subject
    stamp: str
    checked_at: datetime | None
    checked_by: str
    holds: bool


def marks(facts: Mapping[Subject, str], checks: Iterable[Any]) -> dict[str, Mark]:
    """The mark of each fact by its key.

    A check holds while nobody changed the fact since (`fallen_at`) and the fact reads as it was seen: an import or a
    merge that wrote another value takes the mark away too.
    """
    known = {Subject(check.fact, check.category_code): check for check in checks}
    found = {}
    for subject, text in facts.items():
        check = known.get(subject)
        holds = check is not None and check.fallen_at is None and check.text == text
        at, by = (check.checked_at, check.checked_by.name) if check is not None else (None, "")
        found[subject.key] = Mark(subject, seen(text), at, by, holds)
    return found
