"""The packages that the programme begins with: complete, reachable, and never loaded over Dinkop's own."""

from __future__ import annotations

from flask import Flask

from marketplace.models import db
from marketplace.models.packages import PackageCost, PackageUnit
from marketplace.models.training import Package
from marketplace.rules.packages import Programme
from marketplace.rules.training import SpendingKind
from seeds.packages import load_packages, read_package_costs, read_package_units, read_packages, read_unit_costs

NEEDED = {"BNSP", "BNSP_KSP", "HALAL", "SLHS", "PIRT", "SNI_APD", "MEREK", "ISO9001"}
HOURS_A_DAY = 8


def test_every_field_of_the_programme_has_a_package_and_every_certificate_of_it_a_way() -> None:
    packages = read_packages()
    assert {p.programme for p in packages} == set(Programme)
    assert {p.grants for p in packages} >= NEEDED
    assert 18 <= len(packages) <= 25


def test_every_package_says_what_it_costs_and_teaches() -> None:
    costs, units = read_package_costs(), read_package_units()
    for package in read_packages():
        assert package.min_cohort <= package.seats
        assert {SpendingKind.TRAINER, SpendingKind.MEALS} <= {cost.kind for cost in costs[package.code]}
        taught = [unit for unit in units if unit.package == package.code]
        assert sum(unit.hours for unit in taught) == HOURS_A_DAY * package.days, package.code
        assert [unit.position for unit in taught] == list(range(1, len(taught) + 1))
        if package.programme is Programme.INCUBATION:
            assert all(unit.milestone_id and unit.milestone_en for unit in taught)


def test_what_is_paid_for_one_head_or_day_keeps_the_unit_costs() -> None:
    most = read_unit_costs()
    assert set(most) == set(SpendingKind)
    for package in read_packages():
        for cost in read_package_costs()[package.code]:
            if cost.kind in {SpendingKind.TEST, SpendingKind.CERTIFICATE, SpendingKind.MATERIALS}:
                assert cost.per_head <= most[cost.kind], (package.code, cost.kind)
            if cost.kind in {SpendingKind.MEALS, SpendingKind.TRANSPORT}:
                assert cost.per_head <= most[cost.kind] * package.days, (package.code, cost.kind)


def test_the_sums_of_a_loaded_package_are_those_of_its_costs(app: Flask) -> None:
    for package in db.session.query(Package):
        assert package.unit_cost == sum(cost.per_head for cost in package.costs)
        assert package.fixed_cost == sum(cost.per_cohort for cost in package.costs)
    last = db.session.query(Package).filter_by(code="KOMP-WIRAUSAHA").one()
    assert {p.required.code for p in last.prerequisites} == {"WIRAUSAHA-DASAR", "KEUANGAN", "PEMASARAN"}


def test_loading_again_leaves_what_dinkop_changed(app: Flask) -> None:
    changed = db.session.query(Package).filter_by(code="KEUANGAN").one()
    changed.name = "Keuangan tahun ini"
    removed = db.session.query(Package).filter_by(code="SERT-MEREK").one()
    removed_id, costs = removed.id, len(removed.costs)
    db.session.delete(removed)
    db.session.flush()
    assert db.session.query(PackageCost).filter_by(package_id=removed_id).count() == 0
    assert load_packages() == 1
    db.session.expire_all()
    assert db.session.query(Package).filter_by(code="KEUANGAN").one().name == "Keuangan tahun ini"
    again = db.session.query(Package).filter_by(code="SERT-MEREK").one()
    assert len(again.costs) == costs
    assert db.session.query(PackageUnit).filter_by(package_id=again.id).count() == 1
