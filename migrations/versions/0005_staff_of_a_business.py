"""staff of a business: invitations by phone too, whose link the owner hands on

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("account_invitations") as table:
        table.add_column(sa.Column("token_cipher", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("phone_cipher", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("phone_hash", sa.String(length=64), nullable=True))
        table.alter_column("email", existing_type=sa.String(length=254), nullable=True)
        table.create_check_constraint("somebody_is_invited", "email IS NOT NULL OR phone_hash IS NOT NULL")


def downgrade() -> None:
    op.execute("DELETE FROM account_invitations WHERE email IS NULL")
    with op.batch_alter_table("account_invitations") as table:
        table.drop_constraint("somebody_is_invited", type_="check")
        table.alter_column("email", existing_type=sa.String(length=254), nullable=False)
        table.drop_column("phone_hash")
        table.drop_column("phone_cipher")
        table.drop_column("token_cipher")
