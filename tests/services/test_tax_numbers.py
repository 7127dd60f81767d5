"""A business's NPWP: kept closed, filled by lists, said by its owner, read by those who must report tax."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.businesses import Business
from marketplace.models.linkage import RegistryPair
from marketplace.models.registry import RegistryRow
from marketplace.rules.business_files import PaperKind
from marketplace.rules.policy import SYSTEM, Role
from marketplace.rules.refusals import Forbidden, Invalid
from marketplace.rules.registry import Source
from marketplace.rules.tax_numbers import check_npwp, same_npwp
from marketplace.services import business_files, businesses, disputes, linkage, tax_numbers
from marketplace.services.business_files import Upload
from marketplace.services.disputes import Side
from marketplace.services.privacy import erasure
from tests.factories import accounts, contracts
from tests.factories import businesses as make
from tests.factories.registry import csv_of, imported

RIGHT, OTHER = "012345674001000", "0013420005001000"
"""Invented numbers whose check digit fits: in the old form, and another in the new one."""
WRONG = "012345675001000"
NIK = "3672015708850001"
TITLES = ["No", "Nama Pemilik", "Nama Usaha", "NIK", "Kelurahan", "Jenis Usaha", "NPWP", "Alamat"]


def listed(npwp: str, address: str = "Jl. Satu 1") -> bytes:
    """A list of Dinkop with one business and its NPWP."""
    row: list[Any] = [1, "Siti Contoh", "Dapur Siti", NIK, "Jombang Wetan", "katering", npwp, address]
    return csv_of([TITLES, row])


def the_business() -> Business:
    db.session.expire_all()
    return db.session.scalars(select(Business)).one()


def faults() -> list[str]:
    row = db.session.scalars(select(RegistryRow).order_by(RegistryRow.id.desc())).first()
    return [fault[0] for fault in row.faults] if row else []


def test_a_list_fills_it_and_follows_what_the_list_says(app: Flask, at: datetime) -> None:
    imported(listed("01.234.567.4-001.000"), at, Source.DINKOP)
    made = the_business()
    assert (tax_numbers.of(made), made.npwp_hash) == (RIGHT, tax_numbers.lookup(RIGHT))
    assert RIGHT.encode() not in (made.npwp_cipher or b"")
    imported(listed(OTHER), at, Source.DINKOP)
    assert tax_numbers.of(the_business()) == OTHER
    row = db.session.scalars(select(RegistryRow).order_by(RegistryRow.id.desc())).first()
    assert row is not None
    assert row.changes == {"npwp": "*"}
    assert "npwp_check" not in faults()
    told = json.dumps([event.details for event in db.session.scalars(select(Event))])
    assert RIGHT not in told
    assert OTHER not in told


def test_what_was_corrected_here_stays_and_a_wrong_check_digit_is_told(app: Flask, at: datetime) -> None:
    imported(listed(RIGHT), at, Source.DINKOP)
    businesses.correct(the_business(), {}, businesses.Secrets(npwp=OTHER), SYSTEM, at)
    imported(listed(WRONG, "Jl. Dua 2"), at, Source.DINKOP)
    assert tax_numbers.of(the_business()) == OTHER
    assert set(faults()) >= {"npwp_check", "kept_on_file"}
    event = db.session.scalars(select(Event).where(Event.verb == "business.correct")).one()
    assert event.details == {"changed": {"npwp": "*"}}


def test_a_list_may_write_the_same_number_in_either_form(app: Flask, at: datetime) -> None:
    imported(listed(RIGHT), at, Source.DINKOP)
    imported(listed(f"0{RIGHT}", "Jl. Dua 2"), at, Source.DINKOP)
    made = the_business()
    assert (tax_numbers.of(made), made.address) == (RIGHT, "Jl. Dua 2")


@pytest.mark.parametrize(("digits", "fits"), [(RIGHT, True), (OTHER, True), (WRONG, False), (NIK, True)])
def test_the_check_digit(digits: str, fits: bool) -> None:
    assert tax_numbers.stands(digits) is fits


@pytest.mark.parametrize("text", ["1234", "12345678901234567", "0" * 15, "01234567400100x", "٠١٢٣٤٥٦٧٤٠٠١٠٠٠"])
def test_what_is_no_npwp_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_npwp(text)
    assert refused.value.field == "npwp"


def test_how_it_is_written_does_not_matter() -> None:
    assert check_npwp(" 01.234.567.4-001.000 ") == RIGHT
    assert same_npwp(f"0{RIGHT}") == same_npwp(RIGHT) == RIGHT
    assert same_npwp(NIK) == NIK


def test_only_its_owner_says_it(app: Flask, at: datetime) -> None:
    of = make.business()
    owner = accounts.actor(Role.OWNER, business=of)
    assert tax_numbers.put(of, WRONG, owner, at) is False
    assert tax_numbers.put(of, RIGHT, owner, at) is True
    assert tax_numbers.put(of, RIGHT, owner, at) is True
    events = db.session.scalars(select(Event).where(Event.verb == "business.change")).all()
    assert [event.details for event in events] == [{"changed": {"npwp": "*"}}] * 2
    for other in (accounts.actor(Role.STAFF, business=of), contracts.stranger(Role.OWNER), accounts.actor(Role.CLERK)):
        with pytest.raises(Forbidden):
            tax_numbers.put(of, OTHER, other, at)
    tax_numbers.put(of, "", owner, at)
    assert (of.npwp_cipher, of.npwp_hash) == (None, None)


def test_the_paper_s_number_fills_it_once(app: Flask, at: datetime) -> None:
    of = make.business()
    owner = accounts.actor(Role.OWNER, business=of)
    scan = Upload("npwp.pdf", b"%PDF-1.4 contoh")
    business_files.put_paper(of, PaperKind.NPWP, RIGHT, scan, owner, at)
    assert tax_numbers.of(of) == RIGHT
    business_files.put_paper(of, PaperKind.NPWP, NIK, None, owner, at)
    assert tax_numbers.of(of) == RIGHT, "what the owner said stays"


def test_a_contract_opens_it_to_its_buyer_once_both_sides_confirmed(app: Flask, at: datetime) -> None:
    deal = contracts.drafted()
    tax_numbers.put(deal.contract.business, RIGHT, deal.owner, at)
    assert tax_numbers.shown_on(deal.contract, deal.officer) == ""
    assert tax_numbers.shown_on(deal.contract, deal.owner) == RIGHT
    deal = contracts.active()
    tax_numbers.put(deal.contract.business, RIGHT, deal.owner, at)
    for reader in (deal.officer, deal.approver, deal.owner):
        assert tax_numbers.shown_on(deal.contract, reader) == RIGHT
    staff = accounts.actor(Role.STAFF, business=deal.contract.business)
    others = (contracts.stranger(Role.OFFICER), contracts.stranger(Role.OWNER), staff)
    for reader in (*others, accounts.actor(Role.CLERK), accounts.actor(Role.AUDITOR)):
        assert tax_numbers.shown_on(deal.contract, reader) == ""


def test_it_goes_with_the_person_and_with_a_merge(app: Flask, at: datetime) -> None:
    kept, gone = make.business("Dapur Satu"), make.business("Dapur Dua", verified_at=None)
    tax_numbers.keep(gone, RIGHT)
    pair = RegistryPair(first_id=kept.id, second_id=gone.id, probability=0.8, parts=[], found_at=at)
    db.session.add(pair)
    db.session.flush()
    linkage.join(pair, accounts.actor(Role.CLERK), at)
    assert tax_numbers.of(kept) == RIGHT
    user = accounts.member(Role.OWNER, business=kept)
    erasure.erase(user, kept, SYSTEM, at)
    assert [(b.npwp_cipher, b.npwp_hash) for b in (kept, gone)] == [(None, None)] * 2


def test_another_owner_does_not_get_the_one_before(app: Flask, at: datetime) -> None:
    of = make.business()
    tax_numbers.put(of, RIGHT, accounts.actor(Role.OWNER, business=of), at)
    case = disputes.contest(of, accounts.user(), "", Side("Usaha ini milik saya sejak 2019, ada suratnya."), at)
    disputes.change(case, "Bukti pengadu lebih kuat.", accounts.actor(Role.HEAD), at)
    assert tax_numbers.of(of) == ""
