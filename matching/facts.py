"""Places in a row of facts: what the compiled pass tells about one business and one need.

A row is a plain list of floats, because one array turned into lists is far quicker than
hundreds of small objects. HOME is 0 for a business of the base and 1 for one of the tail.
Days are proleptic ordinals; whole numbers stay exact below 2**53.
"""

from __future__ import annotations

Row = list[float]

(
    FAILS,
    TRADE,
    KM,
    FREE,
    SCORE,
    UNTIL,
    EXTRAS,
    PRICE,
    WORDS,
    STATE,
    ROLE,
    DELIVERIES,
    ON_TIME,
    RATINGS,
    RATING_SUM,
    ID_FROM,
    ID_TO,
    HOME,
) = range(18)
VALUES = 18
POINTS = 25
WIDTH = 32
"""Seven values from VALUES, their seven points from POINTS."""

WORDS_KEPT = 52
"""Query terms whose presence is told, one bit each."""
