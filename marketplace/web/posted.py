"""What is posted, as every door reads it: no text of a form holds a NUL, which PostgreSQL refuses with an error."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict, iter_multi_items
from werkzeug.formparser import FormDataParser


class Texts(ImmutableMultiDict[str, Any]):
    """The fields of a form, and its files, which stay as they are."""

    def __init__(self, mapping: Any = None) -> None:
        pairs = iter_multi_items(mapping) if mapping else ()
        super().__init__([(k, v.replace("\x00", "") if isinstance(v, str) else v) for k, v in pairs])


class Posted(Request):
    """A request whose forms are read into `Texts`."""

    def make_form_data_parser(self) -> FormDataParser:
        """The usual parser, but for the kind of dictionary that it fills."""
        parser = super().make_form_data_parser()
        parser.cls = Texts
        return parser


def register(app: Flask) -> None:
    """Read every form so."""
    app.request_class = Posted
