"""Days of the week within a query, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Integer, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from marketplace.rules.calendars import EVERY_DAY


class weekday(GenericFunction[int]):  # noqa: N801  (named as it is called in SQL)
    """The day of the week of a date, 0 (Monday) to 6, as `date.weekday` counts."""

    type = Integer()
    inherit_cache = True


@compiles(weekday, "sqlite")
def _on_sqlite(element: weekday, compiler: Any, **how: Any) -> str:
    day = compiler.process(element.clauses, **how)
    return f"((CAST(strftime('%w', {day}) AS INTEGER) + 6) % 7)"


@compiles(weekday, "postgresql")
def _on_postgresql(element: weekday, compiler: Any, **how: Any) -> str:
    day = compiler.process(element.clauses, **how)
    return f"(CAST(EXTRACT(ISODOW FROM {day}) AS INTEGER) - 1)"


def falls_on(day: Any, weekdays: Any) -> ColumnElement[bool]:
    """Whether the date column `day` falls on one of `weekdays`, a column of bits as `rules.calendars` keeps them."""
    bit = weekdays.bitwise_rshift(weekday(day)).bitwise_and(1)
    return or_(weekdays == EVERY_DAY, bit == 1)
