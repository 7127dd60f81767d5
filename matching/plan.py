"""``python -m matching plan``: a training plan for a problem, JSON in and out; the format is in README.md.

Exit status: 0 answered (also when nothing is feasible: the answer says so), 2 when the problem cannot be
used (the field and the reason are on stderr).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from .errors import BadInput
from .tables import check_out

NOTHING_USABLE: Final = 2


def main(arguments: Sequence[str]) -> int:
    """Plan what ``--in`` asks and write it to ``--out``; returns the exit status."""
    options = parser().parse_args(arguments)
    try:
        check_out(options.out)
        answer = _answer(options)
        Path(options.out).write_text(json.dumps(answer, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        sys.stderr.write(f"{options.out}: {error.strerror}\n")
        return NOTHING_USABLE
    except BadInput as error:
        sys.stderr.write(f"{error.field}: {error.message(options.lang)}\n")
        return NOTHING_USABLE
    return 0


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(prog="python -m matching plan", description=__doc__)
    made.add_argument("--in", dest="source", required=True, help="JSON")
    made.add_argument("--out", required=True, help="JSON")
    made.add_argument("--lang", choices=("id", "en"), default="id", help="language of the reason")
    made.add_argument("--gap", type=float, default=0.002, help="proven gap at which large problems may stop")
    made.add_argument("--seconds", type=float, default=30.0, help="about how long to search")
    made.add_argument(
        "--held-only",
        action="store_true",
        help="a package's requirements must be held today, not granted by another package of the plan",
    )
    return made


def _answer(options: argparse.Namespace) -> dict[str, object]:
    from . import training  # noqa: PLC0415
    from .training.plain import pairs_of  # noqa: PLC0415

    given = _read(options.source)
    problem = training.problem_of(given)
    settings = training.Settings(
        pins=pairs_of(given.get("pins", []), "pins"),
        excludes=pairs_of(given.get("excludes", []), "excludes"),
        chained=not options.held_only,
        gap=options.gap,
        seconds=options.seconds,
        lang=options.lang,
    )
    return training.plan_as_json(training.plan(problem, settings))


def _read(source: str) -> dict[str, object]:
    try:
        given = json.loads(Path(source).read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(source, "no_file") from error
    except (ValueError, RecursionError) as error:
        raise BadInput(source, "not_json") from error
    if not isinstance(given, dict):
        raise BadInput("problem", "not_json")
    return given
