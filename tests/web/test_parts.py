"""The parts draw what they promise, in the markup that assistive tools and small phones need."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask, render_template, render_template_string, request
from flask_babel import Babel
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FieldList,
    FileField,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    validators,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published stubs

import marketplace
from marketplace.rules.policy import PUBLIC, Actor, Role
from marketplace.rules.tenders import TenderState
from marketplace.web import format as fmt

ROOT = Path(marketplace.__file__).parent
STATIC = ROOT / "static"
FRAMES = {
    "public": PUBLIC,
    "owner": Actor(user_id=1, name="Siti Contoh", role=Role.OWNER, business_id=1),
    "officer": Actor(user_id=2, name="Budi Contoh", role=Role.OFFICER, buyer_id=1),
    "dinkop": Actor(user_id=3, name="Kepala Contoh", role=Role.HEAD),
}
NAV = [
    SimpleNamespace(label="Kebutuhan", href="/kebutuhan", icon="needs", current=True, count=0),
    SimpleNamespace(label="Penawaran", href="/penawaran", icon="bid", current=False, count=3),
]


@pytest.fixture(scope="module")
def paper() -> Flask:
    """The templates alone: no database, no routes but the static ones."""
    app = Flask("marketplace", root_path=str(ROOT))
    app.secret_key = "only for messages in tests"
    Babel(app, default_locale="id")
    fmt.register(app)

    @app.context_processor
    def context() -> dict[str, object]:
        actor = FRAMES[request.args.get("frame", "public")]
        return {
            "actor": actor,
            "nav": NAV,
            "notices_unread": 4,
            "csrf_token": lambda: "t0k3n",
            "lang": "id",
            "demo": True,
        }

    return app


def draw(paper: Flask, source: str, path: str = "/", **context: object) -> BeautifulSoup:
    """`source` rendered as a template would be, parsed."""
    with paper.test_request_context(path):
        return BeautifulSoup(render_template_string(source, **context), "html.parser")


def gallery(paper: Flask, frame: str) -> BeautifulSoup:
    with paper.test_request_context(f"/galeri?frame={frame}"):
        return BeautifulSoup(render_template("gallery.html"), "html.parser")


def only(page: BeautifulSoup, selector: str) -> Tag:
    found = page.select(selector)
    assert len(found) == 1, f"{len(found)} of {selector}"
    return found[0]


@pytest.mark.parametrize("frame", FRAMES)
def test_the_gallery_is_one_honest_page_in_every_frame(paper: Flask, frame: str) -> None:
    page = gallery(paper, frame)
    assert only(page, "head > title").text.startswith(only(page, "h1").text)
    assert only(page, "html")["lang"] == "id"
    assert len(page.select("main")) == 1
    assert only(page, "a.skip")["href"] == f"#{only(page, 'main')['id']}"
    ids = Counter(tag["id"] for tag in page.select("[id]"))
    assert [name for name, times in ids.items() if times > 1] == []
    assert page.select_one("nav [aria-current=page]") is not None


@pytest.mark.parametrize("frame", FRAMES)
def test_nothing_in_the_gallery_breaks_the_content_policy(paper: Flask, frame: str) -> None:
    page = gallery(paper, frame)
    assert page.select("[style], style") == []
    assert [tag.name for tag in page.find_all(True) if any(name.startswith("on") for name in tag.attrs)] == []
    assert [tag for tag in page.select("script") if not tag.get("src")] == []


def test_every_reference_in_the_gallery_leads_somewhere(paper: Flask) -> None:
    page = gallery(paper, "officer")
    ids = {tag["id"] for tag in page.select("[id]")}
    for tag in page.select("[aria-describedby], [aria-labelledby], label[for]"):
        named = f"{tag.get('aria-describedby', '')} {tag.get('aria-labelledby', '')} {tag.get('for', '')}".split()
        assert set(named) <= ids, tag
    hatches = set(re.findall(r"url\(#([\w-]+)\)", str(page)))
    assert hatches <= ids
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))
    assert {str(use["href"]).split("#")[1] for use in page.select("use")} <= drawn


def test_every_posting_form_carries_the_token(paper: Flask) -> None:
    forms = gallery(paper, "officer").select("form[method=post]")
    assert len(forms) >= 5
    assert all(form.select_one("input[name=csrf_token][value=t0k3n]") for form in forms)


@pytest.mark.parametrize("code", [403, 404, 409, 429, 500, 503])
def test_an_error_page_says_what_happened_and_offers_a_way_on(paper: Flask, code: int) -> None:
    with paper.test_request_context("/?frame=owner"):
        page = BeautifulSoup(
            render_template(f"errors/{code}.html", message="Kebutuhan ini sudah ditutup."), "html.parser"
        )
    assert only(page, "head > title").text.startswith(only(page, "h1").text)
    assert only(page, "main p.lead").text == "Kebutuhan ini sudah ditutup."
    assert page.select("main a.button")
    assert bool(page.select("nav")) == (code < 500), "from 500 on the page trusts nothing but itself"


class Row(Form):
    amount = IntegerField("Jumlah", [validators.NumberRange(min=1, message="Jumlah paling sedikit 1.")])


class Sample(Form):
    title = StringField("Judul", [validators.InputRequired("Judul harus diisi.")], description="Paling banyak 50 kata.")
    price = IntegerField("Harga", [validators.NumberRange(min=1, message="Harga harus lebih dari Rp0.")])
    note = TextAreaField("Catatan")
    method = RadioField("Cara", choices=[SelectChoice("open", "Terbuka"), SelectChoice("direct", "Langsung")])
    unit = SelectField("Satuan", choices=[SelectChoice("box", "box"), SelectChoice("kg", "kg")])
    agree = BooleanField("Setuju")
    paper = FileField("Berkas")
    rows = FieldList(FormField(Row), min_entries=1)


FIELDS = """{% from "parts/field.html" import errors, field with context %}
  {{ errors(form) }}
  {% for f in form if f.name != "rows" %}{{ field(f, prefix="Rp" if f.name == "price" else none) }}{% endfor %}
  {{ field(form.rows[0].form.amount) }}"""


def sent(**values: str) -> Sample:
    form = Sample(MultiDict({"price": "0", "rows-0-amount": "0", "note": "<b>pedas</b>", **values}))
    assert not form.validate()
    return form


def test_a_refused_form_keeps_what_was_typed(paper: Flask) -> None:
    page = draw(paper, FIELDS, form=sent())
    assert only(page, "#price")["value"] == "0"
    assert only(page, "#note").text.strip() == "<b>pedas</b>"


def test_the_summary_links_to_each_field_that_is_wrong(paper: Flask) -> None:
    page = draw(paper, FIELDS, form=sent(method="open", unit="box"))
    links = {a["href"]: a.text for a in only(page, ".error-summary").select("a")}
    assert links == {
        "#title": "Judul harus diisi.",
        "#price": "Harga harus lebih dari Rp0.",
        "#rows-0-amount": "Jumlah paling sedikit 1.",
    }
    assert all(page.select_one(target) for target in map(str, links))


def test_a_wrong_field_says_so_to_eyes_and_ears(paper: Flask) -> None:
    page = draw(paper, FIELDS, form=sent())
    title = only(page, "#title")
    assert title["aria-invalid"] == "true"
    assert str(title["aria-describedby"]).split() == ["title-hint", "title-error"]
    assert only(page, "#title-error").text.strip() == "Judul harus diisi."
    assert title.has_attr("required")
    assert not only(page, "#note").has_attr("aria-invalid")


def test_a_field_asks_for_the_right_keyboard_and_has_its_label(paper: Flask) -> None:
    page = draw(paper, FIELDS, form=sent())
    assert only(page, "#price")["inputmode"] == "numeric"
    for name in ("title", "price", "note", "unit", "paper"):
        assert only(page, f"label[for={name}]").text.strip()
    assert only(page, "fieldset#method legend").text.strip() == "Cara"
    assert len(page.select("fieldset#method label input[type=radio]")) == 2


def test_a_state_of_the_rules_is_drawn_by_its_own_word_and_tone(paper: Flask) -> None:
    source = '{% from "parts/status.html" import status with context %}{{ status(state) }}'
    for state in TenderState:
        page = draw(paper, source, state=state)
        drawn = only(page, f".status.status-{state.tone}")
        assert drawn.text.strip() == state.label
        assert str(only(page, "use")["href"]).endswith(f"#tone-{state.tone}"), "a shape as well as a colour"


def test_the_pager_keeps_the_filters(paper: Flask) -> None:
    source = '{% from "parts/filters.html" import pager with context %}{{ pager(3, 9, 170) }}'
    page = draw(paper, source, path="/pemasok?q=nasi+uduk&syarat=halal&syarat=slhs&halaman=3")
    after = str(only(page, "a[rel=next]")["href"])
    assert after == "/pemasok?q=nasi+uduk&syarat=halal&syarat=slhs&halaman=4"
    assert only(page, "[aria-current=page]").text == "3"


def test_one_page_has_no_page_numbers(paper: Flask) -> None:
    page = draw(paper, '{% from "parts/filters.html" import pager with context %}{{ pager(1, 1, 3) }}')
    assert page.select("a") == []
    assert "3 baris" in page.text


@dataclass
class Part:
    label: str
    points: float
    max: float
    reason: str


def test_the_parts_of_a_score_add_up_to_what_is_drawn(paper: Flask) -> None:
    parts = [Part("Kecocokan", 38, 40, "Sama."), Part("Jarak", 12.5, 15, "2,4 km."), Part("Riwayat", 9, 15, "Baik.")]
    source = '{% from "parts/score.html" import score with context %}{{ score(59.5, parts) }}'
    page = draw(paper, source, parts=parts)
    bars = page.select(".score-bar rect[fill]")
    assert sum(float(str(bar["width"]).rstrip("%")) for bar in bars) == pytest.approx(59.5)
    assert "59,5" in only(page, "summary").text
    assert [row.text for row in page.select(".score-parts strong")] == ["Kecocokan", "Jarak", "Riwayat"]


@pytest.mark.parametrize(("free", "promised", "needed"), [(600, 150, 1200), (3450, 900, 1200), (0, 0, 0)])
def test_a_capacity_bar_never_leaves_its_frame(paper: Flask, free: int, promised: int, needed: int) -> None:
    source = """{% from "parts/score.html" import capacity_bar with context %}
      {{ capacity_bar(free, promised, needed, "porsi") }}"""
    page = draw(paper, source, free=free, promised=promised, needed=needed)
    widths = [float(str(bar["width"]).rstrip("%")) for bar in page.select("rect[fill]")]
    assert 0 <= sum(widths) <= 100.01
    assert fmt.number(free, lang="id") in str(only(page, "svg")["aria-label"])


def test_a_chart_carries_its_numbers_as_a_table(paper: Flask) -> None:
    source = """{% from "parts/chart.html" import lines with context %}
      {{ lines("c", "Porsi lokal", ["Okt", "Nov"], [{"name": "Lokal", "values": [0.38, none]}], "Naik", "percent") }}"""
    page = draw(paper, source)
    assert [cell.text.strip() for cell in page.select("table td.num")] == ["38%", "–"]
    assert only(page, "#c-title").text == "Porsi lokal"
    assert only(page, "#c-desc").text == "Naik"


@pytest.mark.parametrize("kind", ["columns", "lines"])
def test_a_chart_of_nothing_is_still_a_chart(paper: Flask, kind: str) -> None:
    source = (
        f'{{% from "parts/chart.html" import {kind} with context %}}{{{{ {kind}("c", "T", [], [], "Belum ada.") }}}}'
    )
    assert draw(paper, source).select_one("svg.plot") is not None


def test_an_offer_marks_only_the_terms_that_changed(paper: Flask) -> None:
    terms = [
        {"label": "Harga", "value": "Rp19.000", "before": "Rp21.500"},
        {"label": "Porsi", "value": "600", "before": "600"},
        {"label": "Dibayar", "value": "14 hari", "before": None},
    ]
    source = (
        '{% from "parts/offer.html" import offer_card with context %}{{ offer_card("Tawaran 2", "Anda", at, terms) }}'
    )
    page = draw(paper, source, terms=terms, at=fmt.moment("2026-11-24T14:05+07:00"))
    assert [row.select_one("th").text for row in page.select("tr.changed")] == ["Harga"]  # type: ignore[union-attr]
    assert only(page, "del").text.split() == ["sebelumnya", "Rp21.500"]


def test_a_landline_gets_no_whatsapp_link(paper: Flask) -> None:
    source = '{% from "parts/button.html" import wa_link with context %}{{ wa_link(phone, "Halo & salam", "Kabari") }}'
    assert draw(paper, source, phone="0254 391234").select("a") == []
    assert (
        only(draw(paper, source, phone="0812 0000 1234"), "a")["href"]
        == "https://wa.me/6281200001234?text=Halo%20%26%20salam"
    )


def test_text_from_people_is_never_markup(paper: Flask) -> None:
    source = """{% from "parts/page.html" import page_head with context %}
      {% from "parts/table.html" import cell with context %}
      {{ page_head(evil) }}{{ cell("Nama", evil) }}"""
    assert draw(paper, source, evil="<script>alert(1)</script>").select("script") == []


def test_the_vendored_script_is_the_one_its_note_names() -> None:
    note = (STATIC / "vendor" / "README.md").read_text()
    assert hashlib.sha256((STATIC / "vendor" / "htmx.min.js").read_bytes()).hexdigest() in note


def test_the_first_load_stays_light(paper: Flask) -> None:
    files = [STATIC / name for name in ("app.css", "app.js", "vendor/htmx.min.js", "icons.svg", "favicon.svg")]
    weights = {path.name: len(gzip.compress(path.read_bytes())) for path in files}
    page = len(gzip.compress(str(gallery(paper, "officer")).encode()))
    assert weights["app.js"] < 6_000
    assert sum(weights.values()) + page < 60_000, weights
