"""where a business is paid

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bank_accounts",
        sa.Column("business_id", sa.Integer(), nullable=False),
        sa.Column("cipher", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name=op.f("fk_bank_accounts_business_id_businesses")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["users.id"], name=op.f("fk_bank_accounts_changed_by_id_users")),
        sa.PrimaryKeyConstraint("business_id", name=op.f("pk_bank_accounts")),
    )


def downgrade() -> None:
    op.drop_table("bank_accounts")
