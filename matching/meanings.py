"""What one meaning of a text says: the terms under which it is looked for, and how each was said.

A phrase is looked for as a whole, by the words inside it and by the letters as they were written; `Settings`
holds what each of these counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, NamedTuple

from matching.classify import NONE
from matching.vocabulary import BOILER, FILLER, MAKER, MUTE, SERVICE, load, lookup

__all__ = ["PASSING", "SETTINGS", "WRITTEN", "Said", "Settings", "first", "spread"]


@dataclass(frozen=True)
class Settings:
    """Every number of the definition. ``trade + text`` is 1."""

    trade: float = 0.12  # weight of the trade alone
    text: float = 0.88  # weight of the words
    floor: float = 0.85  # share of the words' weight that survives a foreign trade
    confidence_power: float = 0.08  # below 1: an unsure trade counts nearly as much as a sure one
    nowhere: float = 0.3  # affinity of a business whose trade is unknown
    name: float = 1.1  # one mention in the name
    activity: float = 1.0  # one mention in the activity
    part: float = 0.75  # a word inside a phrase ("nasi" in "nasi kotak"), on either side
    saturation: float = 0.6  # k of BM25
    length: float = 0.75  # b of BM25
    rarity: float = 0.6  # power of the inverse document frequency; 1 is BM25
    reference: float = 4.5  # the usual number of terms of a business
    aside: float = 0.7  # what a need says after "untuk", or in brackets
    plain: float = 0.37  # a need's word that is no product or service
    foreign: float = 0.5  # a word inside a need's phrase that by itself is of quite another trade
    later: float = 0.8  # each further product of a need beside the one before it
    least: float = 0.6  # but never less than this
    generic: float = 0.06  # the names of the need's trade ("konveksi" for a need of uniforms)
    related: float = 0.7  # what serves a wish in the words of businesses (related.tsv)
    leading: float = 0.25  # the share from which a trade is one of the need's own
    variant: float = 0.3  # another spelling of a word beside the letters themselves
    respelled: float = 0.6  # the usual spelling of a word that a need spells otherwise
    reworded: float = 0.4  # a phrase said in other words
    renamed: float = 0.85  # the usual form of a phrase that a need says in other words
    unsaid: float = 0.6  # a word of a phrase's usual form that is not there itself ("nasi" in "lunch box")
    within: float = 0.6  # least weight of a word inside a phrase of a need
    spelled: float = 0.9  # the very letters of a word that has another usual spelling
    occasion: float = 0.3  # what serves an occasion ("sarapan") beside the dish that the need names
    within_dish: float = 0.4  # what a dish is made of ("daging sapi" in "bakso daging sapi"), for a business
    passing: float = 0.7  # a word that names no goods and no service ("segar", "rapat")
    resale: float = 1.0  # a seller where a service is asked


SETTINGS: Final = Settings()


# Words of these kinds carry meaning for the ranking.
SPOKEN: Final = frozenset(("", MAKER, SERVICE))
# Words of these kinds are told in passing: they order what is equal otherwise.
PASSING: Final = frozenset((FILLER, BOILER))
# Words that keep their place inside a phrase ("kuning" in "nasi kuning", "siang" in "makan siang").
TOLD: Final = SPOKEN | {FILLER, MUTE}
# Begins a term that stands for the letters as they were written, beside its canonical term.
WRITTEN: Final = "="


def _content(words: Iterable[str], kinds: frozenset[str] = SPOKEN) -> list[str]:
    kind = load().kind
    return [w for w in words if kind.get(w, "") in kinds and not w.isdigit() and len(w) > 1]


class Said(NamedTuple):
    """A term of one meaning: the whole of it or a word inside, in its usual form, respelled or reworded.

    ``word`` is the canonical word of a term that stands for letters, else the term itself; ``unsaid`` marks a
    word of the usual form that the text does not hold.
    """

    term: str
    word: str
    whole: bool = True
    respelled: bool = False
    reworded: bool = False
    unsaid: bool = False


@cache
def first(term: str) -> int:
    """The trade that a term speaks for most, `NONE` where it speaks for none."""
    says = load().trades.get(term)
    return max(says, key=says.__getitem__) if says else NONE


def _inner(words: tuple[str, ...]) -> list[str]:
    """What shorter phrases inside a phrase stand for ("suku cadang" in "suku cadang kendaraan" is `onderdil`).

    Those in their usual form only where they are of the phrase's own trade: "daging ayam" in "daging ayam potong",
    but not "servis ac" in "servis ac mobil".
    """
    trie = load().trie
    whole = first(lookup(trie, words) or "")
    spans = [words[a:b] for a in range(len(words) - 1) for b in range(a + 2, len(words) + 1) if b - a < len(words)]
    found = [(lookup(trie, span), "_".join(span)) for span in spans]
    return [term for term, letters in found if term is not None and (term != letters or first(term) == whole >= 0)]


@lru_cache(maxsize=100_000)
def spread(term: str, words: tuple[str, ...], written: tuple[str, ...]) -> tuple[Said, ...]:
    """The terms of one meaning.

    A meaning counts 1, each word inside a phrase `Settings.part` of it. A phrase with one word of content
    ("pengadaan mebel") is that word. Words said in passing follow, and the letters of a word that has
    another usual spelling.
    """
    content = _content(words)
    parts = _content(term.split("_"), TOLD)
    spelled = dict(zip(words, written, strict=True))
    kind = load().kind
    said: list[Said] = []
    apart = False
    if len(parts) > 1 or (parts and (content or len(words) > 1)):
        main = term if len(parts) > 1 else parts[0]
        letters = "_".join(written)
        phrase = "_" in main + letters
        said.append(Said(main, main, True, letters != main and not phrase, letters != main and phrase))
        # "foto copy" is one word written apart: neither half is said.
        apart = len(parts) == 1 and "".join(written) in load().known
        inside = dict.fromkeys(
            word for word in content + parts if word != main and not apart and kind.get(word) != MUTE
        )
        for word in inside:
            respelled = spelled.get(word, word) != word
            said.append(Said(word, word, False, respelled, unsaid=word not in spelled))
        said += [Said(inner, inner, False) for inner in _inner(words) if inner != main]
    said += [Said(word, word) for word in _content(words, PASSING) if not apart]
    for word, letters in spelled.items():
        if letters != word and kind.get(word, "") in SPOKEN and len(letters) > 1 and not letters.isdigit():
            said.append(Said(WRITTEN + letters, word, len(words) == 1))
    return tuple(said)
