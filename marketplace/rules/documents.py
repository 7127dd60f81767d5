"""What may be uploaded: which kinds of file, how large, and recognised by what is inside, never by the name."""

from __future__ import annotations

import io
import zipfile

from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_

LARGEST = 5 * 1024 * 1024
"""Bytes a single file may have."""

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENDINGS: dict[str, str] = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png", DOCX: ".docx", XLSX: ".xlsx"}
"""The kinds that are taken, with the ending a download gets."""

IMAGES = frozenset({JPEG, PNG})
PAPERS = frozenset({PDF}) | IMAGES
"""Scans and photos of papers: certificates, delivery notes."""

_STARTS = ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))
_PARTS = (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX))
_MACROS = ("word/vbaProject.bin", "xl/vbaProject.bin")


def kind_of(content: bytes) -> str | None:
    """The MIME type that the content itself shows, or None when it is none of the kinds that are taken."""
    for start, mime in _STARTS:
        if content.startswith(start):
            return mime
    return _office_kind(content) if content.startswith(b"PK\x03\x04") else None


def _office_kind(content: bytes) -> str | None:
    """DOCX or XLSX without macros; any other archive is None."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if any(macro in names for macro in _MACROS):
        return None
    return next((mime for part, mime in _PARTS if part in names), None)


def check_document(field: str, content: bytes, kinds: frozenset[str] = frozenset(ENDINGS)) -> str:
    """The MIME type of an acceptable file. Raises Invalid for `field`: empty, too large, another kind."""
    if not content:
        raise Invalid(field, "file_empty", N_("Berkasnya kosong. Pilih berkas lain."))
    if len(content) > LARGEST:
        raise Invalid(
            field, "file_large", N_("Berkas lebih dari %(limit)s MB. Perkecil dulu."), limit=LARGEST // 1024**2
        )
    mime = kind_of(content)
    if mime is None or mime not in kinds:
        raise Invalid(
            field,
            "file_kind",
            N_("Jenis berkas ini tidak diterima. Yang diterima: %(kinds)s."),
            kinds=", ".join(ending.removeprefix(".").upper() for kind, ending in ENDINGS.items() if kind in kinds),
        )
    return mime
