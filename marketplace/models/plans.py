"""Plans of a year's training: the terms, what was found, and who is to take what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.accounts import User
from marketplace.models.base import Base, Code, Key, Name, Rupiah, word
from marketplace.models.businesses import Business
from marketplace.models.training import Cohort, Package
from marketplace.rules.plans import PlanState


class TrainingPlan(Base):
    """A plan for the training money of one year. At most one plan of a year is chosen at a time.

    `terms` are those of the sheet; `asked` the packages, demand and quotas that the planner was given, with the
    `fingerprint` of the whole question; `result` what it found (see `services/matching_room/training`).
    """

    __tablename__ = "training_plans"
    __table_args__ = (
        CheckConstraint("budget > 0", name="budget_positive"),
        CheckConstraint("cost >= 0 AND cost <= budget", name="cost_within_budget"),
        CheckConstraint(
            "state IN ('waiting', 'running', 'failed') OR (computed_at IS NOT NULL AND fingerprint <> '')",
            name="readable_is_computed",
        ),
        CheckConstraint("(state = 'failed') = (failure <> '')", name="failed_has_reason"),
        CheckConstraint("state <> 'turned' OR turned_at IS NOT NULL", name="turned_has_time"),
        Index(
            "uq_training_plans_one_chosen_a_year",
            "year",
            unique=True,
            sqlite_where=text("state = 'chosen'"),
            postgresql_where=text("state = 'chosen'"),
        ),
    )

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    year: Mapped[int] = mapped_column(index=True)
    budget: Mapped[Rupiah]
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[PlanState] = mapped_column(word(PlanState), default=PlanState.WAITING, index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("training_plans.id"))
    """The plan whose terms these began as."""
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    computed_at: Mapped[datetime | None]
    chosen_at: Mapped[datetime | None]
    turned_at: Mapped[datetime | None]
    worker: Mapped[str] = mapped_column(String(32), default="")
    alive_at: Mapped[datetime | None]
    steps_done: Mapped[int] = mapped_column(default=0)
    steps: Mapped[int] = mapped_column(default=1)
    failure: Mapped[str] = mapped_column(String(40), default="")
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    asked: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    cost: Mapped[Rupiah] = mapped_column(default=0)
    heads: Mapped[int] = mapped_column(default=0)
    unlocked_value: Mapped[Rupiah] = mapped_column(default=0)

    created_by: Mapped[User | None] = relationship()
    parent: Mapped[TrainingPlan | None] = relationship(remote_side="TrainingPlan.id")


class PlanPlace(Base):
    """A business is to take a package under a plan; in which cohort, once the plan is turned into cohorts.

    `value` is rupiah of work a year that all packages of the business together newly open to it.
    """

    __tablename__ = "training_plan_places"

    plan_id: Mapped[int] = mapped_column(ForeignKey("training_plans.id"), primary_key=True)
    package_id: Mapped[int] = mapped_column(ForeignKey("packages.id"), primary_key=True)
    business_id: Mapped[int] = mapped_column(ForeignKey("businesses.id"), primary_key=True)
    position: Mapped[int]
    value: Mapped[Rupiah]
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohorts.id"), index=True)

    package: Mapped[Package] = relationship()
    business: Mapped[Business] = relationship()
    cohort: Mapped[Cohort | None] = relationship()
