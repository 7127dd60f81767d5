"""who the parties of a contract were when both had confirmed it

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Contracts that stand there were never kept so: they go on telling what is known today.
    op.add_column("contracts", sa.Column("parties_cipher", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("contracts", "parties_cipher")
