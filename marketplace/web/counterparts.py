"""The other side of a contract: whom to call, with a ready message."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g
from flask_babel import gettext

from marketplace.models.contracts import Contract
from marketplace.rules.negotiations import Side
from marketplace.rules.turns import side_at
from marketplace.services import keyring
from marketplace.web.whatsapp import address


@dataclass(frozen=True)
class Counterpart:
    """Who sits on the other side: their name, their number (empty when there is none), and the message to send."""

    name: str
    phone: str
    text: str


def counterpart(contract: Contract, what: str, path: str) -> Counterpart | None:
    """The other side, with a message about `what` (translated, such as "pengiriman KIR-26-00001") and its address.

    None for those who only look on: the number is for the two sides.
    """
    side = side_at(contract, g.actor)
    if side is None:
        return None
    person = contract.business if side is Side.BUYER else contract.tender.created_by
    name = contract.business.name if side is Side.BUYER else contract.buyer.name
    told = gettext("Halo, ada kabar tentang %(what)s. Silakan lihat: %(address)s", what=what, address=address(path))
    return Counterpart(name, keyring.decrypt(person.phone_cipher), told)
