"""What a training package costs, teaches and asks for."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.base import Base, Long, Name, Rupiah, word
from marketplace.models.training import Package
from marketplace.rules.packages import Cost, Unit
from marketplace.rules.training import SpendingKind


class PackageCost(Base):
    """What a package asks of one kind of spending: rupiah for each head and for each cohort."""

    __tablename__ = "package_costs"
    __table_args__ = (
        CheckConstraint("per_head >= 0 AND per_cohort >= 0", name="not_negative"),
        CheckConstraint("per_head + per_cohort > 0", name="costs_something"),
    )

    package_id: Mapped[int] = mapped_column(ForeignKey("packages.id"), primary_key=True)
    kind: Mapped[SpendingKind] = mapped_column(word(SpendingKind), primary_key=True)
    per_head: Mapped[Rupiah] = mapped_column(default=0)
    per_cohort: Mapped[Rupiah] = mapped_column(default=0)

    def as_cost(self) -> Cost:
        """The same for the rules."""
        return Cost(self.kind, self.per_head, self.per_cohort)


class PackageUnit(Base):
    """A unit of the curriculum, in training hours of 45 minutes; in an incubation a stage with its milestone."""

    __tablename__ = "package_units"
    __table_args__ = (CheckConstraint("hours >= 1", name="at_least_an_hour"),)

    package_id: Mapped[int] = mapped_column(ForeignKey("packages.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[Name]
    title_en: Mapped[Name] = mapped_column(default="")
    hours: Mapped[int]
    milestone: Mapped[Long] = mapped_column(default="")
    milestone_en: Mapped[Long] = mapped_column(default="")

    def as_unit(self) -> Unit:
        """The same for the rules."""
        return Unit(self.title, self.hours, self.milestone)


class PackagePrerequisite(Base):
    """A package that must have been passed before another is entered."""

    __tablename__ = "package_prerequisites"
    __table_args__ = (CheckConstraint("package_id != required_id", name="not_itself"),)

    package_id: Mapped[int] = mapped_column(ForeignKey("packages.id"), primary_key=True)
    required_id: Mapped[int] = mapped_column(ForeignKey("packages.id"), primary_key=True)

    required: Mapped[Package] = relationship(foreign_keys=[required_id])
