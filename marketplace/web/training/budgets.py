"""A year's training money: what is allotted, bound, spent and left, and the head's decisions about it."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.budgets import Virement
from marketplace.models.documents import Document
from marketplace.models.training import Budget
from marketplace.reads.training import budgets as reading
from marketplace.rules.budgets import PER, Transfer, dotted
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.documents import PAPERS
from marketplace.rules.policy import may
from marketplace.rules.refusals import Invalid
from marketplace.rules.training import SpendingKind
from marketplace.rules.words import N_
from marketplace.services import documents
from marketplace.services.training import budgets as service
from marketplace.web import exports
from marketplace.web.doors import Door, found
from marketplace.web.filters import word_arg, word_of, words
from marketplace.web.format import month as month_name
from marketplace.web.forms.typed import Typed

door = Door("budgets")

YEARS = ("anggaran", "tahun", "sumber", "pagu", "dialokasikan", "realisasi", "terikat", "sisa")
LINES = (
    "jenis",
    "biaya_satuan",
    "per",
    "rincian",
    "realisasi",
    "terikat",
    "sisa",
    *(f"bulan_{m}" for m in range(1, 13)),
)
MOVED = ("tanggal", "dari", "ke", "jumlah", "alasan", "berbukti")
BOUND = ("angkatan", "paket", "mulai", "jenis", "terikat", "sudah_dibayar", "belum_dibayar")


def budget_of(code: str) -> Budget:
    """The budget of an address, or NotFound."""
    return found(reading.budget_for(g.actor, code))


def months_of(year: int) -> list[str]:
    """The names of a year's months, short."""
    return [month_name(date(year, number, 1)) for number in reading.MONTHS]


# -- the years -------------------------------------------------------------------------


@door.page("/anggaran", "training.see")
def years() -> ResponseReturnValue:
    """Every budget, the latest first; in words that of this year, or else the latest."""
    sheets, today = reading.budgets(g.actor), jakarta_date(g.at)
    told = next((s for s in sheets if s.budget.year == today.year), sheets[0] if sheets else None)
    return render_template("budgets/years.html", sheets=sheets, told=told, decides=may(g.actor, "training.spend"))


@door.page("/anggaran.<fmt>", "training.see")
def years_file(fmt: str) -> ResponseReturnValue:
    """The same rows as a file."""
    rows = (
        (
            s.budget.code,
            s.budget.year,
            s.budget.source,
            s.budget.ceiling,
            s.budget.allotted,
            s.realised,
            s.open,
            s.remaining,
        )
        for s in reading.budgets(g.actor)
    )
    return exports.table(fmt, "anggaran", YEARS, rows)


@door.page("/anggaran/baru", "training.spend")
def new() -> ResponseReturnValue:
    """Open a budget."""
    return render_template("budgets/new.html", form=Typed({"year": str(g.at.year), "source": "DAK non-fisik PK2UMK"}))


@door.act("/anggaran/baru", "training.spend")
def open_year() -> ResponseReturnValue:
    """Open a budget; its lines come next."""
    form = Typed.posted()
    with form.blamed():
        made = service.open_year(form.whole("year") or 0, form["source"], form.whole("ceiling") or 0, g.actor, g.at)
        flash(gettext("Anggaran %(code)s dibuka. Sekarang isi rinciannya.", code=made.code), "good")
        return redirect(f"/anggaran/{made.code}/rincian", 303)
    return render_template("budgets/new.html", form=form), 422


# -- one year --------------------------------------------------------------------------


@door.page("/anggaran/<code>", "training.see")
def year(code: str) -> ResponseReturnValue:
    """One sentence first, then lines, months, and what moved between lines."""
    of = budget_of(code)
    return render_template(
        "budgets/year.html",
        sheet=reading.sheet_of(of),
        beside=reading.beside(of),
        virements=reading.virements(of),
        unproven=reading.unproven(of),
        months=months_of(of.year),
        per=PER,
        decides=may(g.actor, "training.spend"),
        records=may(g.actor, "training.expense"),
        traces=may(g.actor, "audit.see"),
        rows_of=lambda **more: f"/anggaran/{of.code}/pengeluaran?{urlencode(more)}",
    )


