"""Typed tables, relations and constraints. No verbs: what changes a row lives in `services`."""

from marketplace.models import (  # noqa: F401  (every module registers its tables on Base)
    accounts,
    areas,
    audit,
    awards,
    bank_accounts,
    bids,
    budgets,
    business_checks,
    business_files,
    businesses,
    buyers,
    categories,
    certificates,
    codes,
    contracts,
    disputes,
    documents,
    holidays,
    linkage,
    negotiations,
    notices,
    packages,
    passports,
    plans,
    privacy,
    rates,
    registrations,
    registry,
    sessions,
    spending,
    tenders,
    training,
)
from marketplace.models.base import Base, db

__all__ = ["Base", "db"]
