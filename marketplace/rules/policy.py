"""Who may do what: the one table of roles and deeds, and the one question `may(actor, deed, thing)`.

A deed is "subject.verb". A role of a company reaches only things of its own buyer, a role of a business only things of
its own business; Dinkop, auditor and administrator have no such fence, so each deed names them only where they need it.
"""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.rules.refusals import Forbidden
from marketplace.rules.words import N_, Word


class Role(Word):
    """What a membership makes of a person."""

    OFFICER = "officer", N_("Petugas pengadaan")
    APPROVER = "approver", N_("Penyetuju")
    VIEWER = "viewer", N_("Pengamat perusahaan")
    OWNER = "owner", N_("Pemilik usaha")
    STAFF = "staff", N_("Staf usaha")
    CLERK = "clerk", N_("Petugas Dinkop")
    VERIFIER = "verifier", N_("Verifikator Dinkop")
    HEAD = "head", N_("Kepala Dinkop")
    AUDITOR = "auditor", N_("Auditor")
    ADMIN = "admin", N_("Administrator")


COMPANY = frozenset({Role.OFFICER, Role.APPROVER, Role.VIEWER})
BUSINESS = frozenset({Role.OWNER, Role.STAFF})
DINKOP = frozenset({Role.CLERK, Role.VERIFIER, Role.HEAD})
EVERY_ROLE = frozenset(Role)


@dataclass(frozen=True)
class Actor:
    """Who acts: a user in one of their memberships, nobody (the public), or the system itself (`system=True`)."""

    user_id: int | None = None
    name: str = ""
    role: Role | None = None
    buyer_id: int | None = None
    business_id: int | None = None
    membership_id: int | None = None
    system: bool = False

    @property
    def known(self) -> bool:
        """Whether somebody is logged in."""
        return self.user_id is not None

    @property
    def home_frame(self) -> str:
        """The frame their pages are drawn in: public, owner, officer or dinkop."""
        if self.role in COMPANY:
            return "officer"
        if self.role in BUSINESS:
            return "owner"
        return "dinkop" if self.role is not None else "public"


PUBLIC = Actor()
SYSTEM = Actor(name="sistem", system=True)

_O, _A, _V = Role.OFFICER, Role.APPROVER, Role.VIEWER
_ADMIN, _AUD = Role.ADMIN, Role.AUDITOR

PUBLIC_DEEDS = frozenset(
    {
        "public.see",
        "session.begin",
        "password.reset",
        "invitation.accept",
        "claim.make",
        "registration.ask",
        "tender.list",
        "tender.see",
        "award.list",
        "certificate.check",
        "passport.open",
        "journey.see",
        "package.see",
        "training.answer",
        "training.check",
        "training.class",
        "receipt.check",
        "uptake.see",
        "opendata.see",
        "registry.ask",
    }
)
"""Deeds open to everybody, logged in or not."""

KNOWN_DEEDS = frozenset({"session.end", "account.see", "account.change", "notice.see", "privacy.ask"})
"""Deeds open to everybody who is logged in, also before they have a role (a newcomer whose claim waits)."""

