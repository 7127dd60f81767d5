"""``python -m matching link``: which rows of two lists, or of one, are the same business.

``--left A.csv --right B.csv --out P.csv`` or ``--within A.csv --out P.csv``; CSV or Parquet by the name's ending.
Exit status: 0 done, 2 when nothing usable was given (the reason is on stderr).
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Sequence

from . import tables
from .errors import BadInput
from .linkage import DEFAULT, BusinessList, Settings, link, prepare
from .linkage.lists import checked

NOTHING_USABLE = 2


def _list(path: str) -> BusinessList:
    """The usable rows of a table; the others are reported. A table without ``id`` is numbered by its lines."""
    first = next(tables.read(path), None)
    numbered = first is not None and "id" not in first[1]
    lines = itertools.count(2)

    def usable(row: tables.Line) -> tables.Line:
        return checked({**row, "id": str(next(lines))} if numbered else row)

    rows, refused = tables.records(path, usable)
    for line, field, reason in refused:
        sys.stderr.write(f"{path}:{line}: {field}: {reason}\n")
    if not rows:
        raise BadInput(path, "Tidak ada baris yang dapat dipakai.")
    return prepare(rows)


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    found = argparse.ArgumentParser(prog="python -m matching link", description=__doc__)
    found.add_argument("--left", help="one list, with --right")
    found.add_argument("--right", help="the other list")
    found.add_argument("--within", help="one list, to find what is in it more than once")
    found.add_argument("--out", required=True, help="pairs: id_a, id_b, probability, reasons")
    found.add_argument(
        "--min-probability",
        type=float,
        default=DEFAULT.decided,
        help="0.5 (links only); lower to see what needs review",
    )
    return found


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the exit status."""
    made = parser()
    options = made.parse_args(arguments)
    if bool(options.within) == bool(options.left) or bool(options.left) != bool(options.right):
        made.error("give either --left and --right, or --within")
    if not 0.0 < options.min_probability <= 1.0:
        made.error("--min-probability must lie above 0 and not above 1")
    try:
        tables.check_out(options.out)
        left = _list(options.within or options.left)
        right = _list(options.right) if options.right else None
        found = link(left, right, Settings(review=options.min_probability))
        rows = ((one.id_a, one.id_b, f"{one.probability:.6f}", one.reasons()) for one in found)
        tables.write(options.out, ("id_a", "id_b", "probability", "reasons"), rows)
    except BadInput as error:
        sys.stderr.write(f"{error.field}: {error.message('id')}\n")
        return NOTHING_USABLE
    except OSError as error:
        sys.stderr.write(f"{options.out}: {error.strerror}\n")
        return NOTHING_USABLE
    return 0
