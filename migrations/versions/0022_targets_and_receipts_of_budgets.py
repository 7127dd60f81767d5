"""training budgets: targets of participants, and the fund's two transfers

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "budget_receipts",
        sa.Column("budget_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_budget_receipts_amount_positive")),
        sa.CheckConstraint("stage IN (1, 2)", name=op.f("ck_budget_receipts_one_of_two_stages")),
        sa.ForeignKeyConstraint(["budget_id"], ["budgets.id"], name=op.f("fk_budget_receipts_budget_id_budgets")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["users.id"], name=op.f("fk_budget_receipts_recorded_by_id_users")),
        sa.PrimaryKeyConstraint("budget_id", "stage", name=op.f("pk_budget_receipts")),
    )
    op.create_table(
        "budget_targets",
        sa.Column("budget_id", sa.Integer(), nullable=False),
        sa.Column(
            "part",
            sa.Enum("gender", "kecamatan", name="targetpart", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.CheckConstraint("heads >= 0", name=op.f("ck_budget_targets_heads_not_negative")),
        sa.ForeignKeyConstraint(["budget_id"], ["budgets.id"], name=op.f("fk_budget_targets_budget_id_budgets")),
        sa.PrimaryKeyConstraint("budget_id", "part", "key", name=op.f("pk_budget_targets")),
    )


def downgrade() -> None:
    op.drop_table("budget_targets")
    op.drop_table("budget_receipts")
