"""Suppliers, needs and results as tables: CSV or Parquet, bad rows reported with line and reason."""

from __future__ import annotations

import csv
import datetime as dt
import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from .errors import BadInput
from .needs import ANY, Held, Need, Supplier

Line = Mapping[str, str | None]
Record = TypeVar("Record")

RATINGS_UNSAID: Final = 3
"""How many ratings stand behind a ``rating`` whose ``rating_count`` is not in the table."""

COLUMN_OF: Final = {
    "capacity": "capacity_per_day",
    "prices": "price",
    "required": "certificates",
    "categories": "category",
}
"""Columns that are called otherwise in the records."""

SUPPLIER_COLUMNS: Final = frozenset({
    "id", "name", "activity", "products", "category", "lat", "lon", "certificates", "capacity_per_day", "price",
    "active", "registered", "verified", "debarred_until", "scale", "deliveries_total", "deliveries_on_time",
    "quantity_accepted_share", "rating", "rating_count", "area",
})  # fmt: skip
NEED_COLUMNS: Final = frozenset({
    "id", "text", "category", "quantity_per_day", "unit", "start", "end", "certificates", "desired", "lat",
    "lon", "max_km", "split", "min_share", "ceiling_price", "today",
})  # fmt: skip
"""What `supplier` and `need` read; any other column is left unread."""

YES: Final = frozenset({"1", "true", "yes", "ya", "y", "t"})
NO: Final = frozenset({"0", "false", "no", "tidak", "n", "f"})


class Refused(NamedTuple):
    """A row that could not be used: its line in the file (the header is 1), and why."""

    line: int
    field: str
    reason: str


def read(path: str | Path) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Rows of a CSV or Parquet file with their line numbers; empty cells are None.

    The columns of a CSV are parted by commas, or else by semicolons or tabs; their names may be in capitals.
    Raises `BadInput` naming the file when it cannot be read or has no header.
    """
    where = Path(path)
    if not where.is_file():
        raise BadInput(str(path), "no_file")
    if where.suffix.lower() == ".parquet":
        yield from _read_parquet(where)
        return
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    try:
        file = where.open(encoding="utf-8-sig", errors="replace", newline="")
    except OSError as error:
        raise BadInput(str(path), "not_readable") from error
    with file:
        delimiter = _delimiter(file.readline())
        file.seek(0)
        table = csv.DictReader(file, delimiter=delimiter)
        try:
            for row in table:
                yield table.line_num, {_column(k): _cell(v) for k, v in row.items() if isinstance(k, str)}
        except csv.Error as error:
            raise BadInput(str(path), "not_a_table") from error


def _delimiter(header: str) -> str:
    """What parts the columns: a comma, or what else stands in a header without one (";" as spreadsheets write it)."""
    return next((mark for mark in (",", ";", "\t") if mark in header), ",")


def _column(name: str) -> str:
    return name.strip().lower()


def _cell(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _read_parquet(path: Path) -> Iterator[tuple[int, dict[str, str | None]]]:
    import duckdb  # noqa: PLC0415

    try:
        table = duckdb.read_parquet(str(path))
        names, rows = table.columns, table.fetchall()
    except duckdb.Error as error:
        raise BadInput(str(path), "not_a_table") from error
    for line, row in enumerate(rows, start=2):
        yield line, {_column(k): None if v is None else _cell(str(v)) for k, v in zip(names, row, strict=True)}


def check_out(path: str | Path, table: bool = False) -> None:
    """See that an answer can be written there, as a ``table`` whose name says which kind, before it is worked out.

    Raises `BadInput` naming the file.
    """
    where = Path(path)
    if where.is_dir():
        raise BadInput(str(path), "is_folder")
    if not where.parent.is_dir():
        raise BadInput(str(path), "no_folder")
    if not os.access(where if where.exists() else where.parent, os.W_OK):
        raise BadInput(str(path), "not_writable")
    if table and where.suffix.lower() not in (".csv", ".parquet"):
        raise BadInput(str(path), "not_csv_or_parquet")


def write(path: str | Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table as CSV or, when the name ends in ``.parquet``, as Parquet."""
    where = Path(path)
    if where.suffix.lower() == ".parquet":
        import duckdb  # noqa: PLC0415
        import pandas as pd  # noqa: PLC0415

        frame = pd.DataFrame(list(rows), columns=list(header))
        duckdb.from_df(frame).write_parquet(str(where))
        return
    with where.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)


def records(
    path: str | Path,
    make: Callable[[Line], Record],
    known: frozenset[str] | None = None,
    columns: Sequence[str] = (),
    lines: list[int] | None = None,
) -> tuple[list[Record], list[Refused]]:
    """Make a record of every row; rows that cannot be used are listed, not fatal.

    ``known``: category codes that may occur (None: any). ``columns`` must be there, else `BadInput` is raised once for
    the file. An id may occur once. ``lines`` gets the line of every record.
    """
    found: list[Record] = []
    refused: list[Refused] = []
    seen: set[str] = set()
    for line, row in read(path):
        missing = [column for column in columns if column not in row]
        if missing:
            raise BadInput(f"{path}:1: {', '.join(missing)}", f"Kolom tidak ada; yang ada: {', '.join(row)}.")
        try:
            identifier = row.get("id")
            if identifier is not None and identifier in seen:
                raise BadInput("id", "duplicate")
            record = make(row)
            _known_codes(row.get("category"), known)
            seen.add(identifier or "")
            found.append(record)
            if lines is not None:
                lines.append(line)
        except BadInput as error:
            column = COLUMN_OF.get(error.field, error.field)
            refused.append(Refused(line, column, error.message("id")))
    return found, refused


