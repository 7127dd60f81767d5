"""The evaluation of one lot as one board: every bid with its facts, its marks and what to look at.

Works on anything shaped like the models (duck typed), so that the page that shows the board and the verb that awards by
it count the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from marketplace.rules.awards import LIVE_STATES, Terms, range_of, terms_of
from marketplace.rules.bids import OPEN_STATES, BidState
from marketplace.rules.calendars import delivery_days
from marketplace.rules.certificates import CertificateState, covers
from marketplace.rules.evaluations import BLOCKING, Facts, Flag, Record, Verdict, flags_of, judge, km_between
from marketplace.rules.splits import Choice, Split, best_single, best_split
from marketplace.rules.tenders import Level
from marketplace.rules.words import N_, Word

JUDGED_STATES = OPEN_STATES | {BidState.ACCEPTED, BidState.LOST}
"""Bids that are (or were) compared; a disqualified one is shown, not scored."""


class Holding(Word):
    """How a bidder stands to one certificate that the lot asks for."""

    VALID = "valid", N_("berlaku"), "good"
    ENDS = "ends", N_("habis sebelum selesai"), "warning"
    WAITING = "waiting", N_("menunggu verifikasi"), "warning"
    NONE = "none", N_("tidak ada"), "bad"


@dataclass(frozen=True)
class Asked:
    """One certificate asked for and what the bidder holds: `until` is the printed end, None for none."""

    requirement: Any
    holding: Holding
    until: date | None = None


@dataclass(frozen=True)
class Entry:
    """One bid's line on the board. `verdict` is None for a disqualified bid; `free` units per day, None: not known."""

    line: Any
    terms: Terms
    facts: Facts
    asked: tuple[Asked, ...]
    flags: tuple[Flag, ...]
    verdict: Verdict | None
    free: int | None

    @property
    def in_running(self) -> bool:
        """Whether it can still be chosen."""
        return self.line.bid.state in OPEN_STATES

    @property
    def awardable(self) -> bool:
        """Whether nothing that blocks an award was found."""
        return self.in_running and not BLOCKING & set(self.flags)


@dataclass(frozen=True)
class Board:
    """One lot's bids, best first, disqualified ones last."""

    lot: Any
    entries: tuple[Entry, ...]

    def entry(self, line_id: int) -> Entry | None:
        """The entry of a bid's line."""
        return next((entry for entry in self.entries if entry.line.id == line_id), None)

    def choices(self, by_total: bool = False) -> list[Choice]:
        """What a split may choose from: cost is rupiah per unit, or points short of 100 when `by_total`."""
        found = []
        days = delivery_days(self.lot.start_on, self.lot.end_on, self.lot.weekdays)
        first, last = days[0], days[-1]
        for entry in self.entries:
            if not entry.awardable or entry.verdict is None:
                continue
            most = entry.terms.quantity_per_day if entry.free is None else min(entry.terms.quantity_per_day, entry.free)
            least = min(self.lot.min_share_per_day, most, self.lot.quantity_per_day)
            cost = int(1000 - 10 * entry.verdict.total) if by_total else entry.terms.price
            if most > 0 and entry.terms.start_on <= first and entry.terms.end_on >= last:
                found.append(Choice(entry.line.id, cost, most, least))
        return found

    def single(self, by_total: bool = False) -> Split | None:
        """The best one supplier for the whole lot, None when nobody can do all of it."""
        return best_single(self.choices(by_total), self.lot.quantity_per_day)

    def split(self, by_total: bool = False) -> Split | None:
        """The best cover of the lot by any number of suppliers (one, where the lot may not be split)."""
        limit = None if self.lot.split_allowed else 1
        return best_split(self.choices(by_total), self.lot.quantity_per_day, limit)