@door.page("/anggaran/<code>.<fmt>", "training.see")
def year_file(code: str, fmt: str) -> ResponseReturnValue:
    """The lines with their months as a file."""
    of = budget_of(code)
    rows = (
        (x.kind, x.unit_cost, PER[x.kind], x.allotted, x.realised, x.open, x.remaining, *x.months)
        for x in reading.sheet_of(of).lines
    )
    return exports.table(fmt, f"anggaran-{of.code}", LINES, rows)


@door.page("/anggaran/<code>/terikat", "training.see")
def bound(code: str) -> ResponseReturnValue:
    """What each cohort binds of the lines."""
    of, kind = budget_of(code), word_arg(SpendingKind, "jenis")
    return render_template(
        "budgets/bound.html",
        budget=of,
        bound=reading.commitments(of, kind),
        kind=kind,
        kinds=words(SpendingKind, gettext("Semua jenis")),
    )


@door.page("/anggaran/<code>/terikat.<fmt>", "training.see")
def bound_file(code: str, fmt: str) -> ResponseReturnValue:
    """The same rows as a file."""
    of = budget_of(code)
    rows = (
        (c.cohort.code, c.cohort.package.name, c.cohort.starts_on, c.line.kind, c.amount, c.spent, c.amount - c.spent)
        for c in reading.commitments(of, word_arg(SpendingKind, "jenis")).rows
    )
    return exports.table(fmt, f"terikat-{of.code}", BOUND, rows)


# -- ceiling and lines ------------------------------------------------------------------


@door.page("/anggaran/<code>/rincian", "training.spend")
def lines(code: str) -> ResponseReturnValue:
    """The ceiling and every line as a form."""
    of = budget_of(code)
    return _lines(of, Typed(_typed(of)))


@door.act("/anggaran/<code>/rincian", "training.spend")
def set_lines(code: str) -> ResponseReturnValue:
    """Set what changed; lines that shrink first, so that a swap between two lines never looks like too much."""
    of, form = budget_of(code), Typed.posted()
    with form.blamed():
        now = {line.kind: (line.allotted, line.unit_cost) for line in reading.sheet_of(of).lines}
        wanted = {kind: _line_typed(form, kind) for kind in SpendingKind}
        changed = [kind for kind in SpendingKind if wanted[kind] != now.get(kind, (0, 0))]
        for kind in sorted(changed, key=lambda kind: wanted[kind][0] > now.get(kind, (0, 0))[0]):
            _set(of, kind, wanted[kind])
        flash(gettext("Rincian disimpan.") if changed else gettext("Tidak ada yang berubah."), "good")
        return redirect(f"/anggaran/{of.code}", 303)
    return _lines(of, form), 422


@door.act("/anggaran/<code>/pagu", "training.spend")
def ceiling(code: str) -> ResponseReturnValue:
    """Raise or lower the ceiling."""
    of, form = budget_of(code), Typed.posted()
    with form.blamed():
        service.change_ceiling(of, form.whole("ceiling") or 0, form["reason"], g.actor, g.at)
        flash(gettext("Pagu diubah."), "good")
        return redirect(f"/anggaran/{of.code}", 303)
    return _lines(of, Typed(_typed(of) | form.values, form.errors)), 422


def _set(of: Budget, kind: SpendingKind, wanted: tuple[int, int]) -> None:
    """Set one line; what is wrong with it is said at its own field of the form."""
    try:
        service.set_line(of, kind, allotted=wanted[0], unit_cost=wanted[1], actor=g.actor, at=g.at)
    except Invalid as refusal:
        refusal.field = f"{refusal.field}-{kind}"
        raise


def _line_typed(form: Typed, kind: SpendingKind) -> tuple[int, int]:
    return form.whole(f"allotted-{kind}") or 0, form.whole(f"unit_cost-{kind}") or 0


