"""Papers that people upload and download: a photo as a phone takes it, and what a PDF says."""

from __future__ import annotations

import io
import random
import struct
import zlib

from playwright.sync_api import FilePayload
from pypdf import PdfReader


def photo(name: str, width: int = 8, height: int = 8) -> FilePayload:
    """A PNG of noise, which no compression makes smaller."""
    luck = random.Random(width)
    rows = b"".join(b"\0" + luck.randbytes(3 * width) for _ in range(height))
    parts = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows, 1)))
    chunks = b"".join(_chunk(kind, body) for kind, body in (*parts, (b"IEND", b"")))
    return {"name": name, "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + chunks}


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def words_of(paper: bytes) -> str:
    """The text of a PDF, on one line."""
    assert paper.startswith(b"%PDF-")
    pages = PdfReader(io.BytesIO(paper)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())
