"""The head's form for a budget's targets of participants and the fund's transfers."""

from __future__ import annotations

from datetime import date

from flask import flash, g, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.training import Budget
from marketplace.reads.training import targets as reading
from marketplace.rules.budgets import TargetPart
from marketplace.rules.businesses import Gender
from marketplace.services.training import targets as service
from marketplace.web.doors import Door
from marketplace.web.forms.typed import Typed
from marketplace.web.training.budgets import budget_of

door = Door("targets")


@door.page("/anggaran/<code>/target", "training.spend")
def targets(code: str) -> ResponseReturnValue:
    """Targets and transfers as forms."""
    return _page(budget_of(code), None)


@door.act("/anggaran/<code>/target", "training.spend")
def set_targets(code: str) -> ResponseReturnValue:
    """Whom the money is meant for."""
    of, form = budget_of(code), Typed.posted()
    with form.blamed():
        heads = {key: form.whole(_field(*key)) or 0 for key, _ in _rows()}
        changed = service.set_targets(of, heads, g.actor, g.at)
        flash(gettext("Target disimpan.") if changed else gettext("Tidak ada yang berubah."), "good")
        return redirect(f"/anggaran/{of.code}", 303)
    return _page(of, form), 422


@door.act("/anggaran/<code>/tahap", "training.spend")
def receive(code: str) -> ResponseReturnValue:
    """A transfer came in."""
    of, form = budget_of(code), Typed.posted()
    with form.blamed():
        day = form.day("received_on") or date.min
        service.receive(of, form.whole("stage") or 0, form.whole("amount") or 0, day, g.actor, g.at)
        flash(gettext("Dana masuk dicatat."), "good")
        return redirect(f"/anggaran/{of.code}/target#tahap", 303)
    return _page(of, form), 422


def _field(part: TargetPart, key: str) -> str:
    return f"target-{part}-{key}"


def _rows() -> list[tuple[tuple[TargetPart, str], str]]:
    """((part, key), label) of everything that can have a target."""
    genders = [((TargetPart.GENDER, str(gender)), gettext(gender.label)) for gender in Gender]
    return genders + [((TargetPart.KECAMATAN, code), name) for code, name in reading.kecamatan()]


def _page(of: Budget, form: Typed | None) -> str:
    typed = {_field(*key): str(heads) for key, heads in reading.targets(of).items()}
    shown = Typed(typed | form.values, form.errors) if form else Typed(typed)
    groups = [(part, [(_field(*key), label) for key, label in _rows() if key[0] is part]) for part in TargetPart]
    return render_template(
        "budgets/targets.html",
        budget=of,
        form=shown,
        groups=groups,
        receipts=reading.receipts(of),
        stages=[("1", gettext("Tahap 1")), ("2", gettext("Tahap 2"))],
    )
