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

WOMEN, EACH_KECAMATAN = 60, 8
"""Percent of the places that the second plan keeps for women, and at least for each kecamatan."""


def write_plans(at: datetime) -> None:
    """Ask for a plan without quotas and for the same with them, as the head would; needs the demo accounts."""
    head = db.session.scalars(select(User).where(User.email == "kepala@demo.test")).one()
    actor = sessions.actor_of(head, head.memberships[0])
    year = (jakarta_date(at) + timedelta(days=60)).year
    free = PlanSheet(
        name=f"Rencana {year} tanpa kuota",
        year=year,
        budget=NEXT_CEILING,
        cohorts=planning.every_package(USUAL_COHORTS),
    )
    first = plans.ask(free, actor, at - timedelta(minutes=20))
    db.session.flush()
    shares = planning.every_kecamatan(EACH_KECAMATAN)
    fair = replace(free, name=f"Rencana {year} merata", women=WOMEN, shares=shares)
    plans.ask(fair, actor, at - timedelta(minutes=15), first)
