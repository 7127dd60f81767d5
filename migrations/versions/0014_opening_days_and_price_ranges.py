"""days and hours of a business, price ranges, and Dinkop's marks on hours and papers

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

FACTS = ("name", "owner", "nib", "address", "capacity")
MORE_FACTS = ("name", "owner", "nib", "address", "hours", "capacity", "paper")


def upgrade() -> None:
    # Plain statements: both databases take a named CHECK with a new column, and SQLite cannot copy a table that
    # others refer to.
    op.execute(
        "ALTER TABLE businesses ADD COLUMN open_days SMALLINT DEFAULT 127 NOT NULL"
        " CONSTRAINT ck_businesses_open_on_some_day CHECK (open_days BETWEEN 1 AND 127)"
    )
    op.execute("ALTER TABLE businesses ADD COLUMN opens_at TIME")
    op.execute(
        "ALTER TABLE businesses ADD COLUMN closes_at TIME"
        " CONSTRAINT ck_businesses_hours_have_both_ends CHECK ((opens_at IS NULL) = (closes_at IS NULL))"
    )
    op.execute(
        "ALTER TABLE offerings ADD COLUMN highest_price BIGINT CONSTRAINT ck_offerings_price_range"
        " CHECK (highest_price IS NULL OR (unit_price IS NOT NULL AND highest_price >= unit_price))"
    )
    some = sa.text("open_days <> 127")
    op.create_index(
        "ix_businesses_closed_weekdays", "businesses", ["open_days"], sqlite_where=some, postgresql_where=some
    )
    _take(MORE_FACTS, "fact IN ('capacity', 'paper')")


def downgrade() -> None:
    op.execute("DELETE FROM business_checks WHERE fact IN ('hours', 'paper')")
    _take(FACTS, "fact = 'capacity'")
    op.drop_index("ix_businesses_closed_weekdays", "businesses")
    op.drop_column("offerings", "highest_price")
    for column in ("closes_at", "opens_at", "open_days"):
        op.drop_column("businesses", column)


def _take(facts: tuple[str, ...], with_category: str) -> None:
    """Let the marks be about `facts`; those `with_category` name a category or a kind of paper."""
    listed = ", ".join(f"'{fact}'" for fact in facts)
    pairs = {
        "ck_business_checks_fact": f"fact IN ({listed})",
        "ck_business_checks_capacity_iff_category": f"({with_category}) = (category_code <> '')",
    }
    if op.get_bind().dialect.name == "postgresql":
        for name, condition in pairs.items():
            op.execute(f"ALTER TABLE business_checks DROP CONSTRAINT {name}")
            op.execute(f"ALTER TABLE business_checks ADD CONSTRAINT {name} CHECK ({condition})")
        return
    op.rename_table("business_checks", "business_checks_before")
    op.create_table(
        "business_checks",
        sa.Column("business_id", sa.Integer(), nullable=False),
        sa.Column("fact", sa.String(length=24), nullable=False),
        sa.Column("category_code", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.DateTime(), nullable=False),
        sa.Column("checked_by_id", sa.Integer(), nullable=False),
        sa.Column("fallen_at", sa.DateTime(), nullable=True),
        *(sa.CheckConstraint(condition, name=op.f(name)) for name, condition in pairs.items()),
        sa.CheckConstraint(
            "fallen_at IS NULL OR fallen_at >= checked_at", name=op.f("ck_business_checks_falls_after_check")
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name=op.f("fk_business_checks_business_id_businesses")
        ),
        sa.ForeignKeyConstraint(["checked_by_id"], ["users.id"], name=op.f("fk_business_checks_checked_by_id_users")),
        sa.PrimaryKeyConstraint("business_id", "fact", "category_code", name=op.f("pk_business_checks")),
    )
    columns = "business_id, fact, category_code, text, checked_at, checked_by_id, fallen_at"
    op.execute(f"INSERT INTO business_checks ({columns}) SELECT {columns} FROM business_checks_before")
    op.drop_table("business_checks_before")
