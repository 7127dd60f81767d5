"""weekdays on which a lot is delivered

Revision ID: 0024
Revises: 0023
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What stands there was asked for on every day. A plain statement: both databases take a named CHECK with a new
    # column, and SQLite cannot copy a table that others refer to.
    op.execute(
        "ALTER TABLE lots ADD COLUMN weekdays SMALLINT DEFAULT 127 NOT NULL"
        " CONSTRAINT ck_lots_delivered_on_some_weekday CHECK (weekdays BETWEEN 1 AND 127)"
    )


def downgrade() -> None:
    # Whole quantities stay as they were agreed; only why they are less than every day's is forgotten.
    op.drop_column("lots", "weekdays")
