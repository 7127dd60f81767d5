"""From what people write to canonical terms.

Three steps: cut into words, give every word its usual spelling (`resolve`: known spelling, affixes,
doubled and swapped letters, glued words, one slip of the finger), then join words that mean one thing
("nasi box", "nasi dus" -> ``nasi_kotak``). Each distinct word is resolved once and remembered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from functools import cache, lru_cache, partial
from typing import Final, NamedTuple

from matching.counting import PLAIN, REFILL, counters, in_order, is_moving, is_number
from matching.errors import BadInput
from matching.vocabulary import (
    CONNECTIVE,
    COUNTED,
    CYCLE,
    FOLDER,
    MAKER,
    MOTOR,
    NAME,
    PURCHASE,
    SELLER,
    SERVICE,
    Lexicon,
    fold_word,
    load,
    lookup,
)

__all__ = ["FOLDER", "MAX_LENGTH", "Concept", "concepts", "plain", "resolve", "terms"]

MAX_LENGTH: Final = 200_000
# A longer text than this says nothing new about the trade: only its head is read for terms.
READ_LENGTH: Final = 20_000
REMEMBERED: Final = 2_000
# A word, or else a mark that ends a segment.
TOKEN: Final = re.compile(r"([a-z]+|\d+)|[,;:()\[\]{}!?|\n]|\s-|-\s")
# Every number is before it, every word behind it.
LAST_FIGURE: Final = "9~"
# "oleh" is "by"; doubled it is another word, presents to take home, which the lexicon has in one piece.
BY: Final = "oleh"
DOUBLED_BY: Final = re.compile(r"\boleh[\s-]{1,3}oleh\b")
# "dalam" is "in"; after these garments it makes them underwear, which the lexicon has in one piece.
WITHIN: Final = "dalam"
UNDERWEAR: Final = re.compile(r"\b(celana|pakaian|kaos)(\s+)dalam\b(?!\s+(?:jumlah|rangka|waktu|bentuk|kota|partai)\b)")
# After these words comes what a thing is for, not what it is.
PURPOSE: Final = frozenset(
    ("untuk", "bagi", "guna", "rangka", "fasilitasi", "penyelenggaraan", "pelaksanaan", "peserta", "sub", "pendukung")
)
# After these stands a person's name, which is never corrected into a product ("Pak Sarimo" is no "sarimi").
TITLES: Final = frozenset(
    ("bu", "ibu", "pak", "bapak", "mbak", "mbk", "mb", "mba", "mas", "mbah", "mbok", "bang", "cak", "kang", "yu", "lek")
)
# Begins a name that is also a product ("Toko Bu Bibit" sells no seedlings); never shown, as `meanings.WRITTEN`.
CALLED: Final = "="
# Words of these kinds, "jasa" and "ekor" stand before the thing itself and may leave it to a longer phrase.
ASKING: Final = frozenset((SELLER, MAKER, PURCHASE))
ASKED: Final = frozenset(("jasa", "ekor", "kg"))
EATING: Final = "makan"
# Trades that work on what others own: the thing named after them is what they work on.
SERVING: Final = frozenset((
    "laundry", "bordir-sablon", "cuci-kendaraan", "fotokopi-penggandaan", "kebersihan", "angkutan-ekspedisi",
    "pendidikan-pelatihan", "bangunan-renovasi", "tenaga-jasa",
))  # fmt: skip
# Whoever does a work: the thing named after this one is the work itself ("tukang gorden").
WORKER: Final = "tukang"
# Where or by whom a thing is used, when it stands right after a thing of another trade ("lampu bengkel", "ht satpam").
USERS: Final = frozenset((
    "kantin", "bengkel", "dapur", "koperasi", "klinik", "mess", "asrama", "satpam", "sopir", "operator", "mekanik",
    "perawat", "dokter", "pramusaji", "pembantu", "kasir", "lab", "posyandu", "masjid", "mushola", "sekolah", "gerobak",
    "workshop",
))  # fmt: skip
SUFFIXES: Final = ("nya", "annya", "kan", "an", "in", "ne", "ku", "mu", "i", "e", "s")
PREFIXES: Final = (
    ("menge", ""), ("meng", ""), ("meng", "k"), ("meny", "s"), ("mem", ""), ("mem", "p"), ("men", ""),
    ("men", "t"), ("me", ""), ("penge", ""), ("peng", ""), ("peng", "k"), ("peny", "s"), ("pem", ""),
    ("pem", "p"), ("pen", ""), ("pen", "t"), ("pe", ""), ("ber", ""), ("be", ""), ("per", ""), ("ter", ""),
    ("di", ""), ("ke", ""), ("se", ""), ("nge", ""), ("ng", ""), ("ng", "k"), ("ny", "s"), ("ny", "c"),
    ("n", ""), ("n", "t"), ("m", ""), ("m", "p"),
)  # fmt: skip
# Old spellings and sounds that ears do not tell apart.
SOUNDS: Final = (
    ("oe", "u"), ("dj", "j"), ("tj", "c"), ("sj", "s"), ("th", "t"), ("dh", "d"), ("bh", "b"), ("kh", "k"),
    ("ph", "f"), ("sh", "s"), ("ck", "k"), ("ks", "x"), ("v", "f"), ("z", "s"), ("y", "i"), ("q", "k"),
)  # fmt: skip
# From so many letters on, one other letter hardly makes another word.
ANY_LETTER: Final = 9
# The keys beside each key.
BESIDE: Final = {
    "q": "wa", "w": "qesa", "e": "wrds", "r": "etfd", "t": "rygf", "y": "tuhg", "u": "yijh", "i": "uokj", "o": "iplk",
    "p": "ol", "a": "qwsz", "s": "awedxz", "d": "serfcx", "f": "drtgvc", "g": "ftyhbv", "h": "gyujnb", "j": "huikmn",
    "k": "jiolm", "l": "kop", "z": "asx", "x": "zsdc", "c": "xdfv", "v": "cfgb", "b": "vghn", "n": "bhjm", "m": "njk",
}  # fmt: skip
DOUBLED: Final = re.compile(r"(.)\1+")


class Concept(NamedTuple):
    """One meaning found in a text.

    ``term`` is canonical; ``kind`` is "" for content or one of the word kinds of the lexicon;
    ``words`` are the resolved words; ``start`` and ``end`` are character offsets; ``segment`` counts
    the punctuation marks before it; ``depth`` is the number of open brackets; ``aside`` says that it
    only tells what the thing is for ("untuk rapat"); ``written`` holds the words as they were spelled.
    """

    term: str
    kind: str
    words: tuple[str, ...]
    start: int
    end: int
    segment: int
    depth: int
    aside: bool = False
    written: tuple[str, ...] = ()


def plain(text: str) -> str:
    """Lower-case ASCII letters where there is one for a character; the length never changes."""
    if text.isascii():
        return text.lower()
    return "".join(_plain_char(char) for char in text)


@lru_cache(maxsize=4096)
def _plain_char(char: str) -> str:
    folded = unicodedata.normalize("NFKD", char)
    first = folded[0].lower() if folded else char
    return first if len(first) == 1 and first.isascii() else char


@cache
def _sounds() -> dict[str, str]:
    """Product words by how they sound; a sound that two words share stands for neither."""
    heard: dict[str, str] = {}
    for word in sorted(load().products):
        sound = _sound(word)
        heard[sound] = word if heard.get(sound, word) == word else ""
    return {sound: word for sound, word in heard.items() if word}


def _sound(word: str) -> str:
    for old, new in SOUNDS:
        word = word.replace(old, new)
    return DOUBLED.sub(r"\1", word)


@cache
def _shortened() -> dict[str, str]:
    """Product words of six letters and more with one letter left out, for spelling at distance one."""
    found: dict[str, str] = {}
    for word in sorted(load().products):
        if len(word) >= 6:
            for at in range(1, len(word)):
                key = word[:at] + word[at + 1 :]
                found[key] = word if found.get(key, word) == word else ""
    return {key: word for key, word in found.items() if word}


def _unaffixed(word: str, lexicon: Lexicon) -> str | None:
    """A known word inside an affixed one, the shortest affixes first."""
    ends = [""] + [suffix for suffix in SUFFIXES if word.endswith(suffix)]
    for suffix in ends:
        stem = word[: len(word) - len(suffix)]
        if suffix and len(stem) >= 4 and stem in lexicon.known:
            return stem
        for prefix, restored in PREFIXES:
            root = restored + stem[len(prefix) :]
            least = 5 if len(prefix) == 1 and restored else 4  # "mari" is a name, not "pari"
            if stem.startswith(prefix) and len(root) >= least and root in lexicon.products:
                return root
    return None


def _corrected(word: str, lexicon: Lexicon) -> str | None:
    """The one product word that is a single slip away (a letter more, less, other or swapped)."""
    if len(word) < 6:
        return None
    shortened = _shortened()
    if word in shortened:
        return shortened[word]
    for at in range(1, len(word)):
        less = word[:at] + word[at + 1 :]
        if less in lexicon.products and len(less) >= 6:
            return less
        other = shortened.get(less)
        if other is not None and len(other) == len(word) and _is_slip(word, other):
            return other
    return None


def _is_slip(word: str, meant: str) -> bool:
    """Whether two words of one length differ as fingers slip: two letters swapped, or a key beside the right one.

    In long words any other letter will do; in short ones it makes another word ("sarang", "sarung").
    """
    differ = [at for at, (one, two) in enumerate(zip(word, meant, strict=True)) if one != two]
    first = differ[0]
    if len(differ) == 1:
        return len(word) >= ANY_LETTER or meant[first] in BESIDE.get(word[first], "")
    return (
        len(differ) == 2 and differ[1] == first + 1 and word[first] + word[first + 1] == meant[first + 1] + meant[first]
    )


def _unglued(word: str, lexicon: Lexicon) -> tuple[str, ...] | None:
    """Two words written as one ("menjualberbagai", "baksodll"): no names, and neither is tiny."""
    for at in range(len(word) - 3, 3, -1):
        left, right = word[:at], word[at:]
        if not (left in lexicon.known and right in lexicon.known) or NAME in (
            lexicon.kind.get(left),
            lexicon.kind.get(right),
        ):
            continue
        if len(right) >= 4 or (lexicon.kind.get(right) == CONNECTIVE and left in lexicon.products):
            return (left, right)
    return None


@lru_cache(maxsize=200_000)
def resolve(word: str) -> tuple[str, ...]:
    """The usual spelling of one lower-case word; two words when it was two; itself when unknown."""
    lexicon = load()
    if word in lexicon.known or not 4 <= len(word) <= 40 or word.isdigit():
        return (fold_word(word, lexicon.spelling),)
    stem = _unaffixed(word, lexicon)
    if stem is None:
        stem = _sounds().get(_sound(word))
    if stem is None and len(word) >= 7:
        parts = _unglued(word, lexicon)
        if parts is not None:
            return tuple(fold_word(part, lexicon.spelling) for part in parts)
    if stem is None:
        stem = _corrected(word, lexicon)
    return (fold_word(stem or word, lexicon.spelling),)


class _Word(NamedTuple):
    word: str
    written: str
    start: int
    end: int
    segment: int
    depth: int
    aside: bool


_word: Final = partial(tuple.__new__, _Word)
_concept: Final = partial(tuple.__new__, Concept)
# Both of a tuple, without a detour through Python.


@lru_cache(maxsize=200_000)
def _meant(mark: str, named: bool) -> tuple[tuple[str, bool, bool, bool], ...]:
    """The words that a written one stands for: each with whether it tells a purpose, is kept, and may be moved.

    ``named`` says that it is somebody's name, which is left as it is.
    """
    kind = load().kind
    return tuple(
        (word, word in PURPOSE, kind.get(word) != CONNECTIVE, is_moving(word, mark))
        for word in ((mark,) if named else resolve(mark))
    )


@cache
def _also_product(mark: str) -> bool:
    """Whether a known word names goods or a service: last and behind a title it is somebody's name all the same."""
    return any(word in load().trades and not load().kind.get(word) for word in resolve(mark))


