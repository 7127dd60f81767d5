"""Filters that live in the query string: words from what was typed, and the chips that take a filter away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar
from urllib.parse import urlencode

from flask import request
from flask_babel import gettext

from marketplace.models.areas import Area
from marketplace.models.categories import Category, CertificateType
from marketplace.rules.words import Word
from marketplace.web.visitors import language

W = TypeVar("W", bound=Word)
Chip = tuple[str, str]
"""The text of a filter in use, and the address without it."""
Options = list[tuple[str, str]]
"""What a select offers: value and text."""


def word_of(kind: type[W], text: str) -> W | None:
    """The member of `kind` that `text` names, or None."""
    return next((word for word in kind if word.value == text), None)


def word_arg(kind: type[W], name: str) -> W | None:
    """The member of `kind` named in the query string, or None."""
    return word_of(kind, request.args.get(name, ""))


def text_arg(name: str = "q") -> str:
    """What was typed into the search box, trimmed and cut."""
    return request.args.get(name, "").replace("\0", "").strip()[:100]


def page_arg() -> int:
    """The page asked for in the query string, at least 1."""
    asked = request.args.get("halaman", "1")
    return max(1, int(asked)) if asked.isdecimal() and len(asked) < 7 else 1


def chips(names: Iterable[str], labels: Mapping[str, Callable[[str], str]]) -> list[Chip]:
    """One chip per filter in use. `labels` say how a value reads; without one it reads as typed."""
    found = []
    for name in names:
        value = request.args.get(name, "").strip()
        if value:
            rest = [(k, v) for k, v in request.args.items(multi=True) if k not in {name, "halaman"} and v]
            label = labels.get(name, str)
            found.append((label(value), f"{request.path}?{urlencode(rest)}"))
    return found


def words(kind: type[Word], empty: str | None = None) -> Options:
    """Every member of `kind`; `empty` (translated) is the choice of none."""
    return [*_none(empty), *((str(word.value), gettext(word.label)) for word in kind)]


def named(things: Iterable[Category | CertificateType], empty: str | None = None) -> Options:
    """Categories or certificate types by code, named in the reader's language."""
    return [*_none(empty), *((thing.code, name_of(thing)) for thing in things)]


def places(areas: Iterable[Area], empty: str | None = None) -> Options:
    """Every kelurahan by code, its kecamatan behind it."""
    return [*_none(empty), *((area.code, f"{area.kelurahan}, {area.kecamatan}") for area in areas)]


def kecamatan(areas: Iterable[Area], empty: str | None = None) -> Options:
    """Every kecamatan by name."""
    return [*_none(empty), *((name, name) for name in sorted({area.kecamatan for area in areas}))]


def name_of(thing: Category | CertificateType) -> str:
    """Its name in the reader's language."""
    return thing.name_en if language() == "en" else thing.name_id


def _none(empty: str | None) -> Options:
    return [] if empty is None else [("", empty)]
