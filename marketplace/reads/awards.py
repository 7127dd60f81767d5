"""Awards: what a choice of winners would mean, and proposals that wait for the approver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.models.awards import Award
from marketplace.models.tenders import Tender
from marketplace.reads.evaluations import LotView
from marketplace.rules.awards import (
    AwardState,
    Terms,
    check_lot,
    check_share,
    needs_approval,
    quantities,
    uncovered,
)
from marketplace.rules.policy import COMPANY, Actor
from marketplace.rules.refusals import Refusal
from marketplace.rules.scoreboards import Entry


def tenders_to_approve(actor: Actor) -> list[Tender]:
    """The company's tenders with proposed awards, the longest waiting first."""
    if actor.role not in COMPANY:
        return []
    waiting = select(Award.tender_id).where(Award.buyer_id == actor.buyer_id, Award.state == AwardState.PROPOSED)
    found = db.session.scalars(
        select(Tender)
        .where(Tender.id.in_(waiting))
        .options(
            joinedload(Tender.buyer),
            selectinload(Tender.awards).options(joinedload(Award.business), joinedload(Award.lot)),
        )
    ).all()
    return sorted(found, key=lambda tender: min(award.proposed_at for award in proposed_of(tender)))


def proposed_of(tender: Tender) -> list[Award]:
    """The tender's awards that wait for a decision."""
    return [award for award in tender.awards if award.state is AwardState.PROPOSED]


def names_of(user_ids: set[int]) -> dict[int, str]:
    """Names of people by id."""
    people = db.session.scalars(select(User).where(User.id.in_(user_ids)))
    return {person.id: person.name for person in people}


@dataclass(frozen=True)
class Chosen:
    """One share as it would be awarded: units per day, the whole quantity, and its value in rupiah."""

    entry: Entry
    quantity_per_day: int
    quantity: int
    value: int


@dataclass(frozen=True)
class LotPreview:
    """What a choice means for one lot; `rest` is the need per day still open on the worst day."""

    view: LotView
    chosen: tuple[Chosen, ...]
    rest: int


@dataclass(frozen=True)
class Preview:
    """What a proposal would mean before it is made. `problems` are the refusals that it would meet."""

    lots: tuple[LotPreview, ...]
    value: int
    limit: int
    problems: tuple[Refusal, ...]

    @property
    def needs_approval(self) -> bool:
        """Whether the approver would have to decide."""
        return needs_approval(self.value, self.limit)

    @property
    def partial(self) -> bool:
        """Whether a rest of the need stays open."""
        return any(lot.rest for lot in self.lots)


def preview_of(tender: Tender, views: Sequence[LotView], asked: Mapping[int, int]) -> Preview:
    """What giving `asked` units per day (by bid line id) would mean: values, rests, and what stands in the way."""
    lots, problems = [], []
    for view in views:
        entries = [(entry, asked.get(entry.line.id, 0)) for entry in view.board.entries if entry.in_running]
        given = [(entry, quantity) for entry, quantity in entries if quantity > 0]
        shares = [(entry.terms, quantity) for entry, quantity in given]
        wholes = quantities(view.lot, shares)
        chosen = tuple(
            Chosen(entry, quantity, whole, entry.terms.price * whole)
            for (entry, quantity), whole in zip(given, wholes, strict=True)
        )
        lots.append(LotPreview(view, chosen, uncovered(view.lot, shares)))
        problems += _problems(view, shares)
    value = sum(one.value for lot in lots for one in lot.chosen)
    return Preview(tuple(lots), value, tender.buyer.approval_limit, tuple(problems))


def _problems(view: LotView, shares: list[tuple[Terms, int]]) -> list[Refusal]:
    found: list[Refusal] = []
    for terms, quantity in shares:
        try:
            check_share(view.lot, terms, quantity)
        except Refusal as refusal:
            found.append(refusal)
    try:
        check_lot(view.lot, shares, partial=True)
    except Refusal as refusal:
        found.append(refusal)
    return found


def final_awards() -> Select[Award]:
    """Every final award, with what its public record shows."""
    return (
        select(Award)
        .where(Award.state == AwardState.FINAL)
        .options(joinedload(Award.tender), joinedload(Award.lot), joinedload(Award.bid), joinedload(Award.business))
    )
