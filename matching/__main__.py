"""``python -m matching``: rank, classify, split, bench, link, plan and warm from the shell.

Exit status: 0 done, 2 when nothing usable was given (the reason is on stderr).
"""

# Each command imports what it needs itself (hence PLC0415), so that the others start at once.
from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import tables
from .errors import BadInput

NOTHING_USABLE = 2
ELSEWHERE = {
    "link": "which rows of two lists, or of one, are the same business",
    "plan": "a training plan for a problem",
    "warm": "compile the kernels once per machine",
}
"""Commands that live in a module of their own name with a ``main(arguments) -> int``, and what each does."""


def _report(path: str, refused: Sequence[tables.Refused]) -> None:
    for row in refused:
        print(f"{path}:{row.line}: {row.field}: {row.reason}", file=sys.stderr)


def _warn_unread(path: str, known: frozenset[str]) -> None:
    for column in tables.unread(path, known):
        print(f"{path}:1: {column}: unknown column, not read", file=sys.stderr)


def _at_least_one(said: str) -> int:
    number = int(said)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _parents(path: str | None) -> dict[str, str]:
    """Fine category codes and their trades, from a table with columns code and parent."""
    if path is None:
        return {}
    rows = (row for _, row in tables.read(path))
    return {r["code"]: r["parent"] for r in rows if r.get("code") and r.get("parent")}  # type: ignore[misc]


def rank(options: argparse.Namespace) -> int:
    """Rank the suppliers of one table for every need of another."""
    from .classify import TRADES  # noqa: PLC0415
    from .index import Index  # noqa: PLC0415
    from .query import says_nothing  # noqa: PLC0415
    from .ranking import rank as best  # noqa: PLC0415

    tables.check_out(options.out, table=True)
    parents = _parents(options.categories)
    known = frozenset(TRADES) | frozenset(parents)
    suppliers, bad_suppliers = tables.records(options.suppliers, tables.supplier, known, ("id",))
    lines: list[int] = []
    needs, bad_needs = tables.records(options.needs, tables.need, known, ("id", "text"), lines)
    _warn_unread(options.suppliers, tables.SUPPLIER_COLUMNS)
    _warn_unread(options.needs, tables.NEED_COLUMNS)
    _report(options.suppliers, bad_suppliers)
    _report(options.needs, bad_needs)
    if not suppliers or not needs:
        print("Tidak ada baris yang dapat dipakai.", file=sys.stderr)
        return NOTHING_USABLE
    index = Index.build(suppliers, Path(options.suppliers).stem, parents)
    for line, need in zip(lines, needs, strict=True):
        if says_nothing(index, need):
            print(f"{options.needs}:{line}: text: nothing understood, ranked by what else is known", file=sys.stderr)
    rows = [
        (need.id, match.supplier_id, match.rank, match.score)
        for need in needs
        for match in best(index, need, top=options.top).matches
    ]
    tables.write(options.out, ("need_id", "supplier_id", "rank", "score"), rows)
    return 0


def classify(options: argparse.Namespace) -> int:
    """Name the trade of every text, with confidence, second and third."""
    from .classify import classify as trades_of  # noqa: PLC0415

    tables.check_out(options.out, table=True)
    texts, refused = tables.records(options.source, _text, columns=("id", "text"))
    _report(options.source, refused)
    if not texts:
        print("Tidak ada baris yang dapat dipakai.", file=sys.stderr)
        return NOTHING_USABLE
    found = trades_of([text for _, text in texts])
    rows = []
    for i, (identifier, _) in enumerate(texts):
        codes = [*found.codes(i), "", "", ""][:3]
        sure = f"{float(found.confidence[i, 0]):.4f}" if codes[0] else ""
        rows.append((identifier, codes[0], sure, codes[1], codes[2]))
    tables.write(options.out, ("id", "category", "confidence", "second", "third"), rows)
    return 0


def _text(row: tables.Line) -> tuple[str, str]:
    from .text import MAX_LENGTH  # noqa: PLC0415

    identifier, text = row.get("id"), row.get("text") or ""
    if not identifier:
        raise BadInput("id", "empty")
    if len(text) > MAX_LENGTH:
        raise BadInput("text", "too_long")
    return identifier, text


def split(options: argparse.Namespace) -> int:
    """Find the cheapest split of a lot over bids; the format is in README.md."""
    from .awards import award_of  # noqa: PLC0415

    tables.check_out(options.out)
    try:
        problem = json.loads(Path(options.source).read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(options.source, "no_file") from error
    except ValueError as error:
        raise BadInput(options.source, "not_json") from error
    award = award_of(problem)
    Path(options.out).write_text(json.dumps(award, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0


def bench(options: argparse.Namespace) -> int:
    """Print speed and quality beside peers, measured in the same run."""
    if options.linkage:
        from .bench_linkage import run as run_linkage  # noqa: PLC0415

        run_linkage(options.suppliers or 34_000, options.quick)
        return 0
    if options.plan:
        from .bench_training import run as plans  # noqa: PLC0415

        plans(options.suppliers, options.problem)
        return 0
    from .bench import run  # noqa: PLC0415

    run(suppliers=options.suppliers, quick=options.quick)
    return 0


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(prog="python -m matching", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)

    def command(name: str, run: Any, summary: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=summary, description=run.__doc__)
        made.set_defaults(run=run)
        return made

    ranking = command("rank", rank, "the best suppliers for every need")
    ranking.add_argument("--suppliers", required=True, help="CSV or Parquet")
    ranking.add_argument("--needs", required=True, help="CSV or Parquet")
    ranking.add_argument("--categories", help="CSV with code and parent, for fine category codes")
    ranking.add_argument("--top", type=_at_least_one, default=20)
    ranking.add_argument("--out", required=True, help="CSV or Parquet")
    for name, run, summary in (
        ("classify", classify, "the trade of every text"),
        ("split", split, "the cheapest split of a lot over bids"),
    ):
        made = command(name, run, summary)
        made.add_argument("--in", dest="source", required=True)
        made.add_argument("--out", required=True)
    measured = command("bench", bench, "speed and quality beside peers")
    measured.add_argument("--suppliers", type=int, help="only a city of this size (else 34,000 and 1,000,000)")
    measured.add_argument("--plan", action="store_true", help="the training planner instead of the ranking")
    measured.add_argument("--problem", help="with --plan: a problem as JSON instead of a generated one")
    measured.add_argument("--linkage", action="store_true", help="measure linkage instead of ranking")
    measured.add_argument("--quick", action="store_true", help="34,000 businesses and fewer needs")
    for name, summary in ELSEWHERE.items():
        commands.add_parser(name, help=summary, add_help=False)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] in ELSEWHERE and importlib.util.find_spec(f"matching.{given[0]}"):
        module = importlib.import_module(f"matching.{given[0]}")
        return int(module.main(given[1:]))
    options = parser().parse_args(given)
    try:
        return int(options.run(options))
    except BadInput as error:
        print(f"{error.field}: {error.message('id')}", file=sys.stderr)
        return NOTHING_USABLE


if __name__ == "__main__":
    sys.exit(main())