def unread(path: str | Path, known: frozenset[str]) -> list[str]:
    """Columns of a table that nobody reads, in its order."""
    _, row = next(read(path), (0, {}))
    return [column for column in row if column and column not in known]


def _known_codes(cell: str | None, known: frozenset[str] | None) -> None:
    if known is not None and any(code not in known for code in _codes(cell)):
        raise BadInput("category", "unknown_code")


def supplier(row: Line) -> Supplier:
    """One row of a supplier table; see README.md for the columns. Raises `BadInput`."""
    rating = _number(row, "rating")
    count = _whole(row, "rating_count")
    if count is None:
        count = 0 if rating is None else RATINGS_UNSAID
    if rating is not None and not 1.0 <= rating <= 5.0:
        raise BadInput("rating", "out_of_range")
    capacity, price = _whole(row, "capacity_per_day"), _whole(row, "price")
    return Supplier(
        id=row.get("id") or "",
        name=row.get("name") or "",
        activity=row.get("activity") or "",
        products=_codes(row.get("products")),
        categories=_codes(row.get("category")),
        lat=_number(row, "lat"),
        lon=_number(row, "lon"),
        certificates=_certificates(row),
        capacity=None if capacity is None else {ANY: capacity},
        active=_flag(row, "active"),
        registered=_flag(row, "registered"),
        verified=_flag(row, "verified"),
        debarred_until=_date(row, "debarred_until"),
        scale=row.get("scale"),
        deliveries_total=_whole(row, "deliveries_total") or 0,
        deliveries_on_time=_whole(row, "deliveries_on_time") or 0,
        quantity_accepted_share=_number(row, "quantity_accepted_share"),
        rating_sum=(rating or 0.0) * count,
        rating_count=count if rating is not None else 0,
        prices={} if price is None else {ANY: price},
        area=row.get("area") or "",
    )


def need(row: Line) -> Need:
    """One row of a table of needs; see README.md for the columns. Raises `BadInput`."""
    split = _flag(row, "split")
    return Need(
        id=row.get("id") or "",
        text=row.get("text") or "",
        category=row.get("category"),
        quantity_per_day=_whole(row, "quantity_per_day"),
        unit=row.get("unit") or "unit",
        start=_date(row, "start"),
        end=_date(row, "end"),
        required=_codes(row.get("certificates")),
        desired=_codes(row.get("desired")),
        lat=_number(row, "lat"),
        lon=_number(row, "lon"),
        max_km=_number(row, "max_km"),
        split=split is not False,
        min_share=_whole(row, "min_share"),
        ceiling_price=_whole(row, "ceiling_price"),
        today=_date(row, "today"),
    )


def suppliers_of(frame: Any) -> list[Supplier]:
    """Suppliers of a pandas table with the columns of the supplier CSV; raises `BadInput`."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [supplier({k: None if v is None else str(v) for k, v in row.items()}) for row in rows]


def _codes(cell: str | None) -> tuple[str, ...]:
    return tuple(code.strip() for code in (cell or "").split(";") if code.strip())


def _certificates(row: Line) -> tuple[Held, ...] | None:
    """Codes, each with an optional last day: ``HALAL;SLHS:2027-03-03``. No column: not known."""
    if "certificates" not in row:
        return None
    held = []
    for item in _codes(row["certificates"]):
        code, _, until = item.partition(":")
        held.append(Held(code.strip(), None, _day("certificates", until) if until else None))
    return tuple(held)


def _number(row: Line, column: str) -> float | None:
    cell = row.get(column)
    if cell is None:
        return None
    try:
        return float(cell)
    except ValueError as error:
        raise BadInput(column, "not_a_number") from error


def _whole(row: Line, column: str) -> int | None:
    number = _number(row, column)
    if number is None:
        return None
    if not math.isfinite(number) or abs(number) > 1e15:
        raise BadInput(column, "out_of_range")
    if number != int(number):
        raise BadInput(column, "not_a_number")
    return int(number)


def _date(row: Line, column: str) -> dt.date | None:
    cell = row.get(column)
    return None if cell is None else _day(column, cell)


def _day(column: str, cell: str) -> dt.date:
    try:
        return dt.date.fromisoformat(cell.strip()[:10])
    except ValueError as error:
        raise BadInput(column, "not_a_date") from error


def _flag(row: Line, column: str) -> bool | None:
    cell = (row.get(column) or "").lower()
    if not cell:
        return None
    if cell in YES or cell in NO:
        return cell in YES
    raise BadInput(column, "not_yes_or_no")