def _words(text: str) -> tuple[list[_Word], list[int]]:
    """Resolved words with their place, and which may be moved; connectives and doubled words are left out."""
    known = load().known
    title = False
    segment = depth = 0
    last = ""
    aside = False
    words: list[_Word] = []
    numbers: list[int] = []
    read = plain(text[:READ_LENGTH])
    if BY in read:
        read = DOUBLED_BY.sub(lambda doubled: (BY + BY).ljust(len(doubled[0])), read)
    if WITHIN in read:
        read = UNDERWEAR.sub(r"\1dalam\2", read)
    for found in TOKEN.finditer(read):
        mark = found[0]
        if found.lastindex is None:
            segment += 1
            depth += (mark in "([{") - (mark in ")]}" and depth > 0)
            last, aside = "", False
            continue
        named = title and mark not in known
        if title and not named and len(words) > 1 and found.end() == len(read) and _also_product(mark):
            mark, named = CALLED + mark, True
        title = mark in TITLES
        # Figures mean themselves, and hardly two are alike: they are not remembered.
        for word, purpose, kept, number in _meant(mark, named) if mark > LAST_FIGURE else ((mark, False, True, True),):
            aside = aside or purpose
            if kept and word != last:
                start, end = found.span()
                if word == MOTOR and last == CYCLE:
                    start = words.pop().start
                last = word
                if number and not (start and read[start - 1].isalpha()):  # "macam2" is no number
                    numbers.append(len(words))
                words.append(_word((word, mark, start, end, segment, depth, aside)))
    return words, numbers


