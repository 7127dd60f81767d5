"""Companies and their sites."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.models import db
from marketplace.models.areas import Area
from marketplace.models.buyers import Buyer, Site
from marketplace.rules.policy import COMPANY, Actor, may


def company_of(actor: Actor) -> Buyer | None:
    """The actor's own company with its sites."""
    if actor.role not in COMPANY:
        return None
    query = select(Buyer).where(Buyer.id == actor.buyer_id).options(selectinload(Buyer.sites).joinedload(Site.area))
    return db.session.scalar(query)


def company_for(actor: Actor, code: str) -> Buyer | None:
    """A company by its code, for its own people and for those who see all companies."""
    if not may(actor, "buyer.see"):
        return None
    query = select(Buyer).where(Buyer.code == code).options(selectinload(Buyer.sites).joinedload(Site.area))
    if actor.role in COMPANY:
        query = query.where(Buyer.id == actor.buyer_id)
    return db.session.scalar(query)


def companies_for(actor: Actor) -> list[Buyer]:
    """Every company the actor sees, by name."""
    if not may(actor, "buyer.see"):
        return []
    query = select(Buyer).options(selectinload(Buyer.sites)).order_by(Buyer.name)
    if actor.role in COMPANY:
        query = query.where(Buyer.id == actor.buyer_id)
    return list(db.session.scalars(query))


def site_for(actor: Actor, site_id: int) -> Site | None:
    """A site of the actor's own company."""
    if actor.role not in COMPANY:
        return None
    query = select(Site).where(Site.id == site_id, Site.buyer_id == actor.buyer_id).options(joinedload(Site.area))
    return db.session.scalar(query)


def areas() -> list[Area]:
    """Every kelurahan, by kecamatan and name."""
    return list(db.session.scalars(select(Area).order_by(Area.kecamatan, Area.kelurahan)))
