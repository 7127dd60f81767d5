"""On whose behalf a token speaks."""

from __future__ import annotations

from flask import g

from marketplace.api import documents as doc
from marketplace.api import presenting
from marketplace.api.doors import ApiDoor
from marketplace.reads import tenders as reads
from marketplace.reads.desks.suppliers import own_business

door = ApiDoor("accounts")


@door.read("/me", "account.see", doc.Me)
def get_me() -> doc.Me:
    """The token's role, its company or business, and the company's sites."""
    buyer, business = reads.buyer_of(g.actor), own_business(g.actor)
    return doc.Me(
        role=str(g.actor.role) if g.actor.role else None,
        buyer=presenting.party(buyer) if buyer else None,
        supplier=presenting.party(business) if business else None,
        sites=[presenting.site(site) for site in reads.sites_of(g.actor)],
    )
