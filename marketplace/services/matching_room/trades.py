"""The trade of businesses from what they say of themselves."""

from __future__ import annotations

from collections.abc import Sequence

from matching.classify import classify_business


def trades(names: Sequence[str], texts: Sequence[str]) -> list[str | None]:
    """The likeliest trade of each business from its name and its own words (either may be empty), or None.

    Raises ValueError when the two differ in length.
    """
    if len(names) != len(texts):
        raise ValueError("names and texts differ in length")
    if not names:
        return []
    found = classify_business(names, texts)
    return [next(iter(found.codes(row)), None) for row in range(len(names))]
