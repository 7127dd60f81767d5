"""Problems and plans as plain JSON values, for the shell and the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from matching.errors import BadInput

from .problem import Code, Demand, Package, Problem, Quota, Supplier

WHOLE_IN_FLOAT: Final = 2**53
Row = TypeVar("Row")


def problem_of(given: object) -> Problem:
    """Read a problem; raises `BadInput` naming the field, such as ``suppliers[3].capacity_per_day``.

    Only ``quotas``, ``seats`` and ``gender`` may be left out; keys that are not known are ignored.
    """
    if not isinstance(given, dict):
        raise BadInput("problem", "not_json")
    return Problem(
        _whole(given, "budget"),
        _rows(given, "packages", _package),
        _rows(given, "suppliers", _supplier),
        _rows(given, "demand", _demand),
        _rows(given, "quotas", _quota) if given.get("quotas") is not None else (),
    )


def pairs_of(given: object, field: str) -> frozenset[tuple[Code, Code]]:
    """Pins or excludes: a list of ``{"supplier": id, "package": code}``."""
    if not isinstance(given, list):
        raise BadInput(field, "not_a_list")
    found = set()
    for i, row in enumerate(given):
        if not isinstance(row, dict):
            raise BadInput(f"{field}[{i}]", "not_a_record")
        for name in ("supplier", "package"):
            if not isinstance(row.get(name), str | int):
                raise BadInput(f"{field}[{i}].{name}", "empty" if row.get(name) is None else "not_text")
        found.add((row["supplier"], row["package"]))
    return frozenset(found)


def _rows(given: Mapping[str, Any], table: str, make: Callable[[Mapping[str, Any]], Row]) -> tuple[Row, ...]:
    rows = given.get(table)
    if not isinstance(rows, list):
        raise BadInput(table, "empty" if rows is None else "not_a_list")
    made = []
    for i, row in enumerate(rows):
        if not isinstance(row, dict):
            raise BadInput(f"{table}[{i}]", "not_a_record")
        try:
            made.append(make(row))
        except BadInput as error:
            raise BadInput(f"{table}[{i}].{error.field}", error.reason) from error
    return tuple(made)


def _package(row: Mapping[str, Any]) -> Package:
    return Package(
        _given(row, "code"),
        _whole(row, "unit_cost"),
        _codes(row, "grants"),
        _codes(row, "requires"),
        None if row.get("seats") is None else _whole(row, "seats"),
        _whole(row, "min_cohort"),
        _whole(row, "fixed_cost"),
    )


def _supplier(row: Mapping[str, Any]) -> Supplier:
    for name in ("area", "category"):
        if name not in row:
            raise BadInput(name, "empty")
    return Supplier(
        _given(row, "id"),
        row["area"],
        row["category"],
        _whole(row, "capacity_per_day"),
        _codes(row, "has"),
        row.get("gender"),
    )


def _demand(row: Mapping[str, Any]) -> Demand:
    return Demand(
        _given(row, "id"),
        _given(row, "category"),
        _whole(row, "quantity_per_day"),
        _whole(row, "days"),
        _whole(row, "value_per_unit"),
        _codes(row, "requires"),
    )


def _quota(row: Mapping[str, Any]) -> Quota:
    return Quota(row.get("area"), _given(row, "min_share"), row.get("gender"))


def _given(row: Mapping[str, Any], name: str) -> Any:
    if row.get(name) is None:
        raise BadInput(name, "empty")
    return row[name]


def _whole(row: Mapping[str, Any], name: str) -> int:
    """The number; 1e9 in JSON is read as a float and means the same."""
    value = _given(row, name)
    if isinstance(value, float) and value.is_integer() and abs(value) <= WHOLE_IN_FLOAT:
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadInput(name, "not_a_number")
    return value


def _codes(row: Mapping[str, Any], name: str) -> frozenset[Code]:
    values = _given(row, name)
    if not isinstance(values, list):
        raise BadInput(name, "not_a_list")
    if any(isinstance(value, bool) or not isinstance(value, str | int) for value in values):
        raise BadInput(name, "not_text")
    return frozenset(values)
