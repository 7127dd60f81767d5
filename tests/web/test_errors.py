"""What a page says that is not there, and one that got too much."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.visitors import Visitor


@pytest.mark.parametrize(
    ("path", "coded"),
    [("/kebutuhan/K-26-9999", True), ("/tidak-ada/Ab-3xYz_secret", False), ("/tidak-ada", False)],
)
def test_a_number_is_only_spoken_of_where_the_address_has_one(app: Flask, path: str, coded: bool) -> None:
    answer = Visitor.of(app).get(path)
    assert answer.status_code == 404
    assert ("K-26-0041" in answer.text) is coded
    assert ("minta yang baru" in answer.text) is not coded


def test_too_large_an_upload_says_the_limit(app: Flask) -> None:
    visitor = Visitor.of(app)
    part = 'Content-Disposition: form-data; name="nik"; filename="x.jpg"\r\n\r\n'
    body = f"--kotak\r\n{part}{'x' * app.config['MAX_CONTENT_LENGTH']}\r\n--kotak--\r\n"
    told, kind = {"X-CSRFToken": visitor.csrf_token()}, "multipart/form-data; boundary=kotak"
    answer = visitor.open("post", "/klaim-usaha", data=body.encode(), content_type=kind, headers=told)
    assert answer.status_code == 413
    assert "12 MB" in answer.text
    assert "tidak terbaca" not in answer.text
    assert "masih ada" in answer.text
