"""What a visitor sees when something is refused or breaks: a page in their words, or a problem document for the API."""

from __future__ import annotations

import re

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

from marketplace.models import db
from marketplace.rules.documents import LARGEST
from marketplace.rules.refusals import Invalid, Refusal
from marketplace.rules.words import N_
from marketplace.web.format import number
from marketplace.web.paths import page_before
from marketplace.web.reasons import ask_again

AGAIN_SECONDS = 10
_PAGES = {400, 403, 404, 409, 413, 429, 500, 503}
_WORDS = {
    400: N_("Permintaan tidak bisa dibaca."),
    403: N_("Akun Anda tidak berhak membuka halaman ini."),
    404: N_("Halaman ini tidak ada, atau bukan untuk akun Anda."),
    405: N_("Alamat ini tidak menerima cara itu."),
    413: N_("Berkas terlalu besar untuk diunggah."),
    415: N_("Jenis isi tidak dikenal."),
    500: N_("Ada yang rusak di pihak kami. Coba lagi sebentar."),
    503: N_("Basis data sedang dipakai pekerjaan besar. Yang Anda kirim belum tersimpan; coba lagi sebentar."),
}


_CODE = re.compile(r"/[A-Z]{1,4}-\d[\d-]*(?:/|$)", re.IGNORECASE)
"""A path with a thing's number in it, such as K-26-0041: then the number may be what is wrong."""
_MEGABYTE = 1024**2


def register(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(CSRFError, _expired_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(Exception, _broken)


def words_of(refusal: Refusal) -> str:
    """The refusal's sentence in the visitor's language: words inside it are translated, numbers grouped, years not."""
    params = {name: _said(name, value) for name, value in refusal.params.items()}
    return str(gettext(refusal.message, **params) if params else gettext(refusal.message))


def _said(name: str, value: object) -> object:
    if isinstance(value, str) and value:
        return gettext(value)
    return number(value) if type(value) is int and name != "year" else value


def problem(status: int, code: str, detail: str, **more: object) -> Response:
    """An RFC 9457 problem document."""
    body = {"type": f"urn:rantai-lokal:problem:{code}", "title": detail, "status": status, "code": code, **more}
    response = jsonify(body)
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def _page(status: int, message: str, **more: object) -> Response:
    g.broken = status >= 500  # (then the page is drawn without asking the database)
    template = f"errors/{status if status in _PAGES else 400 if status < 500 else 500}.html"
    if status == 404:
        more["coded"] = _CODE.search(request.path) is not None
    if status == 413:
        whole = request.max_content_length or current_app.config["MAX_CONTENT_LENGTH"]
        more |= {"whole_mb": whole // _MEGABYTE, "file_mb": LARGEST // _MEGABYTE}
        if request.content_length is not None and request.content_length <= whole:
            message = gettext("Isian teksnya terlalu panjang untuk satu kali kirim.")
    return make_response(render_template(template, message=message, status=status, **more), status)


def _refused(refusal: Refusal) -> Response:
    db.session.rollback()
    message = words_of(refusal)
    if request.path.startswith("/api/"):
        more = {"errors": [{"field": refusal.field, "detail": message}]} if hasattr(refusal, "field") else {}
        answer = problem(refusal.status, refusal.code, message, **more)
    elif isinstance(refusal, Invalid) and (again := ask_again(refusal.field, message)) is not None:
        answer = again
    else:
        seconds = refusal.params.get("seconds")
        shown = refusal.status if refusal.status in _PAGES else 409
        answer = _page(shown, message, seconds=seconds, back=page_before())
        answer.status_code = refusal.status
    if "seconds" in refusal.params:
        answer.headers["Retry-After"] = str(refusal.params["seconds"])
    return answer


def _expired_form(_error: CSRFError) -> Response:
    db.session.rollback()
    message = gettext("Yang Anda kirim belum tersimpan.")
    return make_response(render_template("errors/expired.html", message=message, back=page_before()), 400)


def _http(error: HTTPException) -> Response | HTTPException:
    db.session.rollback()
    status = error.code or 500
    if status < 400:
        return error
    message = gettext(_WORDS.get(status, _WORDS[400] if status < 500 else _WORDS[500]))
    if request.path.startswith("/api/"):
        answer = problem(status, (error.name or "error").lower().replace(" ", "_"), message)
    else:
        answer = _page(status, message, back=page_before())
        answer.status_code = status
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def _busy(error: OperationalError) -> Response | HTTPException:
    """Another writer kept the database too long, or it cannot be reached: nothing is broken, and nothing was saved."""
    if "sqlite" in type(error.orig).__module__ and "locked" not in str(error.orig):
        return _broken(error)
    current_app.logger.error("the database was busy or away on %s", request.path)
    return _http(ServiceUnavailable(retry_after=AGAIN_SECONDS))


def _broken(error: Exception) -> Response | HTTPException:
    if current_app.config["TESTING"]:
        raise error
    current_app.logger.exception("unhandled error on %s", request.path)
    return _http(InternalServerError())
