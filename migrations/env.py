"""Alembic's environment: the application's own engine and metadata, online only."""

from alembic import context
from sqlalchemy import DateTime, text

from marketplace.models.base import Base, UTCDateTime, db, writing


def render(kind, thing, _context):
    """Write our own column types as the plain ones they are stored in."""
    if kind == "type" and isinstance(thing, UTCDateTime):
        return "sa.DateTime()"
    return False


def compare(_context, _inspected, _metadata, _inspected_type, metadata_type):
    """A UTCDateTime is a DateTime in the database."""
    return False if isinstance(metadata_type, UTCDateTime | DateTime) else None


def run() -> None:
    """Migrate on one connection; on PostgreSQL give up on a lock after 5 s rather than queue everybody behind it."""
    with writing(), db.engine.connect() as connection:
        postgresql = connection.dialect.name == "postgresql"
        if postgresql:
            connection.execute(text("SET lock_timeout = '5s'"))
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=not postgresql,
            render_item=render,
            compare_type=compare,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
