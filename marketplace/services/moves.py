"""The one function through which every thing with a life changes its state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.accounts import Claim
from marketplace.models.awards import Award
from marketplace.models.bids import Bid
from marketplace.models.businesses import Business
from marketplace.models.certificates import Certificate
from marketplace.models.contracts import Contract, Delivery, Invoice
from marketplace.models.disputes import Dispute
from marketplace.models.linkage import RegistryPair
from marketplace.models.negotiations import Negotiation, Offer
from marketplace.models.plans import TrainingPlan
from marketplace.models.privacy import Breach, DataRequest
from marketplace.models.registrations import Registration
from marketplace.models.registry import RegistryImport
from marketplace.models.tenders import Tender
from marketplace.models.training import Cohort, Enrolment
from marketplace.rules.awards import AWARD_LIFE
from marketplace.rules.bids import BID_LIFE
from marketplace.rules.businesses import BUSINESS_LIFE, CLAIM_LIFE
from marketplace.rules.certificates import CERTIFICATE_LIFE
from marketplace.rules.contracts import CONTRACT_LIFE, DELIVERY_LIFE, INVOICE_LIFE
from marketplace.rules.disputes import DISPUTE_LIFE
from marketplace.rules.linkage import PAIR_LIFE
from marketplace.rules.lives import Life, Step
from marketplace.rules.negotiations import NEGOTIATION_LIFE, OFFER_LIFE
from marketplace.rules.plans import PLAN_LIFE
from marketplace.rules.policy import Actor, require
from marketplace.rules.privacy import BREACH_LIFE, REQUEST_LIFE
from marketplace.rules.registrations import REGISTRATION_LIFE
from marketplace.rules.registry_imports import IMPORT_LIFE
from marketplace.rules.tenders import TENDER_LIFE
from marketplace.rules.training import COHORT_LIFE, ENROLMENT_LIFE
from marketplace.services import journal

LIVES: dict[type, Life] = {
    Tender: TENDER_LIFE,
    Bid: BID_LIFE,
    Negotiation: NEGOTIATION_LIFE,
    Offer: OFFER_LIFE,
    Award: AWARD_LIFE,
    Contract: CONTRACT_LIFE,
    Delivery: DELIVERY_LIFE,
    Invoice: INVOICE_LIFE,
    Business: BUSINESS_LIFE,
    Certificate: CERTIFICATE_LIFE,
    Claim: CLAIM_LIFE,
    Dispute: DISPUTE_LIFE,
    Registration: REGISTRATION_LIFE,
    RegistryImport: IMPORT_LIFE,
    RegistryPair: PAIR_LIFE,
    DataRequest: REQUEST_LIFE,
    Breach: BREACH_LIFE,
    Cohort: COHORT_LIFE,
    Enrolment: ENROLMENT_LIFE,
    TrainingPlan: PLAN_LIFE,
}


def lock(thing: Any, shared: bool = False) -> None:
    """Lock the thing's row and read it anew, so that two who act at once see each other's move.

    With `shared`, others may hold it too, but nobody who locks it for a move. A plain SELECT and not `refresh`: that
    one joins what the thing was loaded with, and PostgreSQL locks no outer join.
    """
    db.session.flush()
    kind = type(thing)
    query = select(kind).where(kind.id == thing.id).with_for_update(read=shared)
    db.session.scalars(query.execution_options(populate_existing=True)).one()


def move(  # noqa: PLR0913  (thing, verb, actor, at, why, what else)
    thing: Any,
    verb: str,
    actor: Actor,
    at: datetime,
    reason: str = "",
    details: dict[str, object] | None = None,
    *,
    also: Mapping[str, object] | None = None,
) -> Step:
    """Take `thing` one step along its life: ask policy and life, set state and time, write the journal.

    `also` are columns that a constraint ties to the state: they change with it, in the same statement.

    Raises Forbidden when the actor may not, WrongState or another Refusal when the life or a guard says no.
    """
    lock(thing)
    life = LIVES[type(thing)]
    step = life.step(verb, thing.state)
    require(actor, step.deed, thing)
    life.check(thing, verb, at)
    before = thing.state
    thing.state = step.target
    if step.stamp is not None:
        setattr(thing, step.stamp, at)
    for column, value in (also or {}).items():
        setattr(thing, column, value)
    if reason and hasattr(thing, "reason"):
        thing.reason = reason
    journal.record(
        f"{life.name}.{verb}", thing, actor, at, moved=(str(before), str(step.target)), reason=reason, details=details
    )
    return step
