"""public holidays and fasting months

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "holidays",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name_id", sa.String(length=200), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("certainty", sa.String(length=12), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("until >= day", name=op.f("ck_holidays_until_not_before_day")),
        sa.PrimaryKeyConstraint("day", "name_id", name=op.f("pk_holidays")),
    )


def downgrade() -> None:
    op.drop_table("holidays")
