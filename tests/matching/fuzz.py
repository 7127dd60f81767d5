"""Adversarial input for as long as one likes: ``python -m tests.matching.fuzz --minutes 60``.

Every door of the library (records, ranking, panel, reading, trades, splits, and the tables of the shell) is tried with
empty, endless, foreign and malicious values. The only answer allowed besides a sound one is `BadInput` that names its
field in both languages; anything else is reported with the smallest input that shows it, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import math
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, Final

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from matching import Bid, Held, Index, Need, Supplier, best_needs, best_split, lift, rank, rank_all, supply, text
from matching.__main__ import main as shell
from matching.classify import classify, classify_business
from matching.errors import BadInput
from matching.relevance import business_terms, businesses, need, score
from matching.understand import understand
from tests.matching import nasty


def held_of(certificates: object) -> object:
    """Certificates as records where they can be made into such."""
    if not isinstance(certificates, list):
        return certificates
    return tuple(Held(*one) if isinstance(one, tuple) and len(one) == 3 else one for one in certificates)


def supplier_of(identifier: object, fields: dict[str, Any]) -> Supplier:
    """A record of whatever was drawn."""
    made = dict(fields)
    if "certificates" in made:
        made["certificates"] = held_of(made["certificates"])
    return Supplier(id=identifier, **made)  # type: ignore[arg-type]


def sound(answer: Sequence[float]) -> None:
    """Scores are finite and within 0..1."""
    assert all(math.isfinite(value) and 0.0 <= value <= 1.0 for value in answer), list(answer)[:5]


def ranking(rows: list[tuple[object, dict[str, Any]]], fields: dict[str, Any], words: object, top: object) -> None:
    """Records, index, ranking, panel, changes and both directions."""
    suppliers = [supplier_of(*row) for row in rows]
    asked = Need(id="K-1", text=words, **fields)  # type: ignore[arg-type]
    index = Index.build(suppliers, "kota", {"fine": "catering"})
    found = rank(index, asked, top=top)  # type: ignore[arg-type]
    for match in found.matches:
        sound([match.score, *(part.value for part in match.parts)])
        assert sum(part.points for part in match.parts) == match.score
    supply(index, asked)
    rank_all(index, [asked, asked])
    for one in suppliers[:1]:
        best_needs(index, one.id, [asked])
        lift(index, one, [asked])
        index.update(one)
        index.remove(one.id)
        rank(index, asked)


def reading(words: object, day: object) -> None:
    """A text as need, as trade and as terms."""
    said = understand(words, day)  # type: ignore[arg-type]
    assert isinstance(words, str)
    assert all(words[span.start : span.end] == span.text for span in said.spans)
    assert said.quantity is None or said.quantity > 0
    assert said.every >= 1
    assert said.start is None or said.end is None or said.start <= said.end
    sound([said.confidence])
    text.terms(words)
    meant = need(words)
    sound(meant.affinity.tolist())


def trades(pairs: list[tuple[object, object]]) -> None:
    """Businesses' trades, terms and scores."""
    names, activities = [name for name, _ in pairs], [activity for _, activity in pairs]
    found = classify_business(names, activities)  # type: ignore[arg-type]
    sound(found.confidence.ravel().tolist())
    classify(activities)  # type: ignore[arg-type]
    for name, activity in zip(names, activities, strict=True):
        sound(list(business_terms(name, activity).values()))  # type: ignore[arg-type]
    rows = businesses(names, activities)  # type: ignore[arg-type]
    sound(score(need("katering nasi kotak"), rows).tolist())


def splitting(bids: list[dict[str, Any]], demand: object, most: object, least: object) -> None:
    """The cheapest split of a lot."""
    best_split([Bid(**bid) for bid in bids], demand, most, least)  # type: ignore[arg-type]


FOLDER: Final = tempfile.TemporaryDirectory()


