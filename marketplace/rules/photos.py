"""What a photo must be to be kept, and what leaves it: read from the file's own parts, never from its name.

Formats: JPEG (ITU T.81, annex B), PNG (ISO 15948). What cannot be followed to its end is refused: a file that is cut
off cannot be shown, and what cannot be read cannot be freed of what a camera wrote into it.
"""

from __future__ import annotations

from marketplace.rules.documents import JPEG
from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_

SMALLEST_SIDE = 32
"""Pixels; below that nothing is to be seen."""
LARGEST_SIDE = 12_000
"""Pixels; above that no camera, and a browser would need more memory than a phone has."""


def without_metadata(content: bytes, mime: str) -> bytes:
    """A photo (JPEG or PNG) without what cameras write into it (place, time, device, owner) and without whatever
    follows its end; the picture itself is untouched.

    Raises Invalid("photos") for a file that is broken or cut off, or whose sides are out of bounds.
    """
    plain, width, height = _plain_jpeg(content) if mime == JPEG else _plain_png(content)
    if not (SMALLEST_SIDE <= width <= LARGEST_SIDE and SMALLEST_SIDE <= height <= LARGEST_SIDE):
        raise Invalid(
            "photos",
            "photo_sides",
            N_("Ukuran foto harus antara %(low)s dan %(high)s titik tiap sisinya."),
            low=SMALLEST_SIDE,
            high=LARGEST_SIDE,
        )
    return plain


def _broken() -> Invalid:
    return Invalid(
        "photos", "photo_broken", N_("Foto ini rusak atau terpotong. Buka dulu di HP Anda, lalu pilih lagi.")
    )


_SOS, _EOI, _APP1, _APP13, _COMMENT = 0xDA, 0xD9, 0xE1, 0xED, 0xFE
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers whose segment says the sides."""
_INSIDE = frozenset({0x00, *range(0xD0, 0xD8)})
"""What may follow 0xFF within a scan: a stuffed byte or a restart."""


def _plain_jpeg(content: bytes) -> tuple[bytes, int, int]:
    kept, place, sides, scanned = [content[:2]], 2, (0, 0), False
    while place + 2 <= len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        if marker == 0xFF:  # a fill byte
            place += 1
            continue
        if marker == _EOI:
            if not scanned:
                break
            kept.append(content[place : place + 2])
            return b"".join(kept), *sides
        size = int.from_bytes(content[place + 2 : place + 4], "big")
        end = place + 2 + size
        if size < 2 or end > len(content):
            break
        if marker in _FRAMES and size >= 8:
            sides = (
                int.from_bytes(content[place + 7 : place + 9], "big"),
                int.from_bytes(content[place + 5 : place + 7], "big"),
            )
        if marker == _SOS:
            scanned, end = True, _end_of_scan(content, end)
        if marker not in {_APP1, _APP13, _COMMENT}:
            kept.append(content[place:end])
        place = end
    raise _broken()


def _end_of_scan(content: bytes, place: int) -> int:
    """Where the next marker stands behind the data of a scan, or the end of the file."""
    while (place := content.find(b"\xff", place)) >= 0 and place + 1 < len(content):
        if content[place + 1] == 0xFF:
            place += 1
        elif content[place + 1] in _INSIDE:
            place += 2
        else:
            return place
    return len(content)


_TELLING = frozenset({b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME"})


def _plain_png(content: bytes) -> tuple[bytes, int, int]:
    if content[12:16] != b"IHDR" or content[8:12] != b"\0\0\0\x0d":
        raise _broken()
    width, height = int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    kept, place, drawn = [content[:8]], 8, False
    while place + 12 <= len(content):
        end = place + 12 + int.from_bytes(content[place : place + 4], "big")
        kind = content[place + 4 : place + 8]
        if end > len(content):
            break
        drawn = drawn or kind == b"IDAT"
        if kind not in _TELLING:
            kept.append(content[place:end])
        if kind == b"IEND" and drawn:
            return b"".join(kept), width, height
        place = end
    raise _broken()
