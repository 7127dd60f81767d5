"""training: costs and curricula of packages, commitments, expenses and virements of budgets

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('budget_lines', schema=None) as batch_op:
        batch_op.add_column(sa.Column('realised', sa.BigInteger(), nullable=False, server_default='0'))
        batch_op.create_unique_constraint('uq_budget_lines_id_budget', ['id', 'budget_id'])
        batch_op.create_check_constraint('realised_within_committed', '0 <= realised AND realised <= committed')

    with op.batch_alter_table('budgets', schema=None) as batch_op:
        batch_op.add_column(sa.Column('code', sa.String(length=40), nullable=False))
        batch_op.create_unique_constraint(batch_op.f('uq_budgets_code'), ['code'])

    with op.batch_alter_table('cohorts', schema=None) as batch_op:
        batch_op.create_unique_constraint('uq_cohorts_id_budget', ['id', 'budget_id'])

    with op.batch_alter_table('packages', schema=None) as batch_op:
        batch_op.add_column(sa.Column('name_en', sa.String(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('summary_en', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('programme', sa.Enum('entrepreneurship', 'finance', 'marketing', 'production', 'digital', 'competence', 'certification', 'incubation', 'cooperatives', name='programme', native_enum=False, create_constraint=True, length=24), nullable=False, server_default='entrepreneurship'))
        batch_op.add_column(sa.Column('audience', sa.Enum('person', 'business', 'cooperative', name='audience', native_enum=False, create_constraint=True, length=24), nullable=False, server_default='business'))
        batch_op.add_column(sa.Column('source', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('version', sa.Integer(), nullable=False, server_default='1'))
        batch_op.create_check_constraint('version_counts_from_one', 'version >= 1')

    op.create_table('package_costs',
    sa.Column('package_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('trainer', 'meals', 'transport', 'venue', 'materials', 'test', 'certificate', 'mentor', name='spendingkind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('per_head', sa.BigInteger(), nullable=False),
    sa.Column('per_cohort', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('per_head + per_cohort > 0', name=op.f('ck_package_costs_costs_something')),
    sa.CheckConstraint('per_head >= 0 AND per_cohort >= 0', name=op.f('ck_package_costs_not_negative')),
    sa.ForeignKeyConstraint(['package_id'], ['packages.id'], name=op.f('fk_package_costs_package_id_packages')),
    sa.PrimaryKeyConstraint('package_id', 'kind', name=op.f('pk_package_costs'))
    )
    op.create_table('package_prerequisites',
    sa.Column('package_id', sa.Integer(), nullable=False),
    sa.Column('required_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('package_id != required_id', name=op.f('ck_package_prerequisites_not_itself')),
    sa.ForeignKeyConstraint(['package_id'], ['packages.id'], name=op.f('fk_package_prerequisites_package_id_packages')),
    sa.ForeignKeyConstraint(['required_id'], ['packages.id'], name=op.f('fk_package_prerequisites_required_id_packages')),
    sa.PrimaryKeyConstraint('package_id', 'required_id', name=op.f('pk_package_prerequisites'))
    )
    op.create_table('package_units',
    sa.Column('package_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('title_en', sa.String(length=200), nullable=False),
    sa.Column('hours', sa.Integer(), nullable=False),
    sa.Column('milestone', sa.Text(), nullable=False),
    sa.Column('milestone_en', sa.Text(), nullable=False),
    sa.CheckConstraint('hours >= 1', name=op.f('ck_package_units_at_least_an_hour')),
    sa.ForeignKeyConstraint(['package_id'], ['packages.id'], name=op.f('fk_package_units_package_id_packages')),
    sa.PrimaryKeyConstraint('package_id', 'position', name=op.f('pk_package_units'))
    )
    op.create_table('virements',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('budget_id', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('target_id', sa.Integer(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('moved_at', sa.DateTime(), nullable=False),
    sa.Column('moved_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('amount > 0', name=op.f('ck_virements_amount_positive')),
    sa.CheckConstraint('source_id != target_id', name=op.f('ck_virements_between_two_lines')),
    sa.ForeignKeyConstraint(['budget_id'], ['budgets.id'], name=op.f('fk_virements_budget_id_budgets')),
    sa.ForeignKeyConstraint(['moved_by_id'], ['users.id'], name=op.f('fk_virements_moved_by_id_users')),
    sa.ForeignKeyConstraint(['source_id', 'budget_id'], ['budget_lines.id', 'budget_lines.budget_id'], name='fk_virements_source'),
    sa.ForeignKeyConstraint(['target_id', 'budget_id'], ['budget_lines.id', 'budget_lines.budget_id'], name='fk_virements_target'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_virements'))
    )
    with op.batch_alter_table('virements', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_virements_budget_id'), ['budget_id'], unique=False)

    op.create_table('commitments',
    sa.Column('cohort_id', sa.Integer(), nullable=False),
    sa.Column('line_id', sa.Integer(), nullable=False),
    sa.Column('budget_id', sa.Integer(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('spent', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('0 <= spent AND spent <= amount', name=op.f('ck_commitments_spent_within_amount')),
    sa.ForeignKeyConstraint(['cohort_id', 'budget_id'], ['cohorts.id', 'cohorts.budget_id'], name='fk_commitments_cohort'),
    sa.ForeignKeyConstraint(['line_id', 'budget_id'], ['budget_lines.id', 'budget_lines.budget_id'], name='fk_commitments_line'),
    sa.PrimaryKeyConstraint('cohort_id', 'line_id', name=op.f('pk_commitments'))
    )
    with op.batch_alter_table('commitments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_commitments_budget_id'), ['budget_id'], unique=False)

    op.create_table('expenses',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('budget_id', sa.Integer(), nullable=False),
    sa.Column('line_id', sa.Integer(), nullable=False),
    sa.Column('cohort_id', sa.Integer(), nullable=True),
    sa.Column('corrects_id', sa.Integer(), nullable=True),
    sa.Column('spent_on', sa.Date(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('payee', sa.Enum('trainer', 'participant', 'mentor', 'business', 'company', 'issuer', 'state', name='payeekind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('amount > 0', name=op.f('ck_expenses_amount_positive')),
    sa.CheckConstraint('corrects_id IS NULL OR corrects_id != id', name=op.f('ck_expenses_corrects_another')),
    sa.CheckConstraint('quantity >= 1', name=op.f('ck_expenses_quantity_positive')),
    sa.ForeignKeyConstraint(['budget_id'], ['budgets.id'], name=op.f('fk_expenses_budget_id_budgets')),
    sa.ForeignKeyConstraint(['cohort_id', 'budget_id'], ['cohorts.id', 'cohorts.budget_id'], name='fk_expenses_cohort'),
    sa.ForeignKeyConstraint(['corrects_id', 'line_id', 'amount'], ['expenses.id', 'expenses.line_id', 'expenses.amount'], name='fk_expenses_corrected'),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_expenses_document_id_documents')),
    sa.ForeignKeyConstraint(['line_id', 'budget_id'], ['budget_lines.id', 'budget_lines.budget_id'], name='fk_expenses_line'),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['users.id'], name=op.f('fk_expenses_recorded_by_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expenses')),
    sa.UniqueConstraint('code', name=op.f('uq_expenses_code')),
    sa.UniqueConstraint('corrects_id', name='uq_expenses_corrected_once'),
    sa.UniqueConstraint('id', 'line_id', 'amount', name='uq_expenses_id_line_amount')
    )
    with op.batch_alter_table('expenses', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_expenses_budget_id'), ['budget_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_expenses_cohort_id'), ['cohort_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_expenses_line_id'), ['line_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('expenses', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_expenses_line_id'))
        batch_op.drop_index(batch_op.f('ix_expenses_cohort_id'))
        batch_op.drop_index(batch_op.f('ix_expenses_budget_id'))

    op.drop_table('expenses')
    with op.batch_alter_table('commitments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_commitments_budget_id'))

    op.drop_table('commitments')
    with op.batch_alter_table('virements', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_virements_budget_id'))

    op.drop_table('virements')
    op.drop_table('package_units')
    op.drop_table('package_prerequisites')
    op.drop_table('package_costs')
    with op.batch_alter_table('packages', schema=None) as batch_op:
        batch_op.drop_constraint('version_counts_from_one', type_='check')
        batch_op.drop_constraint('programme', type_='check')
        batch_op.drop_constraint('audience', type_='check')
        batch_op.drop_column('version')
        batch_op.drop_column('source')
        batch_op.drop_column('audience')
        batch_op.drop_column('programme')
        batch_op.drop_column('summary_en')
        batch_op.drop_column('name_en')

    with op.batch_alter_table('cohorts', schema=None) as batch_op:
        batch_op.drop_constraint('uq_cohorts_id_budget', type_='unique')

    with op.batch_alter_table('budgets', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_budgets_code'), type_='unique')
        batch_op.drop_column('code')

    with op.batch_alter_table('budget_lines', schema=None) as batch_op:
        batch_op.drop_constraint('realised_within_committed', type_='check')
        batch_op.drop_constraint('uq_budget_lines_id_budget', type_='unique')
        batch_op.drop_column('realised')
