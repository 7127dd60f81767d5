"""Importing a list in the browser: upload, match its columns, look at the first rows, wait, and read the report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.registry import RegistryImport, RegistryRow
from marketplace.reads import businesses
from marketplace.reads import registry as reading
from marketplace.rules.businesses import Gender, Kind, Scale
from marketplace.rules.policy import may
from marketplace.rules.refusals import Invalid
from marketplace.rules.registry import Source
from marketplace.rules.registry_columns import SECRET, Field, missing
from marketplace.rules.registry_faults import FAULTS, REJECTIONS
from marketplace.rules.registry_imports import LARGEST_FILE, NOTES, REFUSED_FILES, ImportState, Outcome
from marketplace.rules.words import N_
from marketplace.services.registry import corrections, uploads
from marketplace.services.registry.preparing import shown as kept_of
from marketplace.web import exports
from marketplace.web.doors import Door, found
from marketplace.web.filters import name_of, page_arg, word_of, words
from marketplace.web.format import mask_nik, mask_phone
from marketplace.web.forms.typed import Typed

door = Door("registry_imports")

COLUMNS = ("baris", "hasil", "kode_usaha", "kolom", "isian", "keterangan")
EXAMPLES = 3
_LISTS = (Source.DINKOP, Source.SIDT)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# -- all imports -----------------------------------------------------------------


@door.page("/registri/impor", "registry.see")
def imports() -> ResponseReturnValue:
    """The history of imports, and the form to upload a list."""
    return _imports(Typed())


@door.act("/registri/impor", "registry.import", limit=(30, 600))
def upload() -> ResponseReturnValue:
    """Take a file in; what its columns are is asked on the import's own page."""
    form = Typed.posted()
    with form.blamed():
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise Invalid("file", "file_missing", N_("Pilih berkasnya dulu."))
        source = word_of(Source, form["source"])
        if source is None:
            raise Invalid("source", "source_unknown", N_("Pilih daftar asalnya: Dinkop atau SIDT."))
        with closing(sent.stream) as stream:
            content = stream.read(LARGEST_FILE + 1)
        made = uploads.receive(source, sent.filename, content, g.actor, g.at)
        return redirect(f"/registri/impor/{made.code}", 303)
    return _imports(form), 422


def _imports(form: Typed) -> str:
    listed, page, pages, total = reading.imports(g.actor, page_arg())
    return render_template(
        "registry/imports.html",
        form=form,
        imports=listed,
        page=page,
        pages=pages,
        total=total,
        sources=[(s.value, gettext(s.label)) for s in _LISTS],
        may_import=may(g.actor, "registry.import"),
    )


# -- one import --------------------------------------------------------------------


@door.page("/registri/impor/<code>", "registry.see")
def one(code: str) -> ResponseReturnValue:
    """One import at whatever point it is."""
    of = _of(code)
    if of.ended_at is not None and "HX-Request" in request.headers:
        return Response(headers={"HX-Refresh": "true"})  # (the progress bar asked; now the whole page is another)
    if of.state is ImportState.UPLOADED:
        return _mapping(of, Typed()) if missing(uploads.fields_of(of)) else _preview(of)
    if of.state is ImportState.DONE:
        return _report(of)
    return render_template("registry/import_progress.html", of=of, failure=_failure(of), may_import=_may_import())


@door.page("/registri/impor/<code>/kolom", "registry.import")
def mapping(code: str) -> ResponseReturnValue:
    """Which column is what."""
    of = _of(code)
    if of.state is not ImportState.UPLOADED:
        return redirect(f"/registri/impor/{code}", 303)
    return _mapping(of, Typed())


@door.act("/registri/impor/<code>/kolom", "registry.import")
def match(code: str) -> ResponseReturnValue:
    """Say what each column is, in which line the titles stand, or which sheet is meant."""
    of, form = _of(code), Typed.posted()
    with form.blamed():
        if form["what"] == "sheet":
            uploads.choose_sheet(of, form["sheet"], g.actor, g.at)
        elif form["what"] == "header":
            line, rows = form.whole("header_line"), form.whole("header_rows")
            uploads.choose_header(of, line or 0, rows or 1, g.actor, g.at)
        else:
            fields = [word_of(Field, form[f"column-{at}"]) for at in range(len(of.titles))]
            uploads.map_columns(of, fields, g.actor, g.at)
            return redirect(f"/registri/impor/{code}", 303)
        return redirect(f"/registri/impor/{code}/kolom", 303)
    return _mapping(of, form), 422