def _longest(words: list[_Word], at: int, trie: dict[str, object]) -> tuple[int, str | None]:
    """The longest phrase of the lexicon that begins at this word, not across punctuation."""
    node: object = trie
    best, term = at + 1, None
    segment = words[at].segment
    for end in range(at, len(words)):
        word = words[end]
        if word.segment != segment or not isinstance(node, dict):
            break
        node = node.get(word.word)
        if node is None:
            break
        if isinstance(node, dict) and isinstance(found := node.get(""), str):
            best, term = end + 1, found
    return best, term


def _phrase(words: list[_Word], at: int, lexicon: Lexicon) -> tuple[int, str | None]:
    """The phrase that begins at this word: the longest, unless it takes a word from a longer one that follows.

    "warung nasi goreng" is a stall of fried rice, no "warung nasi"; but "warung makan pagi" is a "warung makan".
    """
    end, term = _longest(words, at, lexicon.trie)
    asks = words[at].word in ASKED or lexicon.kind.get(words[at].word) in ASKING
    if asks and end == at + 2 < len(words) and words[at + 1].word != EATING and words[at + 1].word in lexicon.trie:
        beyond, _ = _longest(words, at + 1, lexicon.trie)
        if beyond > end:
            return at + 1, None
    return end, term


def concepts(text: str) -> list[Concept]:
    """Everything in a text that the lexicon or the reader can name, in order.

    Raises `BadInput` when the text is not a string or longer than `MAX_LENGTH` characters.
    """
    if not isinstance(text, str):
        raise BadInput("text", "not_text")
    if len(text) > MAX_LENGTH:
        raise BadInput("text", "too_long")
    return list(_remembered(text) if len(text) <= REMEMBERED else _named(text))


