"""Expenses of a training budget: the rows behind its figures, a new one with its proof, and counter entries."""

from __future__ import annotations

from datetime import date

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.budgets import Expense
from marketplace.models.training import Budget, Cohort
from marketplace.reads.training import budgets as reading
from marketplace.rules.budgets import PER, PayeeKind, Spent, check_spent
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.policy import may
from marketplace.rules.refusals import Invalid
from marketplace.rules.training import SpendingKind
from marketplace.rules.words import N_
from marketplace.services.training import expenses as service
from marketplace.web import exports
from marketplace.web.doors import Door, found
from marketplace.web.filters import chips, page_arg, word_arg, word_of, words
from marketplace.web.format import number
from marketplace.web.forms.typed import Typed
from marketplace.web.training.budgets import budget_of, months_of, proof_sent
from marketplace.web.training.packages import package_name

door = Door("expenses")

COLUMNS = (
    "kode", "tanggal", "jenis", "jumlah", "banyaknya", "penerima", "untuk", "angkatan", "paket", "membalik", "berbukti",
    "dicatat",
)  # fmt: skip


@door.page("/anggaran/<code>/pengeluaran", "training.see")
def expenses(code: str) -> ResponseReturnValue:
    """What was spent, newest first."""
    of, wanted = budget_of(code), _wanted()
    names = months_of(of.year)
    kinds = words(SpendingKind, gettext("Semua jenis"))
    months = [("", gettext("Semua bulan")), *((str(n), name) for n, name in enumerate(names, start=1))]
    read = {"jenis": dict(kinds), "bulan": dict(months), "bukti": {"tanpa": gettext("Tanpa bukti")}}
    labels = {name: (lambda value, known=known: known.get(value, value)) for name, known in read.items()}
    return render_template(
        "budgets/expenses.html",
        budget=of,
        listing=reading.expenses(of, wanted, page_arg()),
        selects=[("jenis", gettext("Jenis belanja"), kinds), ("bulan", gettext("Bulan"), months)],
        active=chips(("jenis", "bulan", "angkatan", "bukti"), labels),
        args=request.args,
        query=request.query_string.decode("ascii", "ignore"),
        records=may(g.actor, "training.expense"),
        package_name=package_name,
    )


@door.page("/anggaran/<code>/pengeluaran.<fmt>", "training.see", limit=(60, 600))
def expenses_file(code: str, fmt: str) -> ResponseReturnValue:
    """The same rows as a file."""
    of = budget_of(code)
    rows = (_cells(expense) for expense in reading.exported(of, _wanted()))
    return exports.table(fmt, f"pengeluaran-{of.code}", COLUMNS, rows)


@door.page("/anggaran/<code>/pengeluaran/baru", "training.expense")
def new(code: str) -> ResponseReturnValue:
    """Record what was paid."""
    known = {
        "kind": request.args.get("jenis", ""),
        "cohort": request.args.get("angkatan", ""),
        "spent_on": jakarta_date(g.at).isoformat(),
        "quantity": "1",
    }
    return _form(budget_of(code), Typed(known))


@door.act("/anggaran/<code>/pengeluaran/baru", "training.expense")
def record(code: str) -> ResponseReturnValue:
    """It is recorded for ever; a mistake is taken back by a counter entry."""
    of, form = budget_of(code), Typed.posted()
    spent, cohort = _spent(form), form.tried(lambda: _cohort(of, form["cohort"]), None)
    proof = form.tried(proof_sent, None)
    if form.errors:
        with form.blamed():  # (what else is wrong is told at once)
            check_spent(spent, of.year, 0, jakarta_date(g.at))
        return _form(of, form), 422
    with form.blamed():
        over = spent.amount - reading.bound_for(cohort, spent.kind) if cohort else 0
        made = service.realise(of, spent, g.actor, g.at, cohort=cohort, document=proof)
        flash(gettext("Pengeluaran %(code)s tercatat.", code=made.code), "good")
        if over > 0:
            flash(_above(over), "warning")
        return redirect(f"/anggaran/{of.code}/pengeluaran/{made.code}", 303)
    return _form(of, form), 422


@door.page("/anggaran/<code>/pengeluaran/<expense_code>", "training.see")
def one(code: str, expense_code: str) -> ResponseReturnValue:
    """One expense with its proof, and what took it back."""
    return _one(_expense(code, expense_code), Typed())