@door.act("/registri/impor/<code>/mulai", "registry.import")
def start(code: str) -> ResponseReturnValue:
    """Put it in the queue."""
    uploads.confirm(_of(code), g.actor, g.at)
    return redirect(f"/registri/impor/{code}", 303)


@door.act("/registri/impor/<code>/batal", "registry.import")
def cancel(code: str) -> ResponseReturnValue:
    """Stop it; nothing of it is taken over."""
    uploads.cancel(_of(code), g.actor, g.at)
    flash(gettext("Impor dibatalkan; tidak ada data yang berubah."), "good")
    return redirect(f"/registri/impor/{code}", 303)


@door.act("/registri/impor/<code>/perbaikan", "registry.unmask", limit=(20, 600))
def corrections_file(code: str) -> ResponseReturnValue:
    """The refused rows as a workbook with every error marked in its cell; that it was taken goes into the journal."""
    of = _done(code)
    warned = Typed.posted()["rows"] == "warned"
    wanted = reading.held_rows(of, None if warned else Outcome.REJECTED, warned)
    content = corrections.hand_out(of, wanted, _say, gettext("Yang perlu dibetulkan"), g.actor, g.at)
    name = f"perbaikan-{of.code}{'-peringatan' if warned else ''}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(content, headers=headers, content_type=XLSX)


@door.page("/registri/impor/<code>/baris.<fmt>", "registry.see", limit=(20, 600))
def rows_file(code: str, fmt: str) -> ResponseReturnValue:
    """The report as a file: a line for each thing that was found, without NIK, NPWP and phone."""
    of = _done(code)
    outcome, warned = _filter()
    return exports.table(fmt, f"impor-{of.code}", COLUMNS, _plain(of, outcome, warned))


def _plain(of: RegistryImport, outcome: Outcome | None, warned: bool) -> Iterator[exports.Row]:
    for row, business in reading.every_row(of, outcome, warned):
        said = _found(of, row) or [Said("", "", "", "neutral")]
        for one_thing in said:
            yield (row.line, row.outcome, business, one_thing.title, one_thing.value, one_thing.words)


def _of(code: str) -> RegistryImport:
    return found(reading.import_for(g.actor, code))


def _done(code: str) -> RegistryImport:
    of = _of(code)
    return found(of if of.state is ImportState.DONE else None)


def _may_import() -> bool:
    return may(g.actor, "registry.import")


def _failure(of: RegistryImport) -> str:
    if not of.failure:
        return ""
    return str(gettext(REFUSED_FILES[of.failure], **of.failure_params))


def _notes(of: RegistryImport) -> list[str]:
    return [str(gettext(NOTES[code], **params)) for code, params in of.notes]


# -- columns and preview --------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """A column as the clerk sees it: its title, examples, and what it is read as."""

    at: int
    title: str
    examples: list[str]
    field: str


def _mapping(of: RegistryImport, form: Typed) -> str:
    lines = uploads.head_of(of)
    below = [cells for _, cells in uploads.data_of(of)]
    columns = []
    for at, title in enumerate(of.titles):
        field = form.values.get(f"column-{at}", of.columns[at])
        shown = [
            _masked(cells[at], word_of(Field, field)) for cells in below if at < len(cells) and cells[at] is not None
        ]
        columns.append(Column(at, title, list(dict.fromkeys(shown))[:EXAMPLES], field))
    return render_template(
        "registry/import_mapping.html",
        of=of,
        form=form,
        columns=columns,
        fields=words(Field, gettext("Tidak dibaca")),
        lines=[
            (line, list(dict.fromkeys(_masked(c, None) for c in cells if c is not None))[:6])
            for line, cells in lines[:12]
        ],
        lacking=[gettext(f.label) for f in missing(uploads.fields_of(of))],
        notes=_notes(of),
    )


