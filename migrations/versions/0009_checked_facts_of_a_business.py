"""facts of a business that Dinkop has checked

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

FACTS = ("name", "owner", "nib", "address", "capacity")


def upgrade() -> None:
    op.create_table(
        "business_checks",
        sa.Column("business_id", sa.Integer(), nullable=False),
        sa.Column(
            "fact",
            sa.Enum(*FACTS, name="fact", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("category_code", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.DateTime(), nullable=False),
        sa.Column("checked_by_id", sa.Integer(), nullable=False),
        sa.Column("fallen_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "(fact = 'capacity') = (category_code <> '')", name=op.f("ck_business_checks_capacity_iff_category")
        ),
        sa.CheckConstraint(
            "fallen_at IS NULL OR fallen_at >= checked_at", name=op.f("ck_business_checks_falls_after_check")
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_business_checks_business_id_businesses")
        ),
        sa.ForeignKeyConstraint(["checked_by_id"], ["users.id"], name=op.f("fk_business_checks_checked_by_id_users")),
        sa.PrimaryKeyConstraint("business_id", "fact", "category_code", name=op.f("pk_business_checks")),
    )


def downgrade() -> None:
    op.drop_table("business_checks")
