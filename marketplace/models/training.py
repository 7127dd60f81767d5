"""Training: budgets and lines, packages, cohorts, enrolments, attendance. What must never be false stands here."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.base import Base, Code, Key, Long, Name, Rupiah, word
from marketplace.models.businesses import Business
from marketplace.models.categories import CertificateType
from marketplace.models.certificates import Certificate
from marketplace.rules.cohorts import USUAL, Means
from marketplace.rules.packages import Audience, Programme
from marketplace.rules.training import COUNTED, CohortState, EnrolmentState, SpendingKind

if TYPE_CHECKING:
    from marketplace.models.packages import PackageCost, PackagePrerequisite, PackageUnit

ONCE_PER_PACKAGE = "state IN ({})".format(", ".join(f"'{state.value}'" for state in COUNTED))


def _token() -> str:
    return secrets.token_urlsafe(16)


class Budget(Base):
    """Training money of one year and source. Its lines never come to more than the ceiling (rupiah)."""

    __tablename__ = "budgets"
    __table_args__ = (
        UniqueConstraint("year", "source"),
        CheckConstraint("0 <= allotted AND allotted <= ceiling", name="allotted_within_ceiling"),
    )

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    """Its address: the year, and a number behind it from the second source of a year on (2026, 2026-2)."""
    year: Mapped[int]
    source: Mapped[Name]
    ceiling: Mapped[Rupiah]
    allotted: Mapped[Rupiah] = mapped_column(default=0)
    """Sum of the lines; changed with them in the same transaction."""

    lines: Mapped[list[BudgetLine]] = relationship(back_populates="budget", order_by="BudgetLine.id")


class BudgetLine(Base):
    """What of a budget is meant for one kind of spending. Nothing is committed above it, nothing spent uncommitted."""

    __tablename__ = "budget_lines"
    __table_args__ = (
        UniqueConstraint("budget_id", "kind"),
        UniqueConstraint("id", "budget_id", name="uq_budget_lines_id_budget"),
        CheckConstraint("0 <= committed AND committed <= allotted", name="committed_within_allotted"),
        CheckConstraint("0 <= realised AND realised <= committed", name="realised_within_committed"),
        CheckConstraint("unit_cost >= 0", name="unit_cost_not_negative"),
    )

    id: Mapped[Key]
    budget_id: Mapped[int] = mapped_column(ForeignKey("budgets.id"), index=True)
    kind: Mapped[SpendingKind] = mapped_column(word(SpendingKind))
    unit_cost: Mapped[Rupiah] = mapped_column(default=0)
    allotted: Mapped[Rupiah]
    committed: Mapped[Rupiah] = mapped_column(default=0)
    """Bound by cohorts or spent; what was spent stays within it."""
    realised: Mapped[Rupiah] = mapped_column(default=0)
    """Spent: the sum of the line's expenses less those countered."""

    budget: Mapped[Budget] = relationship(back_populates="lines")


