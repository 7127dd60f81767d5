"""the decision on paper behind a virement

Revision ID: 0026
Revises: 0025
"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A plain statement: both databases take a named foreign key with a new column that is empty.
    op.execute(
        "ALTER TABLE virements ADD COLUMN document_id INTEGER"
        " CONSTRAINT fk_virements_document_id_documents REFERENCES documents (id)"
    )


def downgrade() -> None:
    # SQLite drops no column with a foreign key in place, so the table is copied there; nothing refers to it.
    # The papers stay among the documents, attached to nothing.
    with op.batch_alter_table("virements") as table:
        table.drop_constraint("fk_virements_document_id_documents", type_="foreignkey")
        table.drop_column("document_id")