def _preview(of: RegistryImport) -> str:
    rows = uploads.preview(of, g.at)
    used = {name for name in of.columns if name}
    return render_template(
        "registry/import_preview.html",
        of=of,
        rows=[(row, _faults_of(of, row), _clean(row.values)) for row in rows],
        rejected=sum(row.rejected for row in rows),
        matched=len(used),
        before=reading.done_before(of),
        places=_places(),
        trades=_trades(),
        notes=_notes(of),
        may_import=_may_import(),
    )


def _places() -> dict[str, str]:
    return {area.code: area.kelurahan for area in businesses.areas()}


def _trades() -> dict[str, str]:
    return {trade.code: name_of(trade) for trade in businesses.trades()}


def _faults_of(of: RegistryImport, row: uploads.Previewed) -> list[Said]:
    columns = {name: at for at, name in enumerate(of.columns) if name}
    return [_said(of, row.cells, f.code, columns.get(f.field, -1), f.params, f.field) for f in row.faults]


# -- report ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """One thing that was found in a row: column title, the cell (masked), why, and how bad."""

    title: str
    value: str
    words: str
    tone: str


def _filter() -> tuple[Outcome | None, bool]:
    wanted = request.args.get("hasil", "")
    return word_of(Outcome, wanted), wanted == "peringatan"


def _report(of: RegistryImport) -> str:
    outcome, warned = _filter()
    rows = reading.rows(of, outcome, warned, page_arg())
    href = f"/registri/impor/{of.code}"
    tabs = [{"label": gettext("Semua"), "href": href, "current": not outcome and not warned, "count": of.rows_total}]
    for kind in Outcome:
        count = getattr(of, f"{kind.value}_count")
        tabs.append(
            {"label": gettext(kind.label), "href": f"{href}?hasil={kind}", "current": outcome is kind, "count": count}
        )
    told = {"label": gettext("Dengan peringatan"), "href": f"{href}?hasil=peringatan", "current": warned}
    return render_template(
        "registry/import_report.html",
        of=of,
        tabs=[*tabs, {**told, "count": of.warned_count}],
        rows=rows,
        found={row.id: _found(of, row) for row in rows.rows},
        names={row.id: _name(row) for row in rows.rows},
        notes=_notes(of),
        query=request.query_string.decode("ascii", "ignore"),
        may_correct=may(g.actor, "registry.unmask"),
    )


def _found(of: RegistryImport, row: RegistryRow) -> list[Said]:
    if not row.faults:
        return []
    cells, _ = corrections.content_of(row)
    return [_said(of, cells, code, column, params, name) for code, name, column, params in row.faults]


def _name(row: RegistryRow) -> str:
    """What to call a row: its business, or the first words of its cells."""
    if row.business is not None:
        return row.business.name
    cells, _ = corrections.content_of(row)
    return next((_masked(c, None) for c in cells if isinstance(c, str) and re.search(r"[A-Za-z]{3}", c)), "–")


def _said(of: RegistryImport, cells: list[Any], code: str, column: int, params: dict[str, Any], name: str) -> Said:
    label = gettext(Field(name).label) if name in Field._value2member_map_ else name
    title = of.titles[column] if 0 <= column < len(of.titles) and of.titles[column] else label
    value = _masked(cells[column], word_of(Field, name)) if 0 <= column < len(cells) else ""
    return Said(str(title), value, _say(code, params), "bad" if code in REJECTIONS else "warning")


def _say(code: str, params: dict[str, Any]) -> str:
    told = {k: gettext(v) if isinstance(v, str) and v else v for k, v in params.items()}
    return str(gettext(FAULTS[code], **told))


def _masked(cell: Any, field: Field | None) -> str:
    """A cell on screen: identity and phone numbers masked, also in columns that are not read."""
    kept = kept_of(cell)
    if kept is None:
        return ""
    text = str(kept)
    if field is Field.PHONE:
        return mask_phone(text)
    if field in SECRET or (field is not Field.NIB and len(re.sub(r"\D", "", text)) >= 15):
        return mask_nik(text) if re.search(r"\d", text) else text
    return text if len(text) <= 120 else f"{text[:120]} …"


