"""Pages and files travel compressed where the browser takes it."""

from __future__ import annotations

import gzip

import pytest

from tests.visitors import Visitor

ZIPPED = {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize("path", ["/masuk", "/static/app.css", "/api/v1/openapi.json"])
def test_text_is_compressed_for_those_who_take_it(client: Visitor, path: str) -> None:
    plain, small = client.get(path, buffered=True), client.get(path, headers=ZIPPED, buffered=True)
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small.headers["Vary"]
    assert len(small.data) < len(plain.data) / 2
    assert len(gzip.decompress(small.data)) == pytest.approx(len(plain.data), abs=200)


def test_a_small_answer_is_left_as_it_is(client: Visitor) -> None:
    assert "Content-Encoding" not in client.get("/healthz", headers=ZIPPED).headers
