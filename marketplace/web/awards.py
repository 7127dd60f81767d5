"""Choosing winners: the form with its preview, the proposal, and the approver's queue."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.tenders import Tender
from marketplace.reads import awards as reading
from marketplace.reads import evaluations as boards
from marketplace.reads.evaluations import LotView, Suggestion
from marketplace.rules.awards import LIVE_STATES
from marketplace.rules.policy import may
from marketplace.rules.refusals import Invalid
from marketplace.rules.tenders import TenderState
from marketplace.rules.words import N_
from marketplace.services import awards
from marketplace.services.awards import Share
from marketplace.web.doors import Door, found
from marketplace.web.errors import words_of
from marketplace.web.forms.offers import whole
from marketplace.web.forms.typed import Typed

door = Door("awards")


@door.page("/kebutuhan/<code>/pemenang", "award.see")
def winners(code: str) -> ResponseReturnValue:
    """Choose winners: quantities per lot prefilled by the best split, and what the choice would mean. Once proposed or
    decided, the choice itself."""
    tender = found(boards.tender_to_judge(g.actor, code))
    typed = Typed({k: v[:20] for k, v in request.args.items()})
    return _page(tender, typed)


@door.act("/kebutuhan/<code>/pemenang", "award.propose")
def propose(code: str) -> ResponseReturnValue:
    """Propose the winners as typed, or only count anew: what is typed (`aksi=hitung`) or a suggestion (`usul`)."""
    tender = found(boards.tender_to_judge(g.actor, code))
    typed = Typed.posted()
    if typed["aksi"] == "hitung" or typed["usul"]:
        counted = _page(tender, typed)
        return counted, 422 if typed.errors else 200
    with typed.blamed():
        asked = _asked(tender, typed)
        if typed["aksi"] == "usulkan":
            _check_still_above_limit(tender, asked)
        shares = _shares(tender, asked)
        made = awards.propose(tender, shares, typed["reason"], g.actor, g.at, partial=bool(typed["partial"]))
        final = tender.state is TenderState.AWARDED
        words = gettext("Pemenang ditetapkan dan semua pemasok diberi tahu.")
        waiting = gettext("Usulan terkirim: menunggu penyetuju. Kapasitas pemasok sudah dicadangkan.")
        flash(words if final else waiting, "good" if final else "info")
        return redirect(f"/kebutuhan/{code}/pemenang", 303) if made else _page(tender, typed)
    return _page(tender, typed), 422


@door.act("/kebutuhan/<code>/pemenang/tarik", "award.propose")
def withdraw(code: str) -> ResponseReturnValue:
    """Take the proposal back."""
    tender = found(boards.tender_to_judge(g.actor, code))
    awards.withdraw(tender, request.form.get("reason", "")[:2000], g.actor, g.at)
    flash(gettext("Usulan ditarik; kapasitas pemasok bebas lagi."), "info")
    return redirect(f"/kebutuhan/{code}/pemenang", 303)


@door.page("/persetujuan", "award.approve")
def queue() -> ResponseReturnValue:
    """What waits for the approver."""
    tenders = reading.tenders_to_approve(g.actor)
    proposals = [(tender, reading.proposed_of(tender)) for tender in tenders]
    people = reading.names_of({award.proposed_by_id for _, made in proposals for award in made})
    return render_template("awards/queue.html", proposals=proposals, people=people)


@door.act("/persetujuan/<code>/setujui", "award.approve")
def approve(code: str) -> ResponseReturnValue:
    """Approve all proposed awards of a tender."""
    tender = found(boards.tender_to_judge(g.actor, code))
    awards.approve(tender, g.actor, g.at)
    flash(gettext("Disetujui: pemenang %(code)s ditetapkan dan semua pemasok diberi tahu.", code=code), "good")
    return redirect("/persetujuan", 303)


@door.act("/persetujuan/<code>/anulir", "award.approve")
def annul(code: str) -> ResponseReturnValue:
    """Annul the proposed awards of a tender, with a reason."""
    tender = found(boards.tender_to_judge(g.actor, code))
    awards.annul(tender, request.form.get("reason", "")[:2000], g.actor, g.at)
    flash(gettext("Usulan dianulir; petugas diberi tahu alasannya."), "info")
    return redirect("/persetujuan", 303)


def _page(tender: Tender, typed: Typed) -> str:
    live = [award for award in tender.awards if award.state in LIVE_STATES]
    if live or tender.state is not TenderState.EVALUATING:
        people = reading.names_of({award.proposed_by_id for award in live})
        deciding = may(g.actor, "award.approve", tender)
        proposing = may(g.actor, "award.propose", tender)
        page = {"tender": tender, "awards": live, "people": people, "deciding": deciding, "proposing": proposing}
        return render_template("awards/result.html", **page)
    if typed["usul"]:
        typed.values = {name: value for name, value in typed.values.items() if not _is_amount(name)}
    views = boards.views_of(tender)
    asked = _asked_or_suggested(tender, views, typed)
    preview = reading.preview_of(tender, views, asked)
    return render_template(
        "awards/choose.html",
        tender=tender,
        preview=preview,
        asked=asked,
        typed=typed,
        proposing=may(g.actor, "award.propose", tender),
        problems=[words_of(problem) for problem in preview.problems],
    )


def _asked_or_suggested(tender: Tender, views: list[LotView], typed: Typed) -> dict[int, int]:
    """The quantities typed, or those of the suggestion named by `usul` while nothing is typed."""
    if any(map(_is_amount, typed.values)):
        try:
            return _asked(tender, typed)
        except Invalid as refusal:
            typed.errors.setdefault(refusal.field, words_of(refusal))
            return {}
    found_shares: dict[int, int] = {}
    for view in views:
        chosen = _suggested(view, typed["usul"])
        found_shares |= {part.entry.line.id: part.quantity for part in (chosen.parts if chosen else ())}
    return found_shares


def _check_still_above_limit(tender: Tender, asked: Mapping[int, int]) -> None:
    """Raise Invalid when "propose to the approver" was pressed for what would now be decided at once: nobody awards
    without knowing it."""
    preview = reading.preview_of(tender, boards.views_of(tender), asked)
    if preview.value and not preview.problems and not preview.needs_approval:
        raise Invalid(
            "shares",
            "decided_at_once",
            N_("Dengan jumlah ini pemenang langsung ditetapkan, tanpa penyetuju. Periksa, lalu tekan sekali lagi."),
        )


def _is_amount(name: str) -> bool:
    """Whether a field holds the units per day of a bid's line."""
    return name.startswith("b") and name[1:].isdecimal()


def _suggested(view: LotView, name: str) -> Suggestion | None:
    return {"satu": view.single, "nilai": view.by_score}.get(name, view.split)


def _asked(tender: Tender, typed: Typed) -> dict[int, int]:
    """Units per day by bid line; empty fields count as nothing. Raises Invalid for what is no number."""
    lines = [line.id for bid in tender.bids for line in bid.lines]
    return {line_id: whole(f"b{line_id}", typed[f"b{line_id}"]) for line_id in lines if typed[f"b{line_id}"]}


def _shares(tender: Tender, asked: Mapping[int, int]) -> list[Share]:
    return [(line.lot, bid, asked[line.id]) for bid in tender.bids for line in bid.lines if asked.get(line.id, 0) > 0]
