"""the journal is append-only

The database itself refuses to change or delete an event, whoever asks. TRUNCATE stays possible on PostgreSQL for the
owner of the table (tests empty the tables with it); a chain that was cut that way is found by `flask audit verify`.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE = """
CREATE TRIGGER events_append_only_{verb} BEFORE {verb} ON events
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
"""

FUNCTION = """
CREATE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$
"""

POSTGRESQL = """
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events
FOR EACH ROW EXECUTE FUNCTION refuse_journal_change()
"""


def upgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.execute(FUNCTION)
        op.execute(POSTGRESQL)
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(SQLITE.format(verb=verb))


def downgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER events_append_only ON events")
        op.execute("DROP FUNCTION refuse_journal_change()")
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"DROP TRIGGER events_append_only_{verb}")
