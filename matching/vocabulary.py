"""The hand-made lexicon, read once: words, phrases, synonyms and what they say about a trade.

The data in `lexicon/` is plain text that anybody may extend; `load` turns it into a `Lexicon` of
dictionaries. Nothing here looks at a text: `text.py` does that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "lexicon"
WORDS: Final = re.compile(r"[a-z]+|\d+")

# What an ordinary word is when it is no product: see words.tsv.
CONNECTIVE, FILLER, BOILER, PURCHASE, SELLER, MAKER, SERVICE, NAME, MUTE = (
    "connective", "filler", "boiler", "purchase", "seller", "maker", "service", "name", "mute",
)  # fmt: skip
# What a word is that only counts another one in its text ("payung 50 buah").
COUNTED = "counted"

# "sepeda motor" is one thing, and no "sepeda": it is read as its last word.
CYCLE, MOTOR = "sepeda", "motor"

Phrase = tuple[str, ...]


@dataclass
class Lexicon:
    """Everything the lexicon files say.

    ``phrases`` is a trie of resolved words whose end key ``""`` holds the canonical term;
    ``trades`` maps a canonical term to strengths by trade index (-1 is "none of the trades").
    """

    codes: tuple[str, ...]
    trie: dict[str, object] = field(default_factory=dict)
    kind: dict[str, str] = field(default_factory=dict)
    spelling: dict[str, str] = field(default_factory=dict)
    trades: dict[str, dict[int, float]] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()


def lines(name: str) -> Iterator[str]:
    """The lines of a lexicon file without comments and blank lines."""
    with (FOLDER / name).open(encoding="utf-8") as source:
        for line in source:
            if line.strip() and not line.startswith("#"):
                yield line.rstrip("\n")


def split_words(phrase: str) -> list[str]:
    """The words of a phrase, a doubled word ("gado-gado") once."""
    words = WORDS.findall(phrase.lower())
    return [word for at, word in enumerate(words) if at == 0 or words[at - 1] != word]


def fold_word(word: str, spelling: dict[str, str]) -> str:
    """Follow the spelling table to its end (at most three steps)."""
    for _ in range(3):
        word = spelling.get(word, word)
    return word


def canonical(words: list[str], spelling: dict[str, str], kind: dict[str, str]) -> Phrase:
    """The phrase as the reader of texts will see it: spelled right, no connectives, nothing doubled."""
    kept: list[str] = []
    for word in words:
        folded = fold_word(word, spelling)
        if folded == MOTOR and kept and kept[-1] == CYCLE:
            kept.pop()
        if kind.get(folded) != CONNECTIVE and (not kept or kept[-1] != folded):
            kept.append(folded)
    return tuple(kept)


def read_synonyms() -> list[tuple[str, list[str]]]:
    """Groups of equal meaning: the canonical phrase and its variants."""
    groups = []
    for line in lines("synonyms.tsv"):
        head, _, rest = line.partition(" = ")
        groups.append((head.strip(), [v.strip() for v in rest.split(";") if v.strip()]))
    return groups


def insert(trie: dict[str, object], phrase: Phrase, term: str) -> None:
    """Add a phrase; the first reading of the same words stays."""
    node = trie
    for word in phrase:
        step = node.setdefault(word, {})
        if isinstance(step, dict):
            node = step
    node.setdefault("", term)


def lookup(trie: dict[str, object], phrase: Phrase) -> str | None:
    """The canonical term of exactly this phrase."""
    node: object = trie
    for word in phrase:
        if not isinstance(node, dict) or word not in node:
            return None
        node = node[word]
    term = node.get("") if isinstance(node, dict) else None
    return term if isinstance(term, str) else None


def parse_strengths(column: str, codes: tuple[str, ...]) -> dict[int, float]:
    """ "seragam:2 jahit-permak:1" as strengths by index; "none" is -1."""
    strengths: dict[int, float] = {}
    for part in column.split():
        code, _, strength = part.partition(":")
        strengths[-1 if code == "none" else codes.index(code)] = float(strength)
    return strengths


def _read_words(lexicon: Lexicon) -> None:
    for line in lines("words.tsv"):
        kind, _, words = line.partition("\t")
        for word in words.split():
            for part in split_words(word):
                lexicon.kind.setdefault(part, kind)
    for line in lines("names.txt"):
        for word in line.split():
            lexicon.kind.setdefault(word, NAME)


def _read_meanings(lexicon: Lexicon) -> None:
    for line in lines("spelling.tsv"):
        wrong, _, right = line.partition("\t")
        lexicon.spelling[wrong] = right
    groups = read_synonyms()
    for head, variants in groups:
        target = split_words(head)
        for variant in variants:
            words = split_words(variant)
            if len(words) == 1 and len(target) == 1 and words != target:
                lexicon.spelling.setdefault(words[0], target[0])
    for head, variants in groups:
        base = canonical(split_words(head), lexicon.spelling, lexicon.kind)
        term = "_".join(base)
        for variant in [head, *variants]:
            phrase = canonical(split_words(variant), lexicon.spelling, lexicon.kind)
            if len(phrase) > 1 or len(split_words(variant)) == 1:
                insert(lexicon.trie, phrase, term)


def _read_trades(lexicon: Lexicon) -> None:
    for path in sorted(FOLDER.glob("trades_*.tsv")):
        for line in lines(path.name):
            column, _, phrases = line.partition("\t")
            strengths = parse_strengths(column, lexicon.codes)
            for text in phrases.split(";"):
                phrase = canonical(split_words(text), lexicon.spelling, lexicon.kind)
                # "toko serba ada" without its connectives is "toko": that alone says nothing.
                if len(phrase) > 1 or (phrase and len(split_words(text)) == 1):
                    term = lookup(lexicon.trie, phrase) or "_".join(phrase)
                    insert(lexicon.trie, phrase, term)
                    lexicon.trades.setdefault(term, strengths)


def _words_of(trie: dict[str, object]) -> Iterator[str]:
    for word, below in trie.items():
        if word and isinstance(below, dict):
            yield word
            yield from _words_of(below)


@cache
def load() -> Lexicon:
    """The lexicon, read from the package's own files the first time."""
    codes = tuple(lines("trades.txt"))
    lexicon = Lexicon(codes)
    _read_words(lexicon)
    _read_meanings(lexicon)
    _read_trades(lexicon)
    products = frozenset(_words_of(lexicon.trie))
    lexicon.products = products
    lexicon.known = products | lexicon.kind.keys() | lexicon.spelling.keys()
    return lexicon