@door.act("/anggaran/<code>/pengeluaran/<expense_code>/balik", "training.expense")
def counter(code: str, expense_code: str) -> ResponseReturnValue:
    """Take it back."""
    of, form = _expense(code, expense_code), Typed.posted()
    with form.blamed():
        made = service.counter(of, form["reason"], g.actor, g.at)
        flash(gettext("Dibalik dengan catatan %(code)s.", code=made.code), "good")
        return redirect(f"/anggaran/{code}/pengeluaran/{made.code}", 303)
    return _one(of, form), 422


@door.act("/anggaran/<code>/pengeluaran/<expense_code>/bukti", "training.expense")
def prove(code: str, expense_code: str) -> ResponseReturnValue:
    """Attach the proof that came later."""
    of, form = _expense(code, expense_code), Typed.posted()
    with form.blamed():
        proof = proof_sent()
        if proof is None:
            raise Invalid("proof", "missing", N_("Pilih berkasnya."))
        service.prove(of, proof, g.actor, g.at)
        flash(gettext("Bukti dilampirkan."), "good")
        return redirect(f"/anggaran/{code}/pengeluaran/{of.code}", 303)
    return _one(of, form), 422


# -- parts ---------------------------------------------------------------------------


def _wanted() -> reading.Wanted:
    asked = request.args.get("bulan", "")
    month = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= 2 else 0
    return reading.Wanted(
        kind=word_arg(SpendingKind, "jenis"),
        month=month if 1 <= month <= 12 else None,
        cohort=request.args.get("angkatan", "")[:40],
        unproven=bool(request.args.get("bukti")),
    )


def _cells(e: Expense) -> exports.Row:
    cohort = e.cohort
    return (
        e.code, e.spent_on, e.line.kind, e.signed, e.quantity, e.payee, e.text, cohort.code if cohort else "",
        cohort.package.code if cohort else "", e.corrected.code if e.corrected else "", "ya" if e.document_id else "",
        e.recorded_at,
    )  # fmt: skip


def _spent(form: Typed) -> Spent:
    """The expense as typed; what cannot be read is an error of the form, and something else stands in its place."""
    kind, payee = word_of(SpendingKind, form["kind"]), word_of(PayeeKind, form["payee"])
    if kind is None:
        form.errors["kind"] = gettext("Pilih jenis belanjanya.")
    if payee is None:
        form.errors["payee"] = gettext("Pilih siapa yang dibayar.")
    return Spent(
        kind=kind or SpendingKind.MEALS,
        amount=form.tried(lambda: form.whole("amount"), None) or 0,
        spent_on=form.tried(lambda: form.day("spent_on"), None) or date.min,
        payee=payee or PayeeKind.COMPANY,
        text=form["text"],
        quantity=form.tried(lambda: form.whole("quantity"), None) or 0,
    )


def _above(over: int) -> str:
    message = gettext(
        "Rp%(over)s di atas yang diikat angkatan ini untuk jenis belanja itu; diambil dari sisa rincian. Bila keliru, "
        "balik catatan ini.",
        over=number(over),
    )
    return str(message)


def _cohort(of: Budget, code: str) -> Cohort | None:
    if not code:
        return None
    chosen = next((cohort for cohort in reading.paying_cohorts(of) if cohort.code == code), None)
    if chosen is None:
        raise Invalid("cohort", "cohort_unknown", N_("Pilih angkatan dari daftar."))
    return chosen


def _expense(code: str, expense_code: str) -> Expense:
    return found(reading.expense_for(g.actor, budget_of(code), expense_code))


def _form(of: Budget, form: Typed) -> str:
    cohorts = [(c.code, f"{c.code} · {package_name(c.package)}") for c in reading.paying_cohorts(of)]
    return render_template(
        "budgets/expense_new.html",
        budget=of,
        sheet=reading.sheet_of(of),
        form=form,
        per=PER,
        kinds=words(SpendingKind, gettext("Pilih")),
        payees=words(PayeeKind, gettext("Pilih")),
        cohorts=[("", gettext("Tidak untuk satu angkatan")), *cohorts],
    )


def _one(of: Expense, form: Typed) -> str:
    back = reading.countered_by(of)
    return render_template(
        "budgets/expense.html",
        expense=of,
        back=back,
        form=form,
        proves=may(g.actor, "training.expense") and of.document_id is None and of.corrects_id is None,
        takes_back=may(g.actor, "training.expense") and back is None and of.corrects_id is None,
        package_name=package_name,
    )
