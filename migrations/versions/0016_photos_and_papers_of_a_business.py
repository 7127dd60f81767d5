"""photos of a business and papers about it

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KINDS = ("nib-letter", "npwp", "deed", "sppl", "company-profile")


def upgrade() -> None:
    op.create_table(
        "business_photos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("business_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("caption", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_business_photos_business_id_businesses")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_business_photos_document_id_documents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_photos")),
        sa.UniqueConstraint("document_id", name=op.f("uq_business_photos_document_id")),
    )
    op.create_index(op.f("ix_business_photos_business_id"), "business_photos", ["business_id"])
    op.create_table(
        "business_papers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("business_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="paperkind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("number_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_business_papers_version_counts")),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_business_papers_business_id_businesses")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_business_papers_document_id_documents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_papers")),
        sa.UniqueConstraint("business_id", "kind", name=op.f("uq_business_papers_business_id")),
        sa.UniqueConstraint("document_id", name=op.f("uq_business_papers_document_id")),
    )
    op.create_index(op.f("ix_business_papers_business_id"), "business_papers", ["business_id"])


def downgrade() -> None:
    op.drop_table("business_papers")
    op.drop_table("business_photos")
