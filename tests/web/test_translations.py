"""Everything said in Indonesian is said in English too, and the pages read it."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup
from flask import Flask
from flask_babel import force_locale, gettext, ngettext

from marketplace.config import ROOT
from marketplace.web import frames
from tests.visitors import Visitor

ENGLISH = ROOT / "marketplace" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\((\w+)\)([#0\- +]*\d*(?:\.\d+)?[a-zA-Z])|%%|\{\{.*?\}\}|\{(\w*)\}")
ENGLISH_WORD = re.compile(r"\b(the|and|of|your|you|with|is|are|for|not|this|that|must|cannot|please|from|have)\b", re.I)
SAME_IN_BOTH = {
    " per ", "Administrator", "Auditor", "BAST", "CV", "Data", "E-mail", "Final", "Kecamatan", "Kelurahan",
    "Kota Cilegon", "NIB", "NIB %(nib)s", "NIK", "No.", "PT", "Rupiah", "Shift", "Status", "Total", "Total %(value)s",
    "per",
}  # fmt: skip
"""Names, marks of papers and words that both languages write alike."""

INDONESIAN_EXAMPLES = {
    "katering makan siang 1.200 box per hari, 3 shift, mulai 1 Maret selama 6 bulan, wajib halal",
    "laundry wearpack 80 kg per hari selama 3 bulan mulai 5 Januari",
    "seragam kerja 350 stel, 2 saku, bordir logo, selesai sebelum 20 Februari",
    "snack box 150 kotak untuk rapat tanggal 12 Desember, harus halal",
}
"""Examples of what to type: needs are read in Indonesian, whatever the language of the page."""


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Singular and plural, or the one text."""
    return (text,) if isinstance(text, str) else tuple(text)


@cache
def said() -> frozenset[tuple[str, ...]]:
    """Every message id in templates and Python, as (text) or (singular, plural)."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT, methods, options, {**DEFAULT_KEYWORDS, "N_": None})
    return frozenset(forms(message) for _file, _line, message, _comments, _context in found)


@cache
def catalogue() -> Catalog:
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def translated() -> Iterator[tuple[Message, tuple[str, ...], tuple[str, ...]]]:
    """(message, Indonesian forms, English forms) of every entry."""
    for message in catalogue():
        if message.id:
            yield message, forms(message.id), forms(message.string)


def marks(text: str) -> list[str]:
    """The places in a text that are filled in, and its literal per cent signs."""
    return sorted(match.group(0) for match in PLACEHOLDER.finditer(text))


def test_the_extraction_reads_templates_and_python() -> None:
    assert ("Cek sertifikat",) in said()  # marketplace/web/frames.py, N_()
    assert ("Pasar UMKM Cilegon",) in said()  # templates/base.html
    assert any(len(one) == 2 for one in said())


def test_everything_said_in_indonesian_has_an_english_text() -> None:
    known = {ids for _, ids, texts in translated() if all(texts)}
    missing = sorted(said() - known)
    assert not missing, f"translate in {ENGLISH.relative_to(ROOT)}: {missing}"


def test_no_english_text_is_fuzzy_or_left_over() -> None:
    left = sorted({ids for _, ids, _ in translated()} - said())
    assert not left, f"no longer said, remove: {left}"
    assert not catalogue().obsolete, f"remove the obsolete (#~) entries: {list(catalogue().obsolete)}"
    assert not [m.id for m, _, _ in translated() if m.fuzzy]


def test_both_languages_fill_in_the_same_places() -> None:
    wrong = [(ids, text) for _, ids, texts in translated() for text in texts if text and marks(text) != marks(ids[0])]
    assert not wrong
    assert not [ids for _, ids, _ in translated() if len(ids) == 2 and marks(ids[0]) != marks(ids[1])]


def test_both_languages_keep_the_spaces_around_a_text() -> None:
    wrong = [
        (ids, text)
        for _, ids, texts in translated()
        for text in texts
        if (text[:1].isspace(), text[-1:].isspace()) != (ids[0][:1].isspace(), ids[0][-1:].isspace())
    ]
    assert not wrong


def test_no_message_id_is_english_by_mistake() -> None:
    assert not [one for one in said() if any(ENGLISH_WORD.search(PLACEHOLDER.sub("", text)) for text in one)]


def test_no_english_text_is_the_indonesian_one_copied() -> None:
    alike = {ids[0] for _, ids, texts in translated() if texts == ids}
    assert alike <= SAME_IN_BOTH | INDONESIAN_EXAMPLES, sorted(alike - SAME_IN_BOTH - INDONESIAN_EXAMPLES)


def test_templates_translate_words_of_ours_only() -> None:
    """`_()` fills in per cent signs and trusts markup: it gets literals and labels, never a text from the database."""
    called = re.compile(r"(?<![\w.])_\(\s*([a-z_][\w.\[\]]*)\s*[,)]")
    found = {
        f"{path.name}: {name}"
        for path in (ROOT / "marketplace" / "templates").rglob("*.html")
        for name in called.findall(path.read_text(encoding="utf-8"))
        if name != "label" and not name.endswith(".label")
    }
    assert not found, "use the filter `said`"


def test_the_english_catalogue_compiles(tmp_path: Path) -> None:
    compiled = tmp_path / "messages.mo"
    with compiled.open("wb") as file:
        write_mo(file, catalogue())
    with compiled.open("rb") as file:
        read = read_mo(file)
    assert {forms(m.id) for m in read if m.id} == {ids for _, ids, texts in translated() if all(texts)}


@pytest.fixture(scope="session")
def compiled() -> Path:
    """The catalogue where the application looks for it, made anew when it is missing or older than the texts."""
    target = ENGLISH.with_suffix(".mo")
    if not target.exists() or target.stat().st_mtime < ENGLISH.stat().st_mtime:
        with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as part:
            write_mo(part, catalogue())
        os.replace(part.name, target)  # at once: another test worker may be reading it
    return target


@pytest.mark.usefixtures("compiled")
def test_a_visitor_who_chose_english_reads_english(client: Visitor) -> None:
    client.client.set_cookie("bahasa", "en")
    page = BeautifulSoup(client.get("/").data, "html.parser")
    assert page.html is not None
    assert page.html["lang"] == "en"
    places = {link.get_text(" ", strip=True) for nav in page.find_all("nav") for link in nav.find_all("a")}
    assert {"Needs", "Awards", "Uptake", "Open data", "Check a certificate"} <= places
    assert "Data terbuka" not in page.get_text(" ")


@pytest.mark.usefixtures("compiled")
def test_a_visitor_who_chose_nothing_reads_indonesian(client: Visitor) -> None:
    page = BeautifulSoup(client.get("/").data, "html.parser")
    assert page.html is not None
    assert page.html["lang"] == "id"
    assert "Data terbuka" in page.get_text(" ")


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("frame", sorted(frames._PLACES))
def test_the_navigation_of_every_frame_has_english_words(app: Flask, frame: str) -> None:
    with force_locale("en"):
        for label, *_ in frames._PLACES[frame]:
            assert gettext(label) != label


@pytest.mark.usefixtures("compiled")
def test_english_tells_one_from_many(app: Flask) -> None:
    with force_locale("en"):
        assert [ngettext("%(n)s penawaran", "%(n)s penawaran", n, n=n) for n in (1, 2)] == ["1 bid", "2 bids"]
