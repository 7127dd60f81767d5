"""The house keeps itself: floors import only downwards, names agree, and nothing forbidden stands where it may not."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "marketplace"

FLOORS: dict[str, set[str]] = {
    "rules": {"rules"},
    "models": {"models", "rules"},
    "services": {"services", "models", "rules"},
    "reads": {"reads", "models", "rules"},
    "web": {"web", "services", "reads", "models", "rules", "clock", "config"},
    "api": {"api", "web", "services", "reads", "models", "rules", "clock", "config"},
    "cli": {"cli", "jobs", "services", "reads", "models", "rules", "clock", "config"},
    "jobs": {"jobs", "cli", "services", "reads", "models", "rules", "clock", "config"},
}
THIRD_PARTY: dict[str, set[str]] = {
    "rules": set(),
    "models": {"sqlalchemy", "flask_sqlalchemy"},
    "reads": {"sqlalchemy", "pandas", "rapidfuzz"},
}
NEVER: dict[str, set[str]] = {
    "services": {"flask", "flask_babel", "flask_wtf", "werkzeug", "pandas"},
    "reads": {"flask"},
    "matching": {"flask", "sqlalchemy", "marketplace", "seeds", "time"},
}
STDLIB = sys.stdlib_module_names | {"__future__"}


def modules(floor: str) -> list[Path]:
    folder = ROOT / floor if floor in {"matching", "seeds"} else HOME / floor
    return sorted(folder.rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(line, full dotted name) of every import in a file, also those inside functions."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            if node.level:  # within a package: cannot leave its floor
                continue
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


def floor_of(name: str) -> str | None:
    parts = name.split(".")
    return parts[1] if parts[0] == "marketplace" and len(parts) > 1 else None


@pytest.mark.parametrize("floor", FLOORS)
def test_imports_only_go_down(floor: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in modules(floor)
        for line, name in imports(path)
        if (target := floor_of(name)) is not None and target not in FLOORS[floor]
    ]
    assert wrong == []


@pytest.mark.parametrize("floor", THIRD_PARTY)
def test_a_floor_imports_only_the_libraries_it_may(floor: str) -> None:
    allowed = THIRD_PARTY[floor] | STDLIB | {"marketplace"}
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in modules(floor)
        for line, name in imports(path)
        if name.split(".")[0] not in allowed
    ]
    assert wrong == []


@pytest.mark.parametrize("floor", NEVER)
def test_a_floor_never_imports_what_is_forbidden_there(floor: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in modules(floor)
        for line, name in imports(path)
        if name.split(".")[0] in NEVER[floor] and not path.name.startswith("bench")
    ]
    assert wrong == []


def test_only_the_matching_room_knows_the_matching_library() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in HOME.rglob("*.py")
        for line, name in imports(path)
        if name.split(".")[0] == "matching" and "matching_room" not in path.relative_to(HOME).as_posix()
    ]
    assert wrong == []


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of every call in a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


COMMITS_ALLOWED = {"web/doors.py", "api/doors.py", "cli/transactions.py"}


def test_commit_is_called_only_at_the_one_place_of_each_door() -> None:
    wrong = [
        f"{path.relative_to(HOME)}:{line} {name}"
        for path in HOME.rglob("*.py")
        for line, name in calls(path)
        if name.endswith(".commit") and path.relative_to(HOME).as_posix() not in COMMITS_ALLOWED
    ]
    assert wrong == []


def test_the_clock_is_read_in_one_file() -> None:
    readings = ("datetime.now", "datetime.utcnow", "date.today", "time.time", "datetime.today")
    wrong = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for folder in (HOME, ROOT / "matching", ROOT / "seeds")
        for path in folder.rglob("*.py")
        for line, name in calls(path)
        if name.endswith(readings) and path != HOME / "clock.py" and not path.name.startswith("bench")
    ]
    assert wrong == []


@pytest.mark.parametrize("floor", ["web", "api", "cli", "jobs"])
def test_doors_write_no_sql(floor: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in modules(floor)
        for line, name in calls(path)
        if name in {"select", "db.select", "update", "insert", "delete", "db.session.execute", "db.session.scalars"}
    ]
    assert wrong == []


def test_no_template_compares_a_state_with_a_string() -> None:
    import re

    compared = re.compile(
        r"""(state|status)(\.value)?\s*(==|!=)\s*['"]|(state|status)(\.value)?\s+(not\s+)?in\s+[\[(]['"]"""
    )
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in (HOME / "templates").rglob("*.html")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if compared.search(line)
    ]
    assert wrong == []


def test_there_is_no_drawer_for_odds_and_ends() -> None:
    names = {"utils.py", "helpers.py", "common.py", "misc.py"}
    assert [p for p in ROOT.rglob("*.py") if p.name in names and ".venv" not in p.parts] == []


SUBJECTS = {
    "accounts", "areas", "audit", "awards", "bank_accounts", "bids", "budgets", "business_checks", "business_files",
    "businesses", "buyers", "calendars", "categories", "certificates", "codes", "contracts", "disputes", "documents",
    "holidays", "linkage", "negotiations", "notices", "opendata", "packages", "passports", "plans", "privacy",
    "rates", "registrations", "registry", "sessions", "spending", "tenders", "training", "uptake",
}  # fmt: skip


def test_models_carry_the_names_of_subjects() -> None:
    names = {path.stem for path in modules("models")} - {"__init__", "base"}
    assert names <= SUBJECTS