class Package(Base):
    """A training package: rupiah a head and a cohort, days, and the certificate that it leads to."""

    __tablename__ = "packages"
    __table_args__ = (
        CheckConstraint("version >= 1", name="version_counts_from_one"),
        CheckConstraint("unit_cost >= 0 AND fixed_cost >= 0", name="costs_not_negative"),
        CheckConstraint("days >= 1", name="at_least_a_day"),
        CheckConstraint("1 <= min_cohort AND min_cohort <= seats", name="cohort_fits_seats"),
    )

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    name_en: Mapped[Name] = mapped_column(default="")
    summary: Mapped[Long] = mapped_column(default="")
    summary_en: Mapped[Long] = mapped_column(default="")
    programme: Mapped[Programme] = mapped_column(word(Programme), default=Programme.ENTREPRENEURSHIP)
    audience: Mapped[Audience] = mapped_column(word(Audience), default=Audience.BUSINESS)
    days: Mapped[int]
    unit_cost: Mapped[Rupiah]
    """Sum of what the costs ask per head; changed with them in the same transaction. So is `fixed_cost` per cohort."""
    fixed_cost: Mapped[Rupiah] = mapped_column(default=0)
    seats: Mapped[int]
    min_cohort: Mapped[int] = mapped_column(default=1)
    grants_code: Mapped[str | None] = mapped_column(ForeignKey("certificate_types.code"))
    source: Mapped[Long] = mapped_column(default="")
    """Where its costs are from."""
    version: Mapped[int] = mapped_column(default=1)
    """Counts the changes; the journal holds what each one changed."""

    grants: Mapped[CertificateType | None] = relationship()
    requirements: Mapped[list[PackageRequirement]] = relationship(cascade="all, delete-orphan")
    prerequisites: Mapped[list[PackagePrerequisite]] = relationship(
        cascade="all, delete-orphan", foreign_keys="PackagePrerequisite.package_id"
    )
    costs: Mapped[list[PackageCost]] = relationship(cascade="all, delete-orphan", order_by="PackageCost.kind")
    units: Mapped[list[PackageUnit]] = relationship(cascade="all, delete-orphan", order_by="PackageUnit.position")


class PackageRequirement(Base):
    """A certificate that must be held to enter a package."""

    __tablename__ = "package_requirements"

    package_id: Mapped[int] = mapped_column(ForeignKey("packages.id"), primary_key=True)
    certificate_code: Mapped[str] = mapped_column(ForeignKey("certificate_types.code"), primary_key=True)

    certificate: Mapped[CertificateType] = relationship()


class Cohort(Base):
    """One run of a package, from its first day to its last. ``taken`` seats never exceed ``seats``."""

    __tablename__ = "cohorts"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="ends_after_it_starts"),
        CheckConstraint("0 <= taken AND taken <= seats", name="taken_within_seats"),
        CheckConstraint(
            "min_attendance BETWEEN 0 AND 100 AND min_score BETWEEN 0 AND 100", name="thresholds_are_shares"
        ),
        UniqueConstraint("id", "package_id", name="uq_cohorts_id_package"),
        UniqueConstraint("id", "budget_id", name="uq_cohorts_id_budget"),
        UniqueConstraint("id", "starts_on", "ends_on", name="uq_cohorts_id_days"),
    )

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    package_id: Mapped[int] = mapped_column(ForeignKey("packages.id"), index=True)
    budget_id: Mapped[int] = mapped_column(ForeignKey("budgets.id"), index=True)
    state: Mapped[CohortState] = mapped_column(word(CohortState), default=CohortState.PLANNED)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    hours: Mapped[Name] = mapped_column(default=USUAL.hours)
    """When a day begins and ends, as printed."""
    place: Mapped[Name] = mapped_column(default="")
    trainer: Mapped[Name] = mapped_column(default="")
    min_attendance: Mapped[int] = mapped_column(default=USUAL.min_attendance)
    """Per cent of the days that a participant must attend to pass."""
    min_score: Mapped[int] = mapped_column(default=USUAL.min_score)
    """Points of 100 that the final test asks; 0: no test is asked."""
    class_token: Mapped[str] = mapped_column(String(22), unique=True, default=_token)
    """Unguessable address of the attendance list for the trainer's phone."""
    room_token: Mapped[str] = mapped_column(String(22), unique=True, default=_token)
    """Unguessable address behind the QR code on the wall of the room."""
    seats: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    reason: Mapped[Long] = mapped_column(default="")

    package: Mapped[Package] = relationship()
    budget: Mapped[Budget] = relationship()
    enrolments: Mapped[list[Enrolment]] = relationship(back_populates="cohort", order_by="Enrolment.id")
    quotas: Mapped[list[CohortQuota]] = relationship(order_by="CohortQuota.kecamatan", cascade="all, delete-orphan")


class CohortQuota(Base):
    """The most seats of a cohort for one kecamatan (by name)."""

    __tablename__ = "cohort_quotas"
    __table_args__ = (CheckConstraint("seats >= 0", name="seats_not_negative"),)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id"), primary_key=True)
    kecamatan: Mapped[Name] = mapped_column(primary_key=True)
    seats: Mapped[int]


