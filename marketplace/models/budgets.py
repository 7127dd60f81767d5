"""What became of a training budget: commitments of cohorts, expenses and their counter entries, virements."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.base import Base, Code, Key, Long, Name, Rupiah, word
from marketplace.models.documents import Document
from marketplace.models.training import Budget, BudgetLine, Cohort
from marketplace.rules.budgets import PayeeKind, TargetPart


class Commitment(Base):
    """Rupiah of a line that a cohort binds, and what of it was spent. Cohort and line are of the same budget."""

    __tablename__ = "commitments"
    __table_args__ = (
        ForeignKeyConstraint(
            ["line_id", "budget_id"], ["budget_lines.id", "budget_lines.budget_id"], name="fk_commitments_line"
        ),
        ForeignKeyConstraint(
            ["cohort_id", "budget_id"], ["cohorts.id", "cohorts.budget_id"], name="fk_commitments_cohort"
        ),
        CheckConstraint("0 <= spent AND spent <= amount", name="spent_within_amount"),
    )

    cohort_id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(primary_key=True)
    budget_id: Mapped[int] = mapped_column(index=True)
    amount: Mapped[Rupiah]
    spent: Mapped[Rupiah] = mapped_column(default=0)

    cohort: Mapped[Cohort] = relationship(primaryjoin="Cohort.id == foreign(Commitment.cohort_id)", viewonly=True)
    line: Mapped[BudgetLine] = relationship(primaryjoin="BudgetLine.id == foreign(Commitment.line_id)", viewonly=True)


class Expense(Base):
    """Money that left a line. A counter entry takes back one expense as a whole: same line, same amount, once."""

    __tablename__ = "expenses"
    __table_args__ = (
        ForeignKeyConstraint(
            ["line_id", "budget_id"], ["budget_lines.id", "budget_lines.budget_id"], name="fk_expenses_line"
        ),
        ForeignKeyConstraint(
            ["corrects_id", "line_id", "amount"],
            ["expenses.id", "expenses.line_id", "expenses.amount"],
            name="fk_expenses_corrected",
        ),
        ForeignKeyConstraint(
            ["cohort_id", "budget_id"], ["cohorts.id", "cohorts.budget_id"], name="fk_expenses_cohort"
        ),
        UniqueConstraint("id", "line_id", "amount", name="uq_expenses_id_line_amount"),
        UniqueConstraint("corrects_id", name="uq_expenses_corrected_once"),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("quantity >= 1", name="quantity_positive"),
        CheckConstraint("corrects_id IS NULL OR corrects_id != id", name="corrects_another"),
    )

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    budget_id: Mapped[int] = mapped_column(ForeignKey("budgets.id"), index=True)
    line_id: Mapped[int] = mapped_column(index=True)
    cohort_id: Mapped[int | None] = mapped_column(index=True)
    corrects_id: Mapped[int | None]
    spent_on: Mapped[date]
    amount: Mapped[Rupiah]
    """Rupiah, always above zero; `signed` is what it adds to the realisation."""
    quantity: Mapped[int] = mapped_column(default=1)
    payee: Mapped[PayeeKind] = mapped_column(word(PayeeKind))
    text: Mapped[Long]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    budget: Mapped[Budget] = relationship(foreign_keys=[budget_id])
    line: Mapped[BudgetLine] = relationship(primaryjoin="BudgetLine.id == foreign(Expense.line_id)", viewonly=True)
    cohort: Mapped[Cohort | None] = relationship(primaryjoin="Cohort.id == foreign(Expense.cohort_id)", viewonly=True)
    corrected: Mapped[Expense | None] = relationship(
        primaryjoin="foreign(Expense.corrects_id) == remote(Expense.id)", viewonly=True
    )
    document: Mapped[Document | None] = relationship()

    @property
    def signed(self) -> int:
        """What it adds to the realisation (rupiah): below zero for a counter entry."""
        return self.amount if self.corrects_id is None else -self.amount


class Virement(Base):
    """Rupiah moved from one line of a budget to another, and why."""

    __tablename__ = "virements"
    __table_args__ = (
        ForeignKeyConstraint(
            ["source_id", "budget_id"], ["budget_lines.id", "budget_lines.budget_id"], name="fk_virements_source"
        ),
        ForeignKeyConstraint(
            ["target_id", "budget_id"], ["budget_lines.id", "budget_lines.budget_id"], name="fk_virements_target"
        ),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("source_id != target_id", name="between_two_lines"),
    )

    id: Mapped[Key]
    budget_id: Mapped[int] = mapped_column(ForeignKey("budgets.id"), index=True)
    source_id: Mapped[int]
    target_id: Mapped[int]
    amount: Mapped[Rupiah]
    reason: Mapped[Long]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    """The decision on paper, where one was attached."""
    moved_at: Mapped[datetime]
    moved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    source: Mapped[BudgetLine] = relationship(primaryjoin="BudgetLine.id == foreign(Virement.source_id)", viewonly=True)
    target: Mapped[BudgetLine] = relationship(primaryjoin="BudgetLine.id == foreign(Virement.target_id)", viewonly=True)
    document: Mapped[Document | None] = relationship()


class BudgetTarget(Base):
    """How many participants of a gender or a kecamatan (its code) the year's money is meant for."""

    __tablename__ = "budget_targets"
    __table_args__ = (CheckConstraint("heads >= 0", name="heads_not_negative"),)

    budget_id: Mapped[int] = mapped_column(ForeignKey("budgets.id"), primary_key=True)
    part: Mapped[TargetPart] = mapped_column(word(TargetPart), primary_key=True)
    key: Mapped[Name] = mapped_column(primary_key=True)
    heads: Mapped[int]


class BudgetReceipt(Base):
    """A transfer of the fund to the city: each stage comes once."""

    __tablename__ = "budget_receipts"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("stage IN (1, 2)", name="one_of_two_stages"),
    )

    budget_id: Mapped[int] = mapped_column(ForeignKey("budgets.id"), primary_key=True)
    stage: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    received_on: Mapped[date]
    amount: Mapped[Rupiah]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