def board_of(lot: Any, lines: Iterable[Any], free: Mapping[int, int] | None = None) -> Board:
    """The board of one lot over the opened `lines` of its bids; `free` = units per day by business id."""
    found = [line for line in lines if line.price is not None]
    order = {line.id: place for place, line in enumerate(sorted(found, key=_sent))}
    judged = {line.id: _facts(lot, line, order[line.id]) for line in found}
    running = [judged[line.id] for line in found if line.bid.state in JUDGED_STATES]
    verdicts = judge(lot.tender.weights, lot.quantity_per_day, running)
    entries = []
    for line in found:
        facts = judged[line.id]
        others = [other.price for other in running if other.key != line.id]
        room = None if free is None or _holds_award(lot, line) else free.get(line.bid.business_id)
        flags = flags_of(facts, others, lot.ceiling_price, lot.min_share_per_day, room)
        asked = tuple(asked_of(lot, line.bid.business))
        entries.append(Entry(line, terms_of(line), facts, asked, flags, verdicts.get(line.id), room))
    return Board(lot, tuple(sorted(entries, key=lambda e: e.verdict.rank if e.verdict else len(entries) + 1)))


def asked_of(lot: Any, business: Any) -> Iterable[Asked]:
    """Each certificate that the lot asks for, and how the business stands to it over the lot's window."""
    for requirement in lot.requirements:
        if requirement.certificate_code == "NIB" and business.nib:
            yield Asked(requirement, Holding.VALID)
            continue
        held = [c for c in business.certificates if c.type_code == requirement.certificate_code]
        valid = [c for c in held if covers(c, lot.start_on, lot.end_on)]
        verified = [c for c in held if c.state is CertificateState.VERIFIED]
        if valid:
            yield Asked(requirement, Holding.VALID, _latest(valid))
        elif verified:
            yield Asked(requirement, Holding.ENDS, _latest(verified))
        elif any(c.state is CertificateState.SUBMITTED for c in held):
            yield Asked(requirement, Holding.WAITING)
        else:
            yield Asked(requirement, Holding.NONE)


def _latest(certificates: list[Any]) -> date | None:
    """The latest printed end; None when one of them has none."""
    ends = [certificate.valid_until for certificate in certificates]
    return None if None in ends else max(ends)


def outcome_of(board: Board, entry: Entry) -> dict[str, object]:
    """What one bidder is told of a lot: own marks, rank, and the range of totals, nobody else's name or price."""
    totals = [other.verdict.total for other in board.entries if other.verdict is not None]
    if entry.verdict is None:
        return {"lot": board.lot.number, "title": board.lot.title, "of": len(totals)}
    lowest, highest = range_of(totals)
    return {
        "lot": board.lot.number,
        "title": board.lot.title,
        "rank": entry.verdict.rank,
        "of": len(totals),
        "total": float(entry.verdict.total),
        "lowest": lowest,
        "highest": highest,
        "criteria": {
            mark.criterion: {"weight": mark.weight, "score": float(mark.score), "points": float(mark.points)}
            for mark in entry.verdict.marks
        },
    }


def _sent(line: Any) -> tuple[Any, int]:
    return (line.bid.submitted_at, line.bid.id)


def _holds_award(lot: Any, line: Any) -> bool:
    """Whether the lot's own award already holds the supplier's capacity: then it is not taken by somebody else."""
    return any(
        award.lot_id == lot.id and award.bid_id == line.bid_id and award.state in LIVE_STATES
        for award in lot.tender.awards
    )


def _facts(lot: Any, line: Any, order: int) -> Facts:
    business, terms = line.bid.business, terms_of(line)
    asked = list(asked_of(lot, business))
    mandatory = [a for a in asked if a.requirement.level is Level.MANDATORY]
    desirable = [a for a in asked if a.requirement.level is not Level.MANDATORY]
    return Facts(
        key=line.id,
        price=terms.price,
        quantity=terms.quantity_per_day,
        mandatory_met=sum(a.holding is Holding.VALID for a in mandatory),
        mandatory_asked=len(mandatory),
        desirable_held=sum(a.holding is Holding.VALID for a in desirable),
        desirable_asked=len(desirable),
        km=_km(lot.tender.site, business),
        record=Record(
            business.deliveries_total,
            business.deliveries_on_time,
            business.quantity_sent,
            business.quantity_accepted,
            business.rating_count,
            business.rating_sum,
        ),
        sent_order=order,
    )


def _km(site: Any, business: Any) -> float | None:
    """From the plant to the business, or to the middle of its kelurahan where its own place is not known."""
    if site is None:
        return None
    if business.lat is not None and business.lon is not None:
        return km_between((site.lat, site.lon), (business.lat, business.lon))
    return km_between((site.lat, site.lon), (business.area.lat, business.area.lon))
