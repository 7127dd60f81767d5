"""Who the parties of a contract are: as both sides confirmed them, whatever changes in profile or registry later."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from marketplace.models.contracts import Contract
from marketplace.services import keyring


@dataclass(frozen=True)
class Party:
    """What a contract says about one side; empty texts where nothing is known.

    `owner` is who stands for it, `npwp` the taxpayer number in plain digits (`tax_numbers.shown_on` says who reads it).
    """

    name: str
    owner: str
    address: str
    nib: str
    npwp: str


@dataclass(frozen=True)
class Parties:
    """Both sides of a contract."""

    buyer: Party
    supplier: Party


def keep(contract: Contract) -> None:
    """Write down who they are now, encrypted: a sole owner's NPWP is often the NIK."""
    contract.parties_cipher = keyring.encrypt(json.dumps(asdict(_today(contract))))


def of(contract: Contract) -> Parties:
    """As both sides confirmed them; as they are today while one has not, or in a contract older than such notes."""
    if contract.parties_cipher is None:
        return _today(contract)
    told = json.loads(keyring.decrypt(contract.parties_cipher))
    return Parties(Party(**told["buyer"]), Party(**told["supplier"]))


def _today(contract: Contract) -> Parties:
    buyer, business = contract.buyer, contract.business
    place = (business.address, business.area.kelurahan, business.area.kecamatan)
    return Parties(
        Party(buyer.name, "", buyer.address, "", buyer.npwp or ""),
        Party(
            business.name,
            business.owner_name,
            ", ".join(text for text in place if text),
            business.nib or "",
            keyring.decrypt(business.npwp_cipher),
        ),
    )
