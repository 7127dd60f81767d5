"""requests to be registered, and codes to the phone on file

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

STATES = ("made", "registered", "refused")


def upgrade() -> None:
    op.create_table(
        "registrations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="registrationstate", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("owner_name", sa.String(length=200), nullable=False),
        sa.Column("nik_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("nik_hash", sa.String(length=64), nullable=True),
        sa.Column("phone_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("phone_hash", sa.String(length=64), nullable=True),
        sa.Column("nib", sa.String(length=13), nullable=True),
        sa.Column("area_code", sa.String(length=13), nullable=False),
        sa.Column("trade_code", sa.String(length=40), nullable=False),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("consent_at", sa.DateTime(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("business_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'made') = (decided_at IS NULL)", name=op.f("ck_registrations_decided_iff_decided_at")
        ),
        sa.CheckConstraint(
            "(state = 'registered') = (business_id IS NOT NULL)", name=op.f("ck_registrations_registered_iff_business")
        ),
        sa.ForeignKeyConstraint(["area_code"], ["areas.code"], name=op.f("fk_registrations_area_code_areas")),
        sa.ForeignKeyConstraint(
            ["trade_code"], ["categories.code"], name=op.f("fk_registrations_trade_code_categories")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_registrations_user_id_users")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_registrations_decided_by_id_users")),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_registrations_business_id_businesses")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
        sa.UniqueConstraint("code", name=op.f("uq_registrations_code")),
    )
    for column in ("state", "user_id"):
        op.create_index(op.f(f"ix_registrations_{column}"), "registrations", [column])
    op.create_table(
        "phone_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("business_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "(code_hash IS NULL) = (sent_at IS NULL) AND (sent_at IS NULL) = (expires_at IS NULL)",
            name=op.f("ck_phone_codes_hash_iff_sent"),
        ),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name=op.f("fk_phone_codes_business_id_businesses")),
        sa.ForeignKeyConstraint(["sent_by_id"], ["users.id"], name=op.f("fk_phone_codes_sent_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_codes")),
    )
    op.create_index(op.f("ix_phone_codes_business_id"), "phone_codes", ["business_id"])
    still = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_phone_codes_one_open", "phone_codes", ["business_id"], unique=True, sqlite_where=still, postgresql_where=still
    )


def downgrade() -> None:
    op.drop_table("phone_codes")
    op.drop_table("registrations")