DEEDS: dict[str, frozenset[Role]] = {
    # accounts
    "invitation.make": frozenset({_ADMIN, _A, Role.OWNER}),
    "account.manage": frozenset({_ADMIN}),
    "account.help": DINKOP | {_ADMIN},
    "claim.decide": DINKOP,
    # buyers
    "buyer.see": COMPANY | DINKOP | {_ADMIN, _AUD},
    "buyer.change": frozenset({_A, _O}),
    "buyer.terms": frozenset({_A}),
    "buyer.manage": frozenset({_ADMIN}),
    "membership.end": frozenset({_ADMIN, _A, Role.OWNER}),
    # tenders
    "tender.desk": COMPANY,
    "tender.create": frozenset({_O}),
    "tender.change": frozenset({_O}),
    "tender.publish": frozenset({_O}),
    "tender.cancel": frozenset({_O, _A}),
    "tender.invite": frozenset({_O}),
    "tender.answer": frozenset({_O}),
    "tender.rank": COMPANY | {_AUD},
    "tender.open": frozenset({_O}),
    "tender.evaluate": COMPANY | {_AUD},
    "tender.disqualify": frozenset({_O}),
    "supplier.search": COMPANY | DINKOP | {_AUD, _ADMIN},
    "supplier.see": EVERY_ROLE,
    # bids
    "opportunity.see": BUSINESS,
    "question.ask": BUSINESS,
    "bid.see": BUSINESS,
    "bid.write": BUSINESS,
    "bid.submit": BUSINESS,
    "bid.withdraw": BUSINESS,
    # negotiations (both sides)
    "negotiation.see": COMPANY | BUSINESS | {_AUD},
    "negotiation.begin": frozenset({_O}),
    "negotiation.answer": frozenset({_O}) | BUSINESS,
    "negotiation.lapse": frozenset({_O, _A}) | BUSINESS,
    # awards
    "award.propose": frozenset({_O}),
    "award.approve": frozenset({_A}),
    "award.conclude": frozenset({_O, _A}),
    "award.see": COMPANY | BUSINESS | {_AUD},
    # contracts
    "contract.see": COMPANY | BUSINESS | {_AUD},
    "contract.confirm": frozenset({_O, _A}) | BUSINESS,
    "contract.end": frozenset({_O, _A}),
    "delivery.send": BUSINESS,
    "delivery.accept": frozenset({_O}),
    "invoice.issue": BUSINESS,
    "invoice.approve": frozenset({_O, _A}),
    "invoice.bank": frozenset({_O, _A}),
    "payment.record": frozenset({_O, _A}),
    "rating.give": frozenset({_O, _A}) | BUSINESS,
    # businesses and certificates
    "business.own": BUSINESS,
    "business.change": BUSINESS,
    "business.bank": frozenset({Role.OWNER}),
    "business.ownership": frozenset({Role.OWNER}),
    "business.papers": frozenset({Role.OWNER}),
    "business.npwp": frozenset({Role.OWNER}),
    "business.check": DINKOP,
    "journey.rows": DINKOP | {_AUD, _ADMIN},
    "journey.one": BUSINESS | DINKOP | {_AUD},
    "passport.see": COMPANY | BUSINESS | DINKOP | {_AUD},
    "passport.share": frozenset({Role.OWNER}),
    "certificate.submit": BUSINESS,
    "certificate.queue": DINKOP | {_AUD},
    "certificate.verify": frozenset({Role.VERIFIER, Role.HEAD}),
    "registry.search": DINKOP | {_ADMIN, _AUD},
    "registry.see": DINKOP | {_ADMIN, _AUD},
    "registry.unmask": DINKOP,
    "registry.change": DINKOP,
    "registry.link": DINKOP,
    "registry.import": DINKOP,
    "dinkop.desk": DINKOP | {_AUD, _ADMIN},
    # training
    "training.see": DINKOP | {_AUD},
    "training.run": frozenset({Role.CLERK, Role.HEAD}),
    "training.spend": frozenset({Role.HEAD}),
    "training.expense": frozenset({Role.CLERK}),
    "training.prove": frozenset({Role.CLERK, Role.HEAD}),
    "package.change": frozenset({Role.CLERK, Role.HEAD}),
    "package.cost": DINKOP | {_AUD},
    "training.report": DINKOP | {_AUD},
    "training.apply": BUSINESS | {Role.CLERK, Role.HEAD},
    # personal data
    "privacy.answer": frozenset({Role.CLERK, Role.HEAD}),
    "privacy.breach": frozenset({Role.HEAD, _ADMIN}),
    # audit
    "audit.see": frozenset({_AUD, _ADMIN, Role.HEAD}),
    # gallery of parts, outside production
    "gallery.see": EVERY_ROLE,
}

SYSTEM_DEEDS = frozenset(
    {"tender.close", "offer.expire", "award.object", "award.within_limit", "registry.run", "training.plan"}
)
"""Deeds that only the clock's job does (or nobody yet)."""


def _own(actor: Actor, thing: object) -> bool:
    """Whether the thing lies within the actor's fence: same buyer for company roles, same business for the others."""
    if actor.role in COMPANY:
        return getattr(thing, "buyer_id", actor.buyer_id) == actor.buyer_id
    if actor.role in BUSINESS:
        return getattr(thing, "business_id", actor.business_id) == actor.business_id
    return True


def may(actor: Actor, deed: str, thing: object | None = None) -> bool:
    """Whether `actor` may do `deed` (to `thing`, when one is given). Raises KeyError for a deed nobody declared."""
    if actor.system or deed in PUBLIC_DEEDS:
        return True
    if deed in KNOWN_DEEDS:
        return actor.known and (thing is None or _own(actor, thing))
    if deed in SYSTEM_DEEDS or actor.role not in DEEDS[deed]:
        return False
    return thing is None or _own(actor, thing)


def require(actor: Actor, deed: str, thing: object | None = None) -> None:
    """Raise Forbidden unless `actor` may do `deed` to `thing`."""
    if not may(actor, deed, thing):
        raise Forbidden("forbidden", N_("Akun Anda tidak berhak melakukan ini."), deed=deed)
