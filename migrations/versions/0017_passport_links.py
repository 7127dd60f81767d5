"""links to the passport of a business

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "passport_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("business_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("expires_at > made_at", name=op.f("ck_passport_links_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_passport_links_business_id_businesses")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_passport_links_made_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passport_links")),
        sa.UniqueConstraint("token", name=op.f("uq_passport_links_token")),
    )
    op.create_index(op.f("ix_passport_links_business_id"), "passport_links", ["business_id"])


def downgrade() -> None:
    op.drop_table("passport_links")