@lru_cache(maxsize=1024)
def _remembered(text: str) -> list[Concept]:
    """`_named`, kept for a while: trade, role and terms of one text are asked one after the other."""
    return _named(text)


def forget() -> None:
    """Forget the texts that were read; words stay known."""
    _remembered.cache_clear()


def _named(text: str) -> list[Concept]:
    """The concepts of a text that was checked.

    A service said once for several things is said of each: "cuci karpet dan gorden" holds ``cuci_gorden``.
    """
    lexicon = load()
    kinds, trie = lexicon.kind, lexicon.trie
    words, numbers = _words(text)
    units = counters(words, numbers) if numbers else ()
    if numbers:
        in_order(words, numbers)
    found: list[Concept] = []
    parts: tuple[str, ...]
    written: tuple[str, ...]
    verb, thing = "", words[0] if words else None  # the service last asked, and of what; the next thing may share it
    at = 0
    while at < len(words):
        first = words[at]
        end, term = _phrase(words, at, lexicon) if first.word in trie else (at + 1, None)
        if end == at + 1:
            kind, parts, written, last = kinds.get(first.word, ""), (first.word,), (first.written,), first
        else:
            some = words[at:end]
            kind, last = "", some[-1]
            parts, written = tuple([word.word for word in some]), tuple([word.written for word in some])
        if not kind and not (numbers and first.word.isdigit()):
            # Two things stand apart by the "dan" between them; "jam dinding" is one.
            apart = verb and thing and first.segment == thing.segment and first.start > thing.end + 1
            if apart and (shared := lookup(trie, (verb, *parts))):
                term = shared
            else:
                verb = first.word if end > at + 1 and kinds.get(first.word) == SERVICE else ""
            thing = last
        # A thing that was put behind its unit stands before it: "oksigen 10 tabung".
        place = (first.start, last.end) if first.start <= last.start else (words[at + 1].start, first.end)
        told = first.segment, first.depth, last.aside
        found.append(_concept((term or first.word, kind, parts, *place, *told, written)))
        at = end
    if units:
        _set_units_aside(found, units)
    _set_objects_aside(found)
    return found


