"""Tenders: who sees which, the list, one in full, the desk of those who buy."""

from __future__ import annotations

from marketplace.reads.tenders.lists import EXPORTED, Filters, Line, Listing, desk, in_state, listing, state_at
from marketplace.reads.tenders.pages import Surroundings, around, buyer_of, categories, journal_of, kecamatan, sites_of
from marketplace.reads.tenders.rankings import KeptRanking, KeptRow, kept_rankings
from marketplace.reads.tenders.visibility import (
    in_full,
    own_tender,
    own_tenders,
    question_for,
    tender_for,
    tenders_of,
    title_for,
    visible_to,
)

__all__ = [
    "EXPORTED",
    "Filters",
    "KeptRanking",
    "KeptRow",
    "Line",
    "Listing",
    "Surroundings",
    "around",
    "buyer_of",
    "categories",
    "desk",
    "in_full",
    "in_state",
    "journal_of",
    "kecamatan",
    "kept_rankings",
    "listing",
    "own_tender",
    "own_tenders",
    "question_for",
    "sites_of",
    "state_at",
    "tender_for",
    "tenders_of",
    "title_for",
    "visible_to",
]
