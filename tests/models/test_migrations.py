"""The migrations and the models describe the same tables."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask

from marketplace.models import Base, db


def test_migrations_lead_to_exactly_the_models(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []


def test_every_enum_word_is_held_by_a_check_constraint(app: Flask) -> None:
    from sqlalchemy import Enum

    for table in Base.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, Enum):
                assert column.type.create_constraint, f"{table.name}.{column.name}"
