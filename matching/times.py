"""The words of time, read once from ``lexicon/times.tsv`` and made into patterns."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from matching.vocabulary import lines


@cache
def _table() -> dict[str, dict[str, str]]:
    """Spelling to value by kind; a "+" of the file is a space."""
    found: dict[str, dict[str, str]] = {}
    for line in lines("times.tsv"):
        kind, value, spellings = line.split("\t")
        for word in spellings.split():
            found.setdefault(kind, {})[word.replace("+", " ")] = value
    return found


def values(kind: str) -> dict[str, str]:
    """Every spelling of a kind with its value."""
    return _table()[kind]


def numbers(kind: str) -> dict[str, int]:
    """The same where values are whole numbers."""
    return {word: int(value) for word, value in values(kind).items()}


def either(kind: str) -> str:
    """A pattern of all spellings of a kind, the longest first, with any white space between words."""
    words = sorted(values(kind), key=len, reverse=True)
    return "|".join(r"\s+".join(map(re.escape, word.split())) for word in words)


def tidy(words: str) -> str:
    """Words with single spaces, as the tables have them."""
    return re.sub(r"\s+", " ", words.strip())


UNITS: Final = values("unit")
COUNTS: Final = numbers("count")
WEEKDAYS: Final = numbers("weekday")
MONTHS: Final = numbers("month")
UNIT: Final = f"(?:{either('unit')})"
COUNT: Final = rf"(?:\d{{1,4}}|{either('count')})"
WEEKDAY: Final = f"(?:{either('weekday')})"
MONTH: Final = rf"(?:{either('month')})\b\.?"
EACH: Final = f"(?:{either('each')})"
BEGIN: Final = f"(?:{either('begin')})"
UNTIL: Final = f"(?:{either('until')})"
LATEST: Final = f"(?:{either('latest')})"
DURING: Final = f"(?:{either('during')})"
SHORT_DAYS: Final = numbers("short")
"""Short names of weekdays that are other words too ("sel", "min"): only beside another weekday are they days."""
ANY_DAY: Final = f"(?:{either('weekday')}|{either('short')})"
WEEKEND: Final = f"(?:{either('weekend')})"
EXCEPT: Final = f"(?:{either('except')})"
ORDINAL: Final = f"(?:{either('ordinal')})"
# Which one of a month: "senin pertama", "senin minggu ke-2".
NTH: Final = rf"\s+(?:minggu\s+)?{ORDINAL}\b(?!\s+kali)"


def count_of(words: str) -> int:
    """ "3", "tiga", "telung" as a number."""
    words = tidy(words)
    return int(words) if words.isdigit() else COUNTS[words]
