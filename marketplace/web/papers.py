"""The press: a sheet of words and figures becomes a PDF, typeset by typst without any system library.

What people typed goes in as values of a JSON document, never as markup, so nothing in it can be executed.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import segno
import typst
from flask import Response

from marketplace.web.qr import address_of
from marketplace.web.visitors import language

TEMPLATE = Path(__file__).resolve().parent.parent / "papers" / "paper.typ"


@dataclass
class Paper:
    """What a sheet says; every text is already in the reader's language."""

    title: str
    number: str
    lead: str
    path: str
    dated: datetime
    parties: list[dict[str, str]] = field(default_factory=list)
    sections: list[dict[str, Any]] = field(default_factory=list)
    signatures: list[dict[str, str]] = field(default_factory=list)
    appendix: list[dict[str, Any]] = field(default_factory=list)
    """Sections below the signatures, such as a long schedule."""


def pdf(paper: Paper) -> bytes:
    """The sheet as PDF; the same paper gives the same bytes."""
    address = address_of(paper.path)
    data = {
        "title": paper.title,
        "number": paper.number,
        "lead": paper.lead,
        "parties": paper.parties,
        "sections": paper.sections,
        "signatures": paper.signatures,
        "appendix": paper.appendix,
        "qr": qr_of(paper.path),
        "footer": f"{paper.number} · {address}",
        "lang": language(),
    }
    # the fonts inside the wheel only, so that every machine prints the same bytes
    made = typst.compile(
        TEMPLATE,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=_seconds(paper),
    )
    return bytes(made)


def _seconds(paper: Paper) -> int:
    return int(paper.dated.timestamp())


def qr_of(path: str) -> str:
    """The QR code of a path of this site, for a sheet."""
    out = io.BytesIO()
    segno.make(address_of(path), error="m").save(out, kind="svg", border=1, xmldecl=False)
    return out.getvalue().decode()


def answer(paper: Paper) -> Response:
    """The PDF, shown in the browser under the sheet's number."""
    name = paper.number.replace("/", "-")
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return Response(pdf(paper), content_type="application/pdf", headers=headers)
