"""forms that were sent: one that comes twice acts once

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sent_forms",
        sa.Column("print", sa.String(length=64), nullable=False),
        sa.Column("page", sa.String(length=64), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("print", name=op.f("pk_sent_forms")),
    )
    op.create_index(op.f("ix_sent_forms_page"), "sent_forms", ["page"])
    op.create_index(op.f("ix_sent_forms_sent_at"), "sent_forms", ["sent_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_sent_forms_sent_at"), table_name="sent_forms")
    op.drop_index(op.f("ix_sent_forms_page"), table_name="sent_forms")
    op.drop_table("sent_forms")
