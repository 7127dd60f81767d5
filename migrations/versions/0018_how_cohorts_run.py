"""how cohorts run: hours, thresholds, quotas, statements, papers

Revision ID: 0018
Revises: 0017
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BEFORE = (
    "account", "invited", "question", "tender", "bid", "negotiation", "award", "contract", "delivery", "invoice",
    "certificate", "claim",
)  # fmt: skip


def _kind(*more: str) -> sa.Enum:
    return sa.Enum(*BEFORE, *more, name="noticekind", native_enum=False, create_constraint=True, length=24)


def _means() -> sa.Enum:
    return sa.Enum("list", "scan", "room", name="means", native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    op.create_table(
        "cohort_quotas",
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("kecamatan", sa.String(length=200), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.CheckConstraint("seats >= 0", name=op.f("ck_cohort_quotas_seats_not_negative")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohorts.id"], name=op.f("fk_cohort_quotas_cohort_id_cohorts")),
        sa.PrimaryKeyConstraint("cohort_id", "kecamatan", name=op.f("pk_cohort_quotas")),
    )
    with op.batch_alter_table("cohorts") as table:
        table.add_column(sa.Column("hours", sa.String(length=200), nullable=False, server_default=""))
        table.add_column(sa.Column("min_attendance", sa.Integer(), nullable=False, server_default="80"))
        table.add_column(sa.Column("min_score", sa.Integer(), nullable=False, server_default="60"))
        table.add_column(sa.Column("class_token", sa.String(length=22), nullable=True))
        table.add_column(sa.Column("room_token", sa.String(length=22), nullable=True))
    _give_tokens()
    with op.batch_alter_table("cohorts") as table:
        table.alter_column("hours", existing_type=sa.String(length=200), server_default=None)
        table.alter_column("min_attendance", existing_type=sa.Integer(), server_default=None)
        table.alter_column("min_score", existing_type=sa.Integer(), server_default=None)
        table.alter_column("class_token", existing_type=sa.String(length=22), nullable=False)
        table.alter_column("room_token", existing_type=sa.String(length=22), nullable=False)
        table.create_unique_constraint(op.f("uq_cohorts_class_token"), ["class_token"])
        table.create_unique_constraint(op.f("uq_cohorts_room_token"), ["room_token"])
        table.create_check_constraint(
            op.f("ck_cohorts_thresholds_are_shares"),
            "min_attendance BETWEEN 0 AND 100 AND min_score BETWEEN 0 AND 100",
        )
    with op.batch_alter_table("enrolments") as table:
        table.add_column(sa.Column("by_itself", sa.Boolean(), nullable=False, server_default=sa.false()))
        for name in ("declared_at", "applied_at", "selected_at", "decided_at", "certified_at"):
            table.add_column(sa.Column(name, sa.DateTime(), nullable=True))
        table.add_column(sa.Column("certificate_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("paper_code", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("paper_token", sa.String(length=22), nullable=True))
        table.create_foreign_key(
            op.f("fk_enrolments_certificate_id_certificates"), "certificates", ["certificate_id"], ["id"]
        )
        table.create_unique_constraint(op.f("uq_enrolments_paper_code"), ["paper_code"])
        table.create_unique_constraint(op.f("uq_enrolments_paper_token"), ["paper_token"])
        table.create_check_constraint(
            op.f("ck_enrolments_scores_of_a_hundred"),
            "(before_score IS NULL OR before_score BETWEEN 0 AND 100)"
            " AND (after_score IS NULL OR after_score BETWEEN 0 AND 100)",
        )
        table.create_check_constraint(
            op.f("ck_enrolments_paper_has_token"), "(paper_code IS NULL) = (paper_token IS NULL)"
        )
    with op.batch_alter_table("enrolments") as table:
        table.alter_column("by_itself", existing_type=sa.Boolean(), server_default=None)
    with op.batch_alter_table("attendance") as table:
        table.add_column(sa.Column("means", _means(), nullable=False, server_default="list"))
        table.add_column(sa.Column("recorded_by_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_attendance_recorded_by_id_users"), "users", ["recorded_by_id"], ["id"])
    with op.batch_alter_table("attendance") as table:
        table.alter_column("means", existing_type=_means(), server_default=None)
    with op.batch_alter_table("notices") as table:
        table.alter_column("kind", existing_type=_kind(), type_=_kind("training"), existing_nullable=False)


def _give_tokens() -> None:
    """A cohort that was there before gets its addresses."""
    cohorts = sa.table("cohorts", sa.column("id"), sa.column("class_token"), sa.column("room_token"))
    bind = op.get_bind()
    for (number,) in bind.execute(sa.select(cohorts.c.id)).all():
        tokens = {"class_token": secrets.token_urlsafe(16), "room_token": secrets.token_urlsafe(16)}
        bind.execute(cohorts.update().where(cohorts.c.id == number).values(**tokens))


def downgrade() -> None:
    op.execute("DELETE FROM notices WHERE kind = 'training'")
    with op.batch_alter_table("notices") as table:
        table.alter_column("kind", existing_type=_kind("training"), type_=_kind(), existing_nullable=False)
    with op.batch_alter_table("attendance") as table:
        table.drop_column("recorded_by_id")
        table.drop_column("means")
    with op.batch_alter_table("enrolments") as table:
        table.drop_constraint(op.f("fk_enrolments_certificate_id_certificates"), type_="foreignkey")
        for name in ("paper_code", "paper_token"):
            table.drop_constraint(op.f(f"uq_enrolments_{name}"), type_="unique")
        for name in ("paper_token", "paper_code", "certificate_id", "certified_at", "decided_at", "selected_at"):
            table.drop_column(name)
        for name in ("applied_at", "declared_at", "by_itself"):
            table.drop_column(name)
    with op.batch_alter_table("cohorts") as table:
        for name in ("class_token", "room_token"):
            table.drop_constraint(op.f(f"uq_cohorts_{name}"), type_="unique")
        for name in ("room_token", "class_token", "min_score", "min_attendance", "hours"):
            table.drop_column(name)
    op.drop_table("cohort_quotas")
