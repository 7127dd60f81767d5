"""renewals under the same number

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

STOOD = "state IN ('submitted', 'verified') AND expected_on IS NULL"
STANDS = f"{STOOD} AND NOT renewed"


def upgrade() -> None:
    op.add_column("certificates", sa.Column("renewed", sa.Boolean(), nullable=False, server_default=sa.false()))
    _index(STANDS)


def downgrade() -> None:
    op.execute("UPDATE certificates SET number = number || ' (' || code || ')' WHERE renewed")
    _index(STOOD)
    op.drop_column("certificates", "renewed")


def _index(where: str) -> None:
    op.drop_index("uq_certificates_standing_number", table_name="certificates")
    op.create_index(
        "uq_certificates_standing_number",
        "certificates",
        ["type_code", "number"],
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