_SECRETS = {"nik": mask_nik, "npwp": mask_nik, "phone": mask_phone}
_CLEAN_LABELS = {
    "owner_gender": Field.GENDER, "owner_birth_date": Field.BIRTH_DATE, "area_code": Field.KELURAHAN,
    "trade_code": Field.ACTIVITY, "kbli_code": Field.KBLI_CODE,
}  # fmt: skip


def _clean(values: dict[str, Any], plain: bool = False) -> dict[str, str]:
    """Clean values as texts by name, NIK, NPWP and phone masked unless `plain`."""
    told = {name: "" if value is None else str(value) for name, value in values.items()}
    if not plain:
        told |= {name: mask(told[name]) for name, mask in _SECRETS.items() if told.get(name)}
    return told


# -- one row ---------------------------------------------------------------------------


@door.page("/registri/impor/<code>/baris/<int:line>", "registry.see")
def row(code: str, line: int) -> ResponseReturnValue:
    """A row: its cells as they came beside what was read from them."""
    return _row(_of(code), line, plain=False)


@door.act("/registri/impor/<code>/baris/<int:line>/tampilkan", "registry.unmask", limit=(60, 3600))
def unmask_row(code: str, line: int) -> ResponseReturnValue:
    """The same with identity and phone numbers in plain; that somebody looked goes into the journal."""
    of = _of(code)
    own, _ = found(reading.row_of(of, line))
    corrections.unmask(of, own, g.actor, g.at)
    return _row(of, line, plain=True)


@dataclass(frozen=True)
class Cell:
    """A column of a row: title, cell as it came, the field it is read as, the clean value, and what was found."""

    title: str
    raw: str
    label: str
    clean: str
    said: list[Said]


def _row(of: RegistryImport, line: int, plain: bool) -> str:
    own, holder = found(reading.row_of(of, line))
    cells, values = corrections.content_of(holder)
    clean = _readable(_clean(values, plain))
    said = _found_by_column(of, own, holder, cells)
    listed = []
    for at, title in enumerate(holder.of.titles):
        field = word_of(Field, holder.of.columns[at])
        raw = cells[at] if at < len(cells) else None
        listed.append(
            Cell(
                title,
                ("" if raw is None else str(raw)) if plain else _masked(raw, field),
                gettext(field.label) if field else "",
                _read_as(field, clean),
                said.get(at, []),
            )
        )
    return render_template(
        "registry/import_row.html",
        of=of,
        row=own,
        holder=holder,
        cells=listed,
        derived=[(gettext(f.label), clean.get(name, "")) for name, f in _CLEAN_LABELS.items() if clean.get(name)],
        general=said.get(-1, []),
        labels={f.value: gettext(f.label) for f in Field} | {n: gettext(f.label) for n, f in _CLEAN_LABELS.items()},
        plain=plain,
        may_unmask=may(g.actor, "registry.unmask"),
    )


def _readable(clean: dict[str, str]) -> dict[str, str]:
    """Codes as names, words in the reader's language."""
    told = {"area_code": _places(), "trade_code": _trades()}
    for name, kind in (("owner_gender", Gender), ("kind", Kind), ("scale", Scale)):
        told[name] = {str(word.value): gettext(word.label) for word in kind}
    return {name: told.get(name, {}).get(value, value) for name, value in clean.items()}


def _found_by_column(
    of: RegistryImport, own: RegistryRow, holder: RegistryRow, cells: list[Any]
) -> dict[int, list[Said]]:
    by_column: dict[int, list[Said]] = {}
    for code, name, column, params in own.faults or holder.faults:
        by_column.setdefault(column, []).append(_said(of, cells, code, column, params, name))
    return by_column


def _read_as(field: Field | None, clean: dict[str, str]) -> str:
    """The clean value that a field's column leads to."""
    if field is Field.NAMES:
        return " / ".join(clean[name] for name in ("name", "owner_name") if clean.get(name))
    to = {Field.GENDER: "owner_gender", Field.BIRTH_DATE: "owner_birth_date", Field.KELURAHAN: "area_code"}
    return clean.get(to.get(field, field.value), "") if field else ""
