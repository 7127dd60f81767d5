"""tax numbers (NPWP) of businesses, encrypted, with a keyed hash

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("businesses", sa.Column("npwp_cipher", sa.LargeBinary(), nullable=True))
    op.add_column("businesses", sa.Column("npwp_hash", sa.String(length=64), nullable=True))
    op.create_index("ix_businesses_npwp_hash", "businesses", ["npwp_hash"])


def downgrade() -> None:
    # what lists said of it stays in their rows
    op.drop_index("ix_businesses_npwp_hash", "businesses")
    op.drop_column("businesses", "npwp_hash")
    op.drop_column("businesses", "npwp_cipher")