def tables(suppliers: str, needs: str, problem: object) -> None:
    """The shell: status 0 or 2, and every refusal says where."""
    folder = Path(FOLDER.name)
    paths = [str(folder / name) for name in ("s.csv", "n.csv", "p.json", "out.csv")]
    for path, content in zip(paths, (suppliers, needs, json.dumps(problem, default=str)), strict=False):
        Path(path).write_bytes(content.encode("utf-8", "surrogatepass"))
    said = io.StringIO()
    with redirect_stderr(said), redirect_stdout(io.StringIO()):
        answers = [
            shell(["rank", "--suppliers", paths[0], "--needs", paths[1], "--out", paths[3]]),
            shell(["classify", "--in", paths[1], "--out", paths[3]]),
            shell(["split", "--in", paths[2], "--out", paths[3]]),
        ]
    assert set(answers) <= {0, 2}, answers
    assert "Traceback" not in said.getvalue()
    assert 2 not in answers or said.getvalue().strip()


CHECKS: Final[dict[str, tuple[Callable[..., None], tuple[st.SearchStrategy[Any], ...]]]] = {
    "ranking": (
        ranking,
        (nasty.REGISTER, nasty.some(nasty.NEED), nasty.mostly(nasty.TEXTS), nasty.mostly(st.integers(0, 30))),
    ),
    "reading": (reading, (nasty.mostly(nasty.TEXTS), nasty.mostly(st.dates() | st.just(nasty.TODAY)))),
    "trades": (trades, (nasty.PAIRS,)),
    "splitting": (
        splitting,
        (
            st.lists(st.fixed_dictionaries(nasty.BID), max_size=4),
            nasty.COUNTS,
            nasty.mostly(st.none() | nasty.COUNTS),
            nasty.COUNTS,
        ),
    ),
    "tables": (tables, (nasty.table("s"), nasty.table("n"), nasty.PROBLEM)),
}
"""Each door with what is drawn for it."""


def refused(error: BadInput) -> None:
    """A refusal names its field and says why in both languages."""
    assert error.field
    assert error.message("id")
    assert error.message("en")


def tried(door: str, examples: int, number: int, answers: Counter[str]) -> None:
    """Try one door with so many inputs; raises what no door may raise, of the smallest input that shows it."""
    check, drawn = CHECKS[door]

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.tuples(*drawn))
    def run(given_: tuple[Any, ...]) -> None:
        try:
            check(*given_)
        except BadInput as error:
            refused(error)
            answers[f"{door}: refused"] += 1
        else:
            answers[f"{door}: answered"] += 1

    run()


def say(words: str) -> None:
    """A line for who runs it."""
    sys.stdout.write(f"{words}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Try every door in turn until the time is up; 1 when something was found."""
    options = argparse.ArgumentParser(prog="python -m tests.matching.fuzz", description=__doc__)
    options.add_argument("--minutes", type=float, default=1.0)
    options.add_argument("--seed", type=int, default=1, help="of the first round; the next rounds count up")
    chosen = options.parse_args(arguments)
    until = time.monotonic() + 60 * chosen.minutes
    answers: Counter[str] = Counter()
    findings: dict[str, str] = {}
    for number, door in zip(itertools.count(chosen.seed), itertools.cycle(CHECKS)):
        if time.monotonic() >= until:
            break
        try:
            tried(door, 100, number, answers)
        except Exception as error:  # whatever it is, it is a finding
            last = traceback.extract_tb(error.__traceback__)[-1]
            findings.setdefault(
                f"{door}: {type(error).__name__} at {Path(last.filename).name}:{last.lineno}",
                "".join([*traceback.format_exception(error)[-4:], *getattr(error, "__notes__", [])]),
            )
    say(f"{sum(answers.values())} inputs in {chosen.minutes:g} minutes")
    say("\n".join(f"  {what}: {count}" for what, count in sorted(answers.items())))
    for where, trace in findings.items():
        say(f"\nFOUND {where}\n{trace}")
    say(f"{len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
