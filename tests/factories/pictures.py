"""Small pictures with what a camera writes into them."""

from __future__ import annotations

import struct
import zlib

PLACE = b"GPS -6.02 106.05 milik Siti"
"""What must not leave the owner's phone."""


def jpeg(place: bytes = PLACE, size: int = 0, side: int = 64) -> bytes:
    """A JPEG of one scan with an Exif segment and a comment that say `place`, padded to about `size` bytes."""

    def segment(marker: int, body: bytes) -> bytes:
        return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body

    told = segment(0xE1, b"Exif\0\0" + place) + segment(0xFE, place)
    told += segment(0xC0, b"\x08" + struct.pack(">HH", side, side) + b"\x01\x01\x11\0")
    return b"\xff\xd8" + segment(0xE0, b"JFIF\0") + told + segment(0xDA, b"\0" * 10) + b"\x55" * size + b"\xff\xd9"


def png(place: bytes = PLACE, side: int = 64) -> bytes:
    """A grey PNG with a text chunk that says `place`."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    told = chunk(b"tEXt", b"Location\0" + place)
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + told
        + chunk(b"IDAT", zlib.compress((b"\0" + b"\x80" * min(side, 64)) * min(side, 64)))
        + chunk(b"IEND", b"")
    )
