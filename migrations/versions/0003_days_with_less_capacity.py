"""days with less capacity: what an owner said of one day alone

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("capacity_days") as table:
        table.add_column(sa.Column("limited_to", sa.BigInteger(), nullable=True))
        table.create_check_constraint("limit_not_negative", "limited_to >= 0")


def downgrade() -> None:
    with op.batch_alter_table("capacity_days") as table:
        table.drop_constraint("limit_not_negative", type_="check")
        table.drop_column("limited_to")
