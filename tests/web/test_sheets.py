"""The papers: contract, acceptance document and invoice as PDF."""

from __future__ import annotations

import time

import pytest
import typst
from flask import Flask

from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.models.contracts import Contract
from marketplace.rules.policy import Actor
from marketplace.services import contracts, deliveries
from marketplace.web import papers
from tests.factories.contracts import Deal, active, drafted
from tests.factories.tenders import PRESENT
from tests.visitors import Visitor

EVIL = '#panic("x") #read("/etc/passwd") $1/0$ *tebal* _x_ `kode` ]] #[ <label> @ref \\ " // /* {} \x01 \U0001f389'


pytestmark = pytest.mark.usefixtures("present")


def enter(app: Flask, actor: Actor) -> Visitor:
    """A browser logged in as the person behind `actor`."""
    return Visitor.of(app, db.session.get_one(User, actor.user_id))


def paper(visitor: Visitor, path: str) -> bytes:
    """A PDF that must come."""
    answer = visitor.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    return bytes(answer.data)


def paths(deal: Deal) -> list[str]:
    """The three papers of a deal that gets an invoice."""
    deal.billed()
    return paths_of(deal)


def paths_of(deal: Deal) -> list[str]:
    """The three papers of a deal that has an invoice."""
    return [
        f"/kontrak/{deal.contract.code}.pdf",
        f"/pengiriman/{deal.first().code}/bast.pdf",
        f"/tagihan/{deal.contract.invoices[0].code}.pdf",
    ]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[papers.Paper]:
    """What every paper printed in the test says."""
    seen: list[papers.Paper] = []
    real = papers.pdf

    def note(sheet: papers.Paper) -> bytes:
        seen.append(sheet)
        return real(sheet)

    monkeypatch.setattr(papers, "pdf", note)
    return seen


def words(sheet: papers.Paper) -> str:
    """All texts of a sheet."""
    below = (sheet.parties, sheet.sections, sheet.appendix, sheet.signatures)
    return f"{sheet.title} {sheet.number} {sheet.lead} {below}"


def test_both_sides_print_the_contract_with_sums_in_words(app: Flask, said: list[papers.Paper]) -> None:
    deal = drafted()
    for who in (deal.officer, deal.owner):
        paper(enter(app, who), f"/kontrak/{deal.contract.code}.pdf")
    text = words(said[0])
    expected = (
        "Surat Perjanjian Kerja",
        deal.contract.code,
        "Selasa, 24 November 2026",
        "tiga ratus sepuluh juta rupiah",
        "Rp310.000.000",
        "15.500 porsi",
        "30 hari sesudah tagihan",
        "belum dikonfirmasi",
        *(d.code for d in deal.contract.deliveries),
    )
    assert [word for word in expected if word not in text] == []


def test_the_bast_says_what_was_accepted_and_what_was_not(app: Flask, said: list[papers.Paper]) -> None:
    deal = active()
    one = deal.first()
    assert enter(app, deal.officer).get(f"/pengiriman/{one.code}/bast.pdf").status_code == 404
    deal.accepted(3400)
    paper(enter(app, deal.owner), f"/pengiriman/{one.code}/bast.pdf")
    text = words(said[-1])
    for word in (one.bast_code or "?", "3.500 porsi", "3.400 porsi", "100 porsi", "sebagian basi", "Rp68.000.000"):
        assert word in text


def test_the_invoice_estimates_the_withholding_from_the_dated_rates(app: Flask, said: list[papers.Paper]) -> None:
    deal = active()
    paper(enter(app, deal.owner), paths(deal)[2])
    text = words(said[-1])
    assert "Perkiraan untuk informasi" in text
    assert "2,5% (sejak Senin, 1 Januari 2024): dipotong Rp1.750.000, diterima Rp68.250.000" in text
    assert "0,5% (sejak Minggu, 1 Juli 2018): dipotong Rp350.000, diterima Rp69.650.000" in text


def test_the_same_paper_has_the_same_bytes(app: Flask) -> None:
    deal = active()
    owner = enter(app, deal.owner)
    for path in paths(deal):
        assert paper(owner, path) == paper(owner, path)


def test_a_signed_paper_stays_as_it_was_when_a_party_changes(app: Flask) -> None:
    deal = active()
    reader = enter(app, deal.officer)
    signed = [paper(reader, path) for path in paths(deal)]
    deal.contract.business.address, deal.contract.business.name = "Jl. Baru 99", "Nama Baru"
    deal.contract.buyer.name = "PT Nama Baru"
    db.session.commit()
    assert [paper(reader, path) for path in paths_of(deal)] == signed


def test_a_paper_takes_less_than_half_a_second(app: Flask) -> None:
    deal = active()
    owner = enter(app, deal.owner)
    for path in paths(deal):
        paper(owner, path)
        assert any(_seconds(owner, path) < 0.5 for _ in range(3))


def _seconds(owner: Visitor, path: str) -> float:
    begun = time.process_time()
    paper(owner, path)
    return time.process_time() - begun


def test_what_people_typed_is_printed_and_never_run(app: Flask, said: list[papers.Paper]) -> None:
    deal = drafted()
    deal.contract.title = deal.contract.business.name = deal.contract.buyer.name = EVIL
    deal.contract.tender.title = deal.contract.award.lot.title = EVIL
    deal.contract.business.address = deal.contract.business.owner_name = EVIL
    for side in (deal.officer, deal.owner):
        contracts.confirm(deal.contract, side, PRESENT)
    one = deal.first()
    deliveries.send(one, 3500, "", deal.owner, PRESENT)
    deliveries.accept(one, 3400, EVIL, deal.officer, PRESENT)
    for path in (f"/kontrak/{deal.contract.code}.pdf", f"/pengiriman/{one.code}/bast.pdf"):
        paper(enter(app, deal.owner), path)
        assert [party["name"] for party in said[-1].parties] == [EVIL, EVIL]


def test_the_test_of_typed_markup_can_fail() -> None:
    with pytest.raises(typst.TypstError):
        typst.compile(f"#let name = [{EVIL}]\n#name".encode(), format="pdf")


def test_a_long_schedule_runs_over_pages(app: Flask) -> None:
    deal = drafted()
    contract = db.session.get_one(Contract, deal.contract.id)
    first = contract.deliveries[0]
    for number in range(6, 61):
        contract.deliveries.append(
            type(first)(code=f"KIR-26-9{number:04d}", number=number, due_on=first.due_on, quantity=1)
        )
    assert b"/Count 3" in paper(enter(app, deal.owner), f"/kontrak/{contract.code}.pdf")
