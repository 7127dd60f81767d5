"""What changes a company: its terms and its sites."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from marketplace.models import db
from marketplace.models.areas import Area
from marketplace.models.buyers import Buyer, Site
from marketplace.rules.policy import Actor, require
from marketplace.rules.refusals import Invalid
from marketplace.rules.tenders import DeliveryPoint
from marketplace.rules.words import N_
from marketplace.services import codes, journal

USUAL_LIMIT = 500_000_000
"""Rupiah above which a new company's awards need its approver, until the approver says otherwise."""

LONGEST_PAYMENT = 120
"""Days. Longer would make small suppliers the factory's bank."""


@dataclass(frozen=True)
class SiteAnswers:
    """What a site's form says."""

    name: str
    address: str
    area_code: str
    delivery_point: DeliveryPoint


def create(name: str, industry: str, actor: Actor, at: datetime) -> Buyer:
    """A new company without people or sites. Raises Forbidden unless an administrator asks, Invalid without a name."""
    require(actor, "buyer.manage")
    if not name.strip():
        raise Invalid("company", "company_missing", N_("Tulis nama perusahaan."))
    made = Buyer(
        code=codes.next_code(codes.BUYER, at),
        name=" ".join(name.split())[:200],
        industry=industry.strip()[:200],
        approval_limit=USUAL_LIMIT,
        created_at=at,
    )
    db.session.add(made)
    journal.record("buyer.create", made, actor, at)
    return made


def change_terms(buyer: Buyer, approval_limit: int, payment_days: int, actor: Actor, at: datetime) -> None:
    """Set the limit (rupiah) above which awards need the approver, and the usual payment days.

    Raises Forbidden unless an approver of the company asks, Invalid for numbers out of bounds.
    """
    require(actor, "buyer.terms", buyer)
    if not 0 <= approval_limit <= 10**13:
        raise Invalid("approval_limit", "limit_bounds", N_("Batas persetujuan harus antara Rp0 dan Rp10 triliun."))
    if not 0 <= payment_days <= LONGEST_PAYMENT:
        raise Invalid(
            "payment_days", "payment_bounds", N_("Tempo pembayaran paling lama %(most)s hari."), most=LONGEST_PAYMENT
        )
    before: dict[str, object] = {"approval_limit": buyer.approval_limit, "payment_days": buyer.payment_days}
    after: dict[str, object] = {"approval_limit": approval_limit, "payment_days": payment_days}
    buyer.approval_limit, buyer.payment_days = approval_limit, payment_days
    journal.record("buyer.terms", buyer, actor, at, details={"before": before, "after": after})


def add_site(buyer: Buyer, answers: SiteAnswers, actor: Actor, at: datetime) -> Site:
    """A new site of the company, placed at the centre of its kelurahan. Raises Forbidden, Invalid."""
    require(actor, "buyer.change", buyer)
    area = _area(answers)
    made = Site(
        buyer=buyer,
        name=answers.name,
        address=answers.address,
        area=area,
        lat=area.lat,
        lon=area.lon,
        delivery_point=answers.delivery_point,
    )
    db.session.add(made)
    journal.record("site.add", made, actor, at)
    return made


def change_site(site: Site, answers: SiteAnswers, actor: Actor, at: datetime) -> None:
    """Change a site; it moves to the centre of its kelurahan when that changed. Raises Forbidden, Invalid."""
    require(actor, "buyer.change", site)
    area = _area(answers)
    if area.code != site.area_code:
        site.area, site.lat, site.lon = area, area.lat, area.lon
    site.name, site.address, site.delivery_point = answers.name, answers.address, answers.delivery_point
    journal.record("site.change", site, actor, at)


def _area(answers: SiteAnswers) -> Area:
    if not answers.name:
        raise Invalid("name", "site_name_missing", N_("Tulis nama lokasi, misalnya Pabrik 1."))
    area = db.session.get(Area, answers.area_code)
    if area is None:
        raise Invalid("area", "area_unknown", N_("Pilih kelurahan."))
    return area