def _set_units_aside(found: list[Concept], units: Container[int]) -> None:
    """Take the units that begin there for no things, unless nothing else is named or it is of the same trade."""
    trades = load().trades
    things = [c for c in found if c.start not in units or len(c.words) > 1]
    heard = [trades[c.term] for c in things if not c.kind and not c.aside and c.term in trades]
    speaking = {trade for says in heard for trade in says}
    said = {c.term for c in things}
    for at, concept in enumerate(found):
        if concept.start not in units or len(concept.words) > 1 or speaking & trades.get(concept.term, {}).keys():
            continue
        own = "_" in concept.term and not said.isdisjoint(concept.term.split("_"))  # "air 20 galon"
        if heard or (_is_counted(found, at, units) and not own):
            found[at] = concept._replace(kind=COUNTED)


def _is_counted(found: list[Concept], unit: int, units: Container[int]) -> bool:
    """Whether what is counted stands right before the number of a unit, or right behind a unit that only counts."""
    at = unit - 1
    while at >= 0 and is_number(found[at].term):
        at -= 1
    plain = found[unit].written[0] in PLAIN
    beside = ([found[at]] if at >= 0 else []) + (found[unit + 1 : unit + 2] if plain else [])
    here = [c for c in beside if c.segment == found[unit].segment and c.start not in units]
    things = [c for c in here if not c.kind and not c.aside and not is_number(c.term)]
    return any(plain or (c.words[0] in load().products and c.term not in REFILL) for c in things)


@cache
def _services() -> frozenset[str]:
    """The terms that speak most for a trade which works on what others own."""
    lexicon = load()
    codes = (*lexicon.codes, "none")
    serving = {term for term, says in lexicon.trades.items() if codes[max(says, key=says.__getitem__)] in SERVING}
    return frozenset(serving - {WORKER})


def _set_objects_aside(found: list[Concept]) -> None:
    """What a service is done to tells what it is for: nobody wants a tailor for "laundry jas dan seragam".

    So does the place where a thing is used ("servis freezer kantin").
    """
    trades, services = load().trades, _services()
    before: Concept | None = None
    worked: dict[int, float] | None = None  # the trades of what the service is done to, empty just after it
    for at, concept in enumerate(found):
        if concept.kind and concept.term not in services:
            continue
        says = trades.get(concept.term)
        right_behind = before is not None and concept.start == before.end + 1
        here = trades.get(before.term) if before and right_behind and concept.term in USERS else None
        if says and here and not says.keys() & here.keys():
            worked = None
            found[at] = concept._replace(aside=True)
        elif concept.term in services:
            worked = {}
        elif (
            says
            and worked is not None
            and before is not None
            and concept.segment == before.segment
            and (says.keys() & worked.keys() if worked else right_behind)
        ):
            worked = says
            found[at] = concept._replace(aside=True)
        else:
            worked = None
        before = concept


def terms(text: str) -> tuple[str, ...]:
    """Canonical terms in order of first mention, each once.

    A phrase of the lexicon gives its canonical term ("nasi dus" -> ``nasi_kotak``) and after it those
    of its words that are products by themselves (``nasi``). Connectives, fillers, people's names,
    numbers, words of procurement and words that only tell the role ("jual", "jasa") are dropped.
    """
    seen: dict[str, None] = {}
    products = load().trades
    for concept in concepts(text):
        if concept.kind and (concept.term not in products or concept.kind not in ("maker", "service", "seller")):
            continue
        if concept.term.isdigit() or len(concept.term) < 2 or concept.term.startswith(CALLED):
            continue
        seen.setdefault(concept.term)
        if "_" in concept.term:
            for part in concept.term.split("_"):
                if part in products and not load().kind.get(part):
                    seen.setdefault(part)
    return tuple(seen)
