"""What leaves a photo, and which files are none."""

from __future__ import annotations

import pytest

from marketplace.rules.documents import JPEG, PNG
from marketplace.rules.photos import without_metadata
from marketplace.rules.refusals import Invalid
from tests.factories import pictures


@pytest.mark.parametrize(("content", "mime"), [(pictures.jpeg(), JPEG), (pictures.png(), PNG)])
def test_a_photo_loses_its_place_and_keeps_its_picture(content: bytes, mime: str) -> None:
    bare = pictures.jpeg if mime == JPEG else pictures.png
    plain = without_metadata(content, mime)
    assert pictures.PLACE in content
    assert pictures.PLACE not in plain
    assert len(content) - len(plain) > len(pictures.PLACE)
    assert plain[-12:] == content[-12:]
    assert without_metadata(plain, mime) == plain
    assert without_metadata(bare(b"x"), mime) == plain


@pytest.mark.parametrize(("content", "mime"), [(pictures.jpeg(), JPEG), (pictures.png(), PNG)])
def test_what_follows_the_end_of_a_photo_is_dropped(content: bytes, mime: str) -> None:
    assert without_metadata(content + pictures.jpeg(), mime) == without_metadata(content, mime)


def test_stuffed_bytes_and_restarts_do_not_end_a_scan() -> None:
    whole = pictures.jpeg()[:-2] + b"\xff\x00\x12\xff\xd3\x34\xff\xff\xd9"
    assert without_metadata(whole, JPEG).endswith(b"\xff\x00\x12\xff\xd3\x34\xff\xff\xd9")


@pytest.mark.parametrize(
    ("broken", "mime"),
    [
        (b"\xff\xd8\xff", JPEG),
        (b"\xff\xd8\xff\xe1\xff\xff12", JPEG),
        (b"\xff\xd8" + b"\0" * 50, JPEG),
        (b"\xff\xd8\xff\xd9", JPEG),
        (pictures.jpeg()[:-2], JPEG),
        (pictures.jpeg(size=500)[:-200], JPEG),
        (b"\x89PNG\r\n\x1a\n1234", PNG),
        (pictures.png()[:-12], PNG),
        (pictures.png()[:40], PNG),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 40, PNG),
    ],
)
def test_what_cannot_be_followed_to_its_end_is_refused(broken: bytes, mime: str) -> None:
    with pytest.raises(Invalid) as refused:
        without_metadata(broken, mime)
    assert (refused.value.field, refused.value.code) == ("photos", "photo_broken")


@pytest.mark.parametrize("side", [0, 1, 31, 12_001, 60_000])
def test_sides_no_photo_has_are_refused(side: int) -> None:
    for content, mime in ((pictures.jpeg(side=side), JPEG), (pictures.png(side=side), PNG)):
        with pytest.raises(Invalid) as refused:
            without_metadata(content, mime)
        assert refused.value.code == "photo_sides"
