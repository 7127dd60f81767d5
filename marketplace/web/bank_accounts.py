"""Where a business is paid: its owner's page, and what a buyer with an approved invoice sees."""

from __future__ import annotations

from flask import flash, g, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.businesses import Business
from marketplace.reads import bank_accounts as reading
from marketplace.reads import desks
from marketplace.rules.bank_accounts import BankSheet, masked
from marketplace.rules.policy import may
from marketplace.services import bank_accounts as service
from marketplace.web.doors import Door, found
from marketplace.web.forms.typed import Typed

door = Door("bank_accounts")

FIELDS = ("bank", "number", "holder")


def masked_of(business_id: int) -> BankSheet | None:
    """The account of a business as it may stand on a page; None when it has none."""
    account = reading.account_of(business_id)
    return masked(service.opened(account)) if account else None


@door.page("/profil/rekening", "business.own")
def account() -> ResponseReturnValue:
    """The account, masked, and the form to change it."""
    return _page(_mine(), Typed())


@door.act("/profil/rekening", "business.bank", limit=(20, 3600))
def put() -> ResponseReturnValue:
    """Say where the business is paid."""
    of, form = _mine(), Typed.posted()
    with form.blamed():
        service.put(of, BankSheet(*(form[name] for name in FIELDS)), g.actor, g.at)
        flash(gettext("Rekening disimpan, terenkripsi."), "good")
        return redirect("/profil/rekening", 303)
    return _page(of, form), 422


@door.act("/profil/rekening/tampilkan", "business.bank", limit=(30, 3600))
def show() -> ResponseReturnValue:
    """Show it in full once; the number stands in no address."""
    of = _mine()
    return _page(of, Typed(), service.show(of, g.actor, g.at))


@door.act("/profil/rekening/hapus", "business.bank")
def remove() -> ResponseReturnValue:
    """Take it off file."""
    service.remove(_mine(), g.actor, g.at)
    flash(gettext("Rekening dihapus."), "good")
    return redirect("/profil/rekening", 303)


def _mine() -> Business:
    return found(desks.own_business(g.actor))


def _page(of: Business, form: Typed, shown: BankSheet | None = None) -> str:
    return render_template(
        "businesses/bank_account.html",
        account=shown or masked_of(of.id),
        shown=shown is not None,
        form=form,
        may_change=may(g.actor, "business.bank", of),
    )
