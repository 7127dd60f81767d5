"""Numbers and units between the words: they count things and name none.

"payung 50 buah" holds no fruit, "susu 40 karton" no cardboard, and "cuci 400 stel seragam" is "cuci seragam".
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final, Protocol, TypeVar

from matching.quantities import ONES, SCALES, WHOLE, unit_words
from matching.times import UNITS
from matching.vocabulary import MAKER, PURCHASE, SERVICE, load

# The words of numbers; "a" is one only in English.
NUMBERS: Final = frozenset((*ONES, *SCALES, *WHOLE)) - {"a"}
# After these the thing may stand behind its number: "sewa 300 kursi", "cetak 500 brosur".
DOING: Final = frozenset((SERVICE, MAKER, PURCHASE))
CRAFTS: Final = frozenset(("cetak", "jahit", "sablon", "bordir", "laundry"))
# What "isi ulang 50 galon" begins with.
REFILL: Final = ("isi", "ulang")
# A number of these is no number of things: "servis 24 jam".
TIMES: Final = frozenset((*UNITS, "jam", "menit"))
# Services that English puts behind the thing ("crane rental"), and hire, which haste does ("hilux sewa bulanan").
BEHIND: Final = frozenset(("rental", "hire", "repair", "repairs", "maintenance", "sewa"))
# Units that only count: whatever stands before "50 buah" is what is counted, also when nobody knows the word.
PLAIN: Final = frozenset(("buah", "bh", "pc", "pcs", "biji", "ekor", "unit", "lusin", "kodi"))


class Word(Protocol):
    """What is looked at here of a word read."""

    @property
    def word(self) -> str:
        """Its usual spelling."""

    @property
    def written(self) -> str:
        """Its letters."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def segment(self) -> int:
        """The punctuation marks before it."""


W = TypeVar("W", bound=Word)


def is_number(word: str) -> bool:
    """Whether a word is a number, in figures or letters."""
    return word.isdigit() or word in NUMBERS


def is_moving(word: str, written: str) -> bool:
    """Whether `in_order` has to look at a word."""
    return written in BEHIND or is_number(word)


@cache
def units() -> frozenset[str]:
    """The words that may be units, as they are written."""
    return unit_words() | {"lusin", "kodi", "gros", "gross", "dozen"}


def counters(words: Sequence[Word], moving: Sequence[int]) -> list[int]:
    """Where the units right behind numbers begin that could be taken for goods (those of procurement never are)."""
    found = []
    last = len(words) - 1
    for at in moving:
        if at < last and words[at + 1].written in units() and words[at].written not in BEHIND:
            word = words[at + 1]
            if not load().kind.get(word.word):
                found.append(word.start)
    return found


def in_order(words: list[W], moving: Sequence[int]) -> None:
    """Put a number and its unit before what they part, and an English service before its thing.

    So where verb and thing make a phrase ("cuci 400 stel seragam"), or unit and thing ("oksigen 10 tabung").
    """
    lexicon = load()
    last = len(words) - 1
    for at in moving:
        behind = words[at].written in BEHIND
        if not at or (at == last and not behind) or _unit_first(words, at, lexicon.trie) or behind:
            continue
        doing = words[at - 1].word
        first = at - 1
        node = lexicon.trie.get(doing)
        if doing == REFILL[1] and at > 1 and words[at - 2].word == REFILL[0]:
            first, node = at - 2, _below(lexicon.trie, REFILL)
        elif not (doing in CRAFTS or lexicon.kind.get(doing) in DOING):
            continue
        thing = _thing(words, at, node)
        if thing and words[thing].segment == words[first].segment:
            words[first:thing] = [*words[at:thing], *words[first:at]]


def _unit_first(words: list[W], number: int, trie: dict[str, object]) -> bool:
    """Put a thing behind its number and unit, or its service, where the lexicon has the two together."""
    behind = words[number].written in BEHIND
    unit = words[number if behind else number + 1]
    if (not behind and unit.written not in units()) or unit.segment != words[number - 1].segment:
        return False
    node = trie.get(unit.word)
    if not isinstance(node, dict):
        return False
    for first in (number - 2, number - 1):
        thing = words[max(first, 0) : number]
        if len(thing) == 1 and number > 1 and _is_phrase(words[number - 2 : number], trie):
            break  # "oli bekas 5 drum" sells no "drum bekas"
        if _is_phrase(thing, node) and thing[0].segment == unit.segment:
            told = [unit] if behind else [words[number], unit]
            words[max(first, 0) : number + len(told)] = [*told, *thing]
            return True
    return False


def _is_phrase(words: Sequence[Word], trie: dict[str, object]) -> bool:
    below = _below(trie, [word.word for word in words])
    return isinstance(below, dict) and "" in below


def _below(trie: dict[str, object], phrase: Sequence[str]) -> object:
    node: object = trie
    for word in phrase:
        node = node.get(word) if isinstance(node, dict) else None
    return node


def _thing(words: Sequence[Word], number: int, node: object) -> int:
    """Where behind a number and its unit a word stands that continues a phrase of the lexicon; 0 where none does."""
    thing = number + 1
    while thing < len(words) and is_number(words[thing].word):
        thing += 1
    if not isinstance(node, dict) or thing >= len(words) or words[thing].written in TIMES:
        return 0
    if words[thing].word not in node and words[thing].written in units():
        thing += 1
    return thing if thing < len(words) and words[thing].word in node else 0
