"""Training packages in public, their costs for Dinkop only, and a change that counts a version."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.training import Package
from marketplace.rules.policy import Role
from tests.factories import accounts
from tests.visitors import Visitor

HERE = "/paket-pelatihan/KEUANGAN"


def finance() -> Package:
    return db.session.query(Package).filter_by(code="KEUANGAN").one()


def typed(**other: str) -> dict[str, str]:
    values = {
        "name": "Keuangan usaha",
        "summary": "Kas, laba rugi, tagihan.",
        "days": "2",
        "seats": "20",
        "min_cohort": "10",
        "head-meals": "130.000",
        "cohort-trainer": "6.400.000",
        "title-1": "Buku kas dan pisah uang rumah",
        "hours-1": "8",
        "title-3": "Laba rugi",
        "hours-3": "8",
    }
    return {**values, **other}


def test_everybody_sees_packages_and_the_way_to_the_certificate_but_not_the_costs(client: Visitor) -> None:
    listed = client.get("/paket-pelatihan").text
    assert "Sertifikasi halal" in listed
    assert "Rp" not in listed.split("<main")[1].split("</main>")[0]
    page = client.get("/paket-pelatihan/KOMP-WIRAUSAHA").text
    for code in ("WIRAUSAHA-DASAR", "KEUANGAN", "PEMASARAN"):
        assert f'href="/paket-pelatihan/{code}"' in page
    assert "Sertifikat kompetensi BNSP/LSP" in page
    assert "Biaya" not in page
    stages = client.get("/paket-pelatihan/INKUBASI").text
    assert "Tiga penawaran terkirim" in stages
    assert client.get("/paket-pelatihan/TIDAK-ADA").status_code == 404
    assert client.get("/paket-pelatihan.json").status_code == 200


def test_dinkop_sees_what_it_costs(app: Flask) -> None:
    page = Visitor.of(app, accounts.member(Role.VERIFIER)).get(HERE).text
    assert "Rp28.600.000" in page
    assert "/ubah" not in page


def test_a_change_is_a_new_version_with_its_sums_and_its_trace(app: Flask) -> None:
    clerk = Visitor.of(app, accounts.member(Role.CLERK))
    assert 'value="Buku kas dan pisah uang rumah"' in clerk.get(f"{HERE}/ubah").text
    assert clerk.post(f"{HERE}/ubah", typed()).status_code == 303
    of = finance()
    assert (of.version, of.days, of.unit_cost, of.fixed_cost) == (2, 2, 130_000, 6_400_000)
    assert {str(cost.kind) for cost in of.costs} == {"meals", "trainer"}
    assert [(unit.position, unit.title) for unit in of.units] == [
        (1, "Buku kas dan pisah uang rumah"),
        (2, "Laba rugi"),
    ]
    assert of.units[0].title_en == "Cash book, and keeping house money apart"
    assert of.name_en == "Business finance"
    assert of.summary_en == ""
    event = db.session.query(Event).filter_by(verb="package.change").one()
    assert event.details["days"] == {"before": 3, "after": 2}
    assert "name" not in event.details
    assert clerk.post(f"{HERE}/ubah", typed()).status_code == 303
    assert finance().version == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"days": "0"}, "days"),
        ({"min_cohort": "21"}, "min_cohort"),
        ({"seats": "banyak"}, "seats"),
        ({"hours-3": ""}, "units"),
        ({"name": "x" * 201}, "name"),
        ({"days": "61"}, "days"),
        ({"seats": "201"}, "seats"),
        ({"hours-3": "101"}, "units"),
        ({"title-3": "x" * 201}, "units"),
        ({"head-meals": "1.000.000.001"}, "costs"),
    ],
)
def test_a_package_that_cannot_be_keeps_what_was_typed(app: Flask, wrong: dict[str, str], field: str) -> None:
    clerk = Visitor.of(app, accounts.member(Role.CLERK))
    answer = clerk.post(f"{HERE}/ubah", typed(**wrong))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "Kas, laba rugi, tagihan." in answer.text
    assert finance().version == 1
