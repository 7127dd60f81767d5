"""Awards and contracts."""

from __future__ import annotations

from flask import g

from marketplace.api import documents as doc
from marketplace.api import presenting
from marketplace.api.doors import ApiDoor
from marketplace.models.awards import Award
from marketplace.models.contracts import Contract
from marketplace.models.tenders import Tender
from marketplace.reads import awards as reads
from marketplace.reads import contracts as contract_reads
from marketplace.reads import evaluations
from marketplace.reads.pages import newest_first
from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_
from marketplace.services import awards as service
from marketplace.services import contracts as contract_service
from marketplace.web.doors import found

door = ApiDoor("awards")


@door.read("/awards", "award.list", doc.Awards, doc.Page)
def list_awards(query: doc.Page) -> doc.Awards:
    """Final awards, newest first: public."""
    cut = newest_first(reads.final_awards(), Award.id, query.cursor, query.limit)
    return doc.Awards(awards=[presenting.award(a) for a in cut.rows], total=cut.total, next=cut.next)


@door.read("/tenders/{code}/awards", "tender.evaluate", doc.Awards)
def list_tender_awards(code: str) -> doc.Awards:
    """The awards of one's own tender, those that wait for the approver and those taken back included."""
    return _told(sorted(_judged(code).awards, key=lambda award: award.id))


@door.act("/tenders/{code}/awards", "award.propose", doc.Awards, doc.AwardsIn, status=201)
def propose_awards(body: doc.AwardsIn, code: str) -> doc.Awards:
    """Propose winners; within the company's limit they are final at once, above it they wait for the approver."""
    tender = _judged(code)
    lots = {str(lot.number): lot for lot in tender.lots}
    bids = {bid.code: bid for bid in tender.bids}
    shares = []
    for place, share in enumerate(body.shares):
        if share.bid not in bids or share.related_lot not in lots:
            raise Invalid(f"shares.{place}", "share_unknown", N_("Penawaran atau paket ini tidak ada."))
        shares.append((lots[share.related_lot], bids[share.bid], share.quantity_per_day))
    made = service.propose(tender, shares, body.reason, g.actor, g.at, body.partial)
    return _told(made)


@door.act("/tenders/{code}/awards/approve", "award.approve", doc.Awards)
def approve_awards(code: str) -> doc.Awards:
    """The approver's yes to the proposed winners of a tender."""
    return _told(service.approve(_judged(code), g.actor, g.at))


@door.act("/tenders/{code}/awards/annul", "award.approve", doc.Annulled, doc.ReasonIn)
def annul_awards(body: doc.ReasonIn, code: str) -> doc.Annulled:
    """The approver's no, with the reason; judging goes on."""
    service.annul(_judged(code), body.reason, g.actor, g.at)
    return doc.Annulled(tender=code, reason=body.reason, date=g.at)


@door.act("/tenders/{code}/awards/withdraw", "award.propose", doc.Annulled, doc.ReasonIn)
def withdraw_awards(body: doc.ReasonIn, code: str) -> doc.Annulled:
    """Take a proposal back before the approver decided, with the reason; judging goes on."""
    service.withdraw(_judged(code), body.reason, g.actor, g.at)
    return doc.Annulled(tender=code, reason=body.reason, date=g.at)


@door.read("/contracts", "contract.see", doc.Contracts, doc.Page)
def list_contracts(query: doc.Page) -> doc.Contracts:
    """Contracts of one's own side, newest first."""
    cut = newest_first(contract_reads.contracts_of(g.actor), Contract.id, query.cursor, query.limit)
    return doc.Contracts(contracts=[presenting.contract(c) for c in cut.rows], total=cut.total, next=cut.next)


@door.read("/contracts/{code}", "contract.see", doc.ContractOut)
def get_contract(code: str) -> doc.ContractOut:
    """One contract."""
    return presenting.contract(found(contract_reads.contract_for(g.actor, code)))


@door.act("/contracts/{code}/confirm", "contract.confirm", doc.ContractOut)
def confirm_contract(code: str) -> doc.ContractOut:
    """Confirm a contract for one's own side; it is active once both sides have."""
    contract = found(contract_reads.contract_for(g.actor, code))
    contract_service.confirm(contract, g.actor, g.at)
    return presenting.contract(contract)


def _judged(code: str) -> Tender:
    return found(evaluations.tender_to_judge(g.actor, code))


def _told(awards: list[Award]) -> doc.Awards:
    return doc.Awards(awards=[presenting.award(a) for a in awards], total=len(awards))
