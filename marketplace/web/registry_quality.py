"""The quality board: what is missing or wrong in the registry, each figure opening into its rows."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.reads import registry_quality as reading
from marketplace.rules.registry import Source
from marketplace.rules.registry_quality import GROUPS, Finding
from marketplace.web import exports
from marketplace.web.doors import Door
from marketplace.web.filters import word_arg, words

door = Door("registry_quality")


@door.page("/mutu-registri", "registry.search")
def board() -> ResponseReturnValue:
    """The whole city and each kecamatan."""
    source = word_arg(Source, "sumber")
    return render_template(
        "registry/quality.html",
        board=reading.board(g.actor, source, g.at),
        groups=GROUPS,
        labels={name: [{"label": gettext(f.label), "num": True} for f in findings] for name, findings in GROUPS},
        source=source,
        sources=words(Source, gettext("Semua daftar")),
        rows_of=lambda finding, kecamatan="": _rows(finding, kecamatan, source),
        query=request.query_string.decode("ascii", "ignore"),
    )


@door.page("/mutu-registri.<fmt>", "registry.search", limit=(30, 600))
def board_file(fmt: str) -> ResponseReturnValue:
    """The same figures as a file: a row per kecamatan, a column per finding."""
    made = reading.board(g.actor, word_arg(Source, "sumber"), g.at)
    columns = ("kecamatan", "usaha", "lengkap", *(finding.value for finding in Finding))
    lines = ((line.kecamatan, line.businesses, line.complete, *line.counts.values()) for line in made.lines)
    return exports.table(fmt, "mutu-registri", columns, lines)


def _rows(finding: Finding, kecamatan: str, source: Source | None) -> str:
    """The address of the businesses behind a figure."""
    args = {"mutu": finding.value, "kecamatan": kecamatan, "sumber": source.value if source else ""}
    return "/registri?" + urlencode({name: value for name, value in args.items() if value})
