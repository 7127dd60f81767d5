"""Two training plans of the demo city, asked for and left to the worker: planning takes longer than seeding may."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.plans import USUAL_COHORTS, PlanSheet
from marketplace.services import sessions
from marketplace.services.training import planning, plans
from seeds.demo_budgets import NEXT_CEILING

WOMEN, EACH_KECAMATAN = 50, 5
"""Percent of the places that the second plan, of half the money, keeps for women and for each kecamatan."""


def write_plans(at: datetime) -> None:
    """Ask for a plan of all the money, and for one of half of it with quotas, as the head would.

    Needs the packages and the demo accounts.
    """
    head = db.session.scalars(select(User).where(User.email == "kepala@demo.test")).one()
    actor = sessions.actor_of(head, head.memberships[0])
    year = (jakarta_date(at) + timedelta(days=60)).year
    whole = PlanSheet(
        name=f"Rencana {year}, seluruh dana",
        year=year,
        budget=NEXT_CEILING,
        cohorts=planning.every_package(USUAL_COHORTS),
    )
    first = plans.ask(whole, actor, at - timedelta(minutes=20))
    db.session.flush()
    shares = planning.every_kecamatan(EACH_KECAMATAN)
    half = replace(whole, name=f"Rencana {year}, separuh dana", budget=NEXT_CEILING // 2, women=WOMEN, shares=shares)
    plans.ask(half, actor, at - timedelta(minutes=15), first)
