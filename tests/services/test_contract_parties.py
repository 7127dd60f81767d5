"""What a contract says about its parties stays as both sides confirmed it."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from marketplace.rules.policy import Role
from marketplace.services import businesses, contract_parties, contracts, tax_numbers
from tests.factories import accounts
from tests.factories import contracts as make

SIGNED, LATER = "012345674001000", "0013420005001000"


def test_profile_and_registry_may_change_but_not_the_contract(app: Flask, at: datetime) -> None:
    deal = make.drafted()
    business = deal.contract.business
    businesses.change_profile(business, {"address": "Jl. Lama 1"}, deal.owner, at)
    tax_numbers.put(business, SIGNED, deal.owner, at)
    contracts.confirm(deal.contract, deal.officer, at)
    businesses.change_profile(business, {"address": "Jl. Kenanga 12"}, deal.owner, at)
    assert contract_parties.of(deal.contract).supplier.address.startswith("Jl. Kenanga 12, ")
    contracts.confirm(deal.contract, deal.owner, at)
    signed = contract_parties.of(deal.contract)
    businesses.change_profile(business, {"address": "Jl. Baru 99"}, deal.owner, at)
    tax_numbers.put(business, "", deal.owner, at)
    business.name, deal.contract.buyer.name = "Nama Baru", "PT Nama Baru"
    assert contract_parties.of(deal.contract) == signed
    assert (signed.supplier.npwp, signed.supplier.name != "Nama Baru") == (SIGNED, True)
    assert SIGNED.encode() not in (deal.contract.parties_cipher or b"")
    for reader in (deal.officer, deal.owner):
        assert tax_numbers.shown_on(deal.contract, reader) == SIGNED


def test_a_tax_number_said_after_signing_is_read_too(app: Flask, at: datetime) -> None:
    deal = make.active()
    tax_numbers.put(deal.contract.business, LATER, deal.owner, at)
    assert contract_parties.of(deal.contract).supplier.npwp == ""
    assert tax_numbers.shown_on(deal.contract, deal.officer) == LATER


def test_an_owner_who_came_later_does_not_read_the_number_of_the_one_who_signed(app: Flask, at: datetime) -> None:
    deal = make.drafted()
    tax_numbers.put(deal.contract.business, SIGNED, deal.owner, at)
    contracts.confirm(deal.contract, deal.owner, at)
    contracts.confirm(deal.contract, deal.officer, at)
    tax_numbers.keep(deal.contract.business, "")
    successor = accounts.actor(Role.OWNER, business=deal.contract.business)
    assert tax_numbers.shown_on(deal.contract, successor) == ""
    assert tax_numbers.shown_on(deal.contract, deal.officer) == SIGNED
