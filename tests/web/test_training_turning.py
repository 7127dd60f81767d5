"""The pages that turn a chosen plan into cohorts: the form, its refusals, the button that invites, and the way back."""

from __future__ import annotations

from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.plans import TrainingPlan
from marketplace.models.training import Budget, Cohort, Enrolment
from marketplace.rules.plans import PlanState
from marketplace.rules.policy import Role
from marketplace.rules.training import SpendingKind
from marketplace.services.training import plans
from tests.factories import accounts, training
from tests.factories.plans import SHEET, computed, ground
from tests.visitors import Visitor

pytestmark = pytest.mark.usefixtures("present")


def chosen(at: datetime, each: int = 100_000_000) -> tuple[TrainingPlan, Budget, tuple[Business, Business]]:
    """A computed and chosen plan, a budget of its year with `each` rupiah in every line, and its two kitchens."""
    kitchens = ground()
    for kitchen in kitchens:
        kitchen.in_dinkop = True
    head = accounts.actor(Role.HEAD)
    plan = computed(SHEET, head, at)
    plans.choose(plan, head, at)
    budget = training.budget(year=SHEET.year, ceiling=10**10, **{str(kind): each for kind in SpendingKind})
    db.session.commit()
    return plan, budget, kitchens


def filled(page: str) -> dict[str, str]:
    """The form as it stands."""
    form = BeautifulSoup(page, "html.parser").select("main form[action$='/angkatan'] [name]")
    typed = {}
    for one in form:
        picked = one.select_one("option[selected]") or one.select_one("option") if one.name == "select" else one
        assert picked is not None
        typed[str(one["name"])] = str(picked.get("value", ""))
    return typed


def needed(page: str) -> list[str]:
    """What the lines have and lack, as the form says it."""
    return [cell.get_text(strip=True) for cell in BeautifulSoup(page, "html.parser").select("main table td")]


def test_the_form_is_filled_and_makes_cohorts_to_which_people_are_invited(app: Flask, at: datetime) -> None:
    plan, budget, _ = chosen(at)
    head, clerk = Visitor.of(app, accounts.member(Role.HEAD)), Visitor.of(app, accounts.member(Role.CLERK))
    here = f"/rencana-pelatihan/{plan.code}"
    assert f"{here}/angkatan" in head.get(here).text
    assert f"{here}/angkatan" not in clerk.get(here).text
    assert clerk.get(f"{here}/angkatan").status_code == 403
    page = head.get(f"{here}/angkatan").text
    typed = filled(page)
    assert typed["budget"] == budget.code
    assert typed["starts_on-SERT-HALAL"] == "2027-01-04"
    assert "Sisa sesudahnya" in page
    assert head.post(f"{here}/undang").status_code == 409
    made = head.post(f"{here}/angkatan", {**typed, "place-SERT-HALAL": "Aula Dinkop"})
    assert made.status_code == 303
    cohort = db.session.scalars(select(Cohort)).one()
    assert (cohort.place, cohort.starts_on.isoformat()) == ("Aula Dinkop", "2027-01-04")
    assert head.get(f"{here}/angkatan").status_code == 409
    assert head.post(f"{here}/angkatan", typed).status_code == 409
    assert f'href="{here}"' in clerk.get(f"/pelatihan/{cohort.code}").text
    page = clerk.get(here).text
    assert f'href="/pelatihan/{cohort.code}"' in page
    assert "Undang yang sudah siap (2)" in page
    assert clerk.post(f"{here}/undang").status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 2
    page = clerk.get(here).text
    assert "2 usaha diundang." in page
    assert "Undang yang sudah siap" not in page
    assert clerk.post(f"{here}/undang").status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 2
    english = head.get(here, headers={"Accept-Language": "en"})
    assert english.status_code == 200


def test_whoever_cannot_be_invited_is_named_with_the_reason(app: Flask, at: datetime) -> None:
    plan, _, (kitchen, other) = chosen(at)
    head = Visitor.of(app, accounts.member(Role.HEAD))
    here = f"/rencana-pelatihan/{plan.code}"
    head.post(f"{here}/angkatan", filled(head.get(f"{here}/angkatan").text))
    db.session.get_one(Business, other.id).in_dinkop = False
    db.session.commit()
    page = head.get(here).text
    assert "Undang yang sudah siap (1)" in page
    assert "Belum bisa diundang (1)" in page
    assert "Belum tercatat di daftar Dinkop atau SIDT." in page
    head.post(f"{here}/undang")
    assert db.session.scalars(select(Enrolment.business_id)).all() == [kitchen.id]
    assert "1 usaha diundang. 1 usaha belum siap." in head.get(here).text


def test_what_cannot_be_is_refused_in_words_and_kept_as_typed(app: Flask, at: datetime) -> None:
    plan, _, _ = chosen(at, each=1_000)
    head = Visitor.of(app, accounts.member(Role.HEAD))
    here = f"/rencana-pelatihan/{plan.code}/angkatan"
    page = head.get(here).text
    assert "Ada rincian yang kurang." in page
    typed = {**filled(page), "place-SERT-HALAL": "Balai warga"}
    for wrong, words in (
        ({}, "sisanya Rp1.000."),
        ({"starts_on-SERT-HALAL": ""}, "Pilih hari pertama."),
        ({"starts_on-SERT-HALAL": "besok"}, "Tulis tanggal yang ada"),
        ({"starts_on-SERT-HALAL": "2020-01-01"}, "Hari pertama sudah lewat."),
        ({"starts_on-SERT-HALAL": "2150-01-01"}, "Hari pertama terlalu jauh."),
        ({"starts_on-SERT-HALAL": "2199-12-31"}, "Hari pertama terlalu jauh."),
        ({"budget": "TIDAK-ADA"}, "Pilih anggarannya."),
        ({"place-SERT-HALAL": "Balai warga" + "x" * 200}, "Paling panjang 200 huruf."),
    ):
        answer = head.post(here, {**typed, **wrong})
        assert answer.status_code == 422
        assert words in answer.text
        assert "Balai warga" in answer.text
        assert needed(answer.text) == needed(page)
    assert db.session.scalar(select(func.count()).select_from(Cohort)) == 0
    assert db.session.get_one(TrainingPlan, plan.id).state is PlanState.CHOSEN


def test_without_a_budget_the_form_says_where_to_open_one(app: Flask, at: datetime) -> None:
    plan, budget, _ = chosen(at)
    for one in db.session.scalars(select(Budget)).all():
        for line in one.lines:
            db.session.delete(line)
        db.session.flush()
        db.session.delete(one)
    db.session.commit()
    head = Visitor.of(app, accounts.member(Role.HEAD))
    page = head.get(f"/rencana-pelatihan/{plan.code}/angkatan")
    assert page.status_code == 200
    assert 'href="/anggaran/baru"' in page.text
    answer = head.post(f"/rencana-pelatihan/{plan.code}/angkatan", {"starts_on-SERT-HALAL": "2027-01-04"})
    assert answer.status_code == 422
    assert "Pilih anggarannya." in answer.text
    assert budget.code not in page.text
