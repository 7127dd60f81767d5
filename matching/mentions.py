"""What a text mentions by name: certificates and places; and the reader that remembers what was read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from matching.text import plain
from matching.vocabulary import lines

# Stands for characters that are understood: no white space and no word.
TAKEN: Final = "~"
OPTIONAL: Final = re.compile(
    r"lebih\s+disukai|disukai|diutamakan|kalau\s+(?:bisa|ada)|jika\s+(?:bisa|ada)|bila\s+ada|nilai\s+(?:tambah|plus)"
    r"|preferensi|sebaiknya|opsional|tidak\s+wajib|tdk\s+wajib|preferred|optional"
)
NEGATED: Final = re.compile(
    r"(?:tanpa|tidak\s+(?:perlu|harus|usah)|tdk\s+(?:perlu|harus)|ga(?:k)?\s+perlu|bukan)\b[^,;.]{0,25}$"
)
CLAUSE: Final = re.compile(r"[,;\n]|\.\s")
DELIVERED: Final = re.compile(
    r"(?:\b(?:lokasi|alamat|(?:di|ter)?kirim(?:an)?\s+ke|(?:di)?antar\s+ke|tempat)\s*:?\s+|\bdi\s+(?=[A-Z]))"
    r"((?!tgl|tanggal)[A-Za-z][\w.'/-]*(?:\s+(?!mulai|selama|tgl|tanggal|untuk|utk|wajib|setiap|tiap|per|dan|paling|sampai)[\w.'/-]+){0,4})",
)


@dataclass(frozen=True, slots=True)
class Span:
    """Where a fact stands: ``text[start:end]`` of the text given."""

    field: str
    start: int
    end: int
    text: str


class Reader:
    """One text being read: what is understood is blanked out so that no number is read twice."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.rest = plain(text)
        self.spans: list[Span] = []

    def note(self, field: str, start: int, end: int) -> None:
        """Remember where a fact stands."""
        start += len(self.text[start:end]) - len(self.text[start:end].lstrip())
        self.spans.append(Span(field, start, end, self.text[start:end]))

    def take(self, field: str, start: int, end: int) -> None:
        """Note a fact and blank it out."""
        self.note(field, start, end)
        self.blank(start, end)

    def blank(self, start: int, end: int) -> None:
        """Leave out what is understood to be no fact of the need."""
        self.rest = self.rest[:start] + TAKEN * (end - start) + self.rest[end:]


@cache
def _certificates() -> tuple[tuple[str, re.Pattern[str]], ...]:
    rows = (line.split("\t") for line in lines("certificates.tsv"))
    return tuple((code, re.compile(rf"\b(?:{pattern})\b")) for code, pattern in rows)


@cache
def _places() -> re.Pattern[str]:
    names = sorted(lines("places.txt"), key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(re.escape(name.lower()) for name in names) + r")\b")


def _clause(text: str, start: int, end: int) -> str:
    """The part of a sentence around a span, between commas."""
    before = [found.end() for found in CLAUSE.finditer(text, max(0, start - 200), start)]
    behind = CLAUSE.search(text, end, end + 200)
    return text[before[-1] if before else max(0, start - 200) : behind.start() if behind else end + 200]


def read_certificates(reader: Reader) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The codes that are asked, and those that are only welcome."""
    asked: dict[str, None] = {}
    welcome: dict[str, None] = {}
    source = reader.rest
    found = [(match.start(), match.end(), code) for code, p in _certificates() for match in p.finditer(source)]
    for start, end, code in sorted(found, key=lambda hit: (hit[0], hit[0] - hit[1])):
        if not reader.rest[start:end].strip(" " + TAKEN) or NEGATED.search(source[max(0, start - 40) : start]):
            continue
        optional = OPTIONAL.search(_clause(source, start, end)) is not None
        (welcome if optional else asked).setdefault(code)
        reader.take("preferred" if optional else "certificates", start, end)
    return tuple(asked), tuple(code for code in welcome if code not in asked)


def read_place(reader: Reader) -> str:
    """A place known by its name, or what stands after "di", "kirim ke" and the like; "" when there is none."""
    known = _places().search(reader.rest)
    if known:
        reader.take("place", *known.span())
        return known.group().title()
    told = DELIVERED.search(reader.text)
    if told and reader.rest[told.start(1) : told.end(1)].strip(" " + TAKEN):
        reader.take("place", *told.span(1))
        return told.group(1).strip(" .")
    return ""