def _typed(of: Budget) -> dict[str, str]:
    found_lines = {line.kind: line for line in reading.sheet_of(of).lines}
    typed = {"ceiling": dotted(of.ceiling)}
    for kind, line in found_lines.items():
        typed |= {f"allotted-{kind}": dotted(line.allotted), f"unit_cost-{kind}": dotted(line.unit_cost)}
    return typed


def _lines(of: Budget, form: Typed) -> str:
    sheet = reading.sheet_of(of)
    held = {line.kind: line.realised + line.open for line in sheet.lines}
    return render_template(
        "budgets/lines.html", budget=of, sheet=sheet, form=form, kinds=list(SpendingKind), held=held, per=PER
    )


# -- virement ---------------------------------------------------------------------------


@door.page("/anggaran/<code>/geser", "training.spend")
def virement(code: str) -> ResponseReturnValue:
    """Move money from one line to another."""
    return _virement(budget_of(code), Typed({"source": str(word_arg(SpendingKind, "dari") or "")}))


@door.act("/anggaran/<code>/geser", "training.spend")
def vire(code: str) -> ResponseReturnValue:
    """It moves, with its reason, for ever in the journal."""
    of, form = budget_of(code), Typed.posted()
    with form.blamed():
        source, target = (_kind(form, name) for name in ("source", "target"))
        wanted = Transfer(source, target, form.whole("amount") or 0, form["reason"])
        service.vire(of, wanted, g.actor, g.at, document=proof_sent())
        flash(gettext("Anggaran digeser."), "good")
        return redirect(f"/anggaran/{of.code}#geser", 303)
    return _virement(of, form), 422


@door.page("/anggaran/<code>/geser.<fmt>", "training.see")
def virements_file(code: str, fmt: str) -> ResponseReturnValue:
    """What moved between lines as a file."""
    of = budget_of(code)
    rows = (
        (v.moved_at, v.source.kind, v.target.kind, v.amount, v.reason, "ya" if v.document_id else "")
        for v in reading.virements(of)
    )
    return exports.table(fmt, f"pergeseran-{of.code}", MOVED, rows)


@door.page("/anggaran/<code>/geser/<int:number>", "training.see")
def moved(code: str, number: int) -> ResponseReturnValue:
    """One move between lines with its proof."""
    of = budget_of(code)
    return _moved(of, found(reading.virement_for(g.actor, of, number)), Typed())


@door.act("/anggaran/<code>/geser/<int:number>/bukti", "training.prove")
def prove(code: str, number: int) -> ResponseReturnValue:
    """Attach the proof that came later."""
    of, form = budget_of(code), Typed.posted()
    one = found(reading.virement_for(g.actor, of, number))
    with form.blamed():
        proof = proof_sent()
        if proof is None:
            raise Invalid("proof", "missing", N_("Pilih berkasnya."))
        service.prove_virement(one, of, proof, g.actor, g.at)
        flash(gettext("Bukti dilampirkan."), "good")
        return redirect(f"/anggaran/{of.code}/geser/{one.id}", 303)
    return _moved(of, one, form), 422


def proof_sent() -> Document | None:
    """The paper that came with a form, kept; None when there is none. Raises Invalid("proof")."""
    upload = request.files.get("proof")
    if upload is None or not upload.filename:
        return None
    return documents.keep(upload.filename, upload.read(), g.actor, g.at, PAPERS, "proof")


def _moved(of: Budget, one: Virement, form: Typed) -> str:
    proves = may(g.actor, "training.prove") and one.document_id is None
    return render_template("budgets/moved.html", budget=of, moved=one, form=form, proves=proves)


def _kind(form: Typed, name: str) -> SpendingKind:
    kind = word_of(SpendingKind, form[name])
    if kind is None:
        raise Invalid(name, "kind_missing", N_("Pilih rinciannya."))
    return kind


def _virement(of: Budget, form: Typed) -> str:
    sheet = reading.sheet_of(of)
    return render_template(
        "budgets/virement.html", budget=of, sheet=sheet, form=form, kinds=words(SpendingKind, gettext("Pilih"))
    )
