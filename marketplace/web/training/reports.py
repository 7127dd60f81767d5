"""The report to the ministry and the mayor: on screen what the files hold, as Excel file and as PDF."""

from __future__ import annotations

from flask import Response, g, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.models.training import Budget
from marketplace.reads.training import budgets as budgets_read
from marketplace.reads.training import reports as reading
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.refusals import NotFound
from marketplace.rules.words import N_
from marketplace.web import papers
from marketplace.web.doors import Door, found
from marketplace.web.training.budgets import months_of
from marketplace.web.training.report_files import paper_of, workbook_of
from marketplace.web.training.report_tables import for_the_screen, tables_of

door = Door("reports")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@door.page("/laporan/pelatihan", "training.report")
def report() -> ResponseReturnValue:
    """Choose year and month; below it stands what the file holds."""
    choices = [sheet.budget for sheet in budgets_read.budgets(g.actor)]
    if not choices:
        return render_template("budgets/report_none.html")
    of = _budget(choices)
    month = _month(of)
    made = reading.report_of(of, month, jakarta_date(g.at))
    return render_template(
        "budgets/report.html",
        report=made,
        tables=for_the_screen(tables_of(made)),
        choices=choices,
        month=month,
        months=months_of(of.year),
        query=f"anggaran={of.code}&bulan={month}",
    )


@door.page("/laporan/pelatihan.<fmt>", "training.report", limit=(60, 600))
def report_file(fmt: str) -> ResponseReturnValue:
    """The same as xlsx or pdf."""
    of = _budget([sheet.budget for sheet in budgets_read.budgets(g.actor)])
    made = reading.report_of(of, _month(of), jakarta_date(g.at))
    if fmt == "pdf":
        return papers.answer(paper_of(made))
    if fmt == "xlsx":
        name = f"laporan-pelatihan-{of.code}-{made.month:02d}.xlsx"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(workbook_of(made), headers=headers, content_type=XLSX)
    raise NotFound("not_found", N_("Format ini tidak tersedia."))


def _budget(choices: list[Budget]) -> Budget:
    """The budget asked for; without one that of this year, or else the latest. Raises NotFound when there is none."""
    asked = request.args.get("anggaran", "")
    if asked:
        return found(next((budget for budget in choices if budget.code == asked), None))
    year = jakarta_date(g.at).year
    return found(next((b for b in choices if b.year == year), choices[0] if choices else None))


def _month(of: Budget) -> int:
    """The month asked for; else the present one of this year's budget, and December of any other."""
    asked = request.args.get("bulan", "")
    if asked.isascii() and asked.isdecimal() and len(asked) < 3 and 1 <= int(asked) <= 12:
        return int(asked)
    today = jakarta_date(g.at)
    return today.month if of.year == today.year else 12
