"""a certificate's number stands once; the needs it opened; reminders before it ends

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

STANDS = "state IN ('submitted', 'verified') AND expected_on IS NULL"
VERIFIED = "state = 'verified'"
WHY = "Nomor ini sudah dipakai sertifikat lain. Periksa nomornya, lalu kirim ulang."


def upgrade() -> None:
    # Of several that wait with the same number, or beside a verified one, the first keeps it; the others go back to
    # their holders, who may correct and send them again.
    op.execute(
        sa.text(
            "UPDATE certificates SET state = 'rejected', reason = :why, decided_at = submitted_at"
            " WHERE state = 'submitted' AND expected_on IS NULL AND EXISTS ("
            "SELECT 1 FROM certificates AS other WHERE other.type_code = certificates.type_code"
            " AND other.number = certificates.number AND other.expected_on IS NULL AND (other.state = 'verified'"
            " OR (other.state = 'submitted' AND other.id < certificates.id)))"
        ).bindparams(why=WHY)
    )
    op.drop_index("uq_certificates_verified_number", table_name="certificates")
    op.create_index(
        "uq_certificates_standing_number",
        "certificates",
        ["type_code", "number"],
        unique=True,
        sqlite_where=sa.text(STANDS),
        postgresql_where=sa.text(STANDS),
    )
    op.create_index("ix_certificates_ends", "certificates", ["state", "valid_until"])
    op.create_table(
        "certificate_openings",
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_certificate_openings_certificate_id_certificates")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lots.id"], name=op.f("fk_certificate_openings_lot_id_lots")),
        sa.PrimaryKeyConstraint("certificate_id", "lot_id", name=op.f("pk_certificate_openings")),
    )
    op.create_table(
        "certificate_reminders",
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("days IN (7, 30, 90)", name=op.f("ck_certificate_reminders_of_a_known_stage")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_certificate_reminders_certificate_id_certificates")
        ),
        sa.PrimaryKeyConstraint("certificate_id", "days", name=op.f("pk_certificate_reminders")),
    )


def downgrade() -> None:
    op.drop_table("certificate_reminders")
    op.drop_table("certificate_openings")
    op.drop_index("ix_certificates_ends", table_name="certificates")
    op.drop_index("uq_certificates_standing_number", table_name="certificates")
    op.create_index(
        "uq_certificates_verified_number",
        "certificates",
        ["type_code", "number"],
        unique=True,
        sqlite_where=sa.text(VERIFIED),
        postgresql_where=sa.text(VERIFIED),
    )