class Enrolment(Base):
    """A business in a cohort; in one package it counts once, whatever the cohort, unless it failed or dropped out."""

    __tablename__ = "enrolments"
    __table_args__ = (
        UniqueConstraint("cohort_id", "business_id"),
        UniqueConstraint("id", "cohort_id", name="uq_enrolments_id_cohort"),
        CheckConstraint(
            "(before_score IS NULL OR before_score BETWEEN 0 AND 100)"
            " AND (after_score IS NULL OR after_score BETWEEN 0 AND 100)",
            name="scores_of_a_hundred",
        ),
        CheckConstraint("(paper_code IS NULL) = (paper_token IS NULL)", name="paper_has_token"),
        ForeignKeyConstraint(
            ["cohort_id", "package_id"], ["cohorts.id", "cohorts.package_id"], name="fk_enrolments_cohort_package"
        ),
        Index(
            "uq_enrolments_once_per_package",
            "package_id",
            "business_id",
            unique=True,
            sqlite_where=text(ONCE_PER_PACKAGE),
            postgresql_where=text(ONCE_PER_PACKAGE),
        ),
    )

    id: Mapped[Key]
    cohort_id: Mapped[int] = mapped_column(index=True)
    package_id: Mapped[int]
    business_id: Mapped[int] = mapped_column(ForeignKey("businesses.id"), index=True)
    token: Mapped[str] = mapped_column(String(22), unique=True)
    """Unguessable address of the invitation and of the QR code for attendance."""
    state: Mapped[EnrolmentState] = mapped_column(word(EnrolmentState), default=EnrolmentState.INVITED)
    invited_at: Mapped[datetime]
    """When the invitation was made; for those who came by themselves, when they came."""
    by_itself: Mapped[bool] = mapped_column(default=False)
    """Whether the business applied without being invited."""
    declared_at: Mapped[datetime | None]
    """When rules.cohorts.STATEMENT was signed."""
    applied_at: Mapped[datetime | None]
    selected_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    """When they passed, failed or dropped out."""
    certified_at: Mapped[datetime | None]
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"))
    """The certificate that the training led to."""
    paper_code: Mapped[str | None] = mapped_column(String(40), unique=True)
    """Number of the certificate of attendance."""
    paper_token: Mapped[str | None] = mapped_column(String(22), unique=True)
    """Unguessable address of the public page behind its QR code."""
    before_score: Mapped[int | None]
    after_score: Mapped[int | None]
    reason: Mapped[Long] = mapped_column(default="")

    cohort: Mapped[Cohort] = relationship(back_populates="enrolments")
    business: Mapped[Business] = relationship()
    certificate: Mapped[Certificate | None] = relationship()
    days: Mapped[list[Attendance]] = relationship(order_by="Attendance.day")


class Attendance(Base):
    """A participant was there on a day of the cohort. The cohort's days stand here too, so that a CHECK can hold it."""

    __tablename__ = "attendance"
    __table_args__ = (
        ForeignKeyConstraint(
            ["enrolment_id", "cohort_id"], ["enrolments.id", "enrolments.cohort_id"], name="fk_attendance_enrolment"
        ),
        ForeignKeyConstraint(
            ["cohort_id", "starts_on", "ends_on"],
            ["cohorts.id", "cohorts.starts_on", "cohorts.ends_on"],
            name="fk_attendance_cohort_days",
            onupdate="CASCADE",
        ),
        CheckConstraint("starts_on <= day AND day <= ends_on", name="on_a_day_of_the_cohort"),
    )

    enrolment_id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    cohort_id: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    recorded_at: Mapped[datetime]
    """When the record arrived; a list kept offline arrives later than its day."""
    means: Mapped[Means] = mapped_column(word(Means), default=Means.LIST)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who marked it; None for the trainer's link and the code of the room."""
