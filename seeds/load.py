"""Loading the reference data into the database; loading it again brings it up to date."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, insert

from marketplace.models import db
from marketplace.models.areas import Area
from marketplace.models.base import insert_into
from marketplace.models.categories import Category, CertificateType, Kbli, Requirement
from marketplace.models.holidays import Holiday
from marketplace.models.rates import Rate
from marketplace.rules.certificates import Holder
from marketplace.rules.tenders import Level
from seeds import reference
from seeds.packages import load_packages


def load_reference() -> dict[str, int]:
    """Insert or bring up to date every reference row; returns how many rows each table was given. Never commits.

    Training packages are only inserted where they are missing, for Dinkop changes them.
    """
    return {
        "areas": _areas(),
        "categories": _categories(),
        "kbli": _kbli(),
        "certificate_types": _certificate_types(),
        "requirements": _requirements(),
        "rates": _rates(),
        "holidays": _holidays(),
        "packages": load_packages(),
    }


def _keep(table: type, key: list[str], rows: list[dict[str, Any]]) -> int:
    """Insert rows, updating those whose key is already there."""
    statement = insert_into(table).values(rows)
    others = {name: statement.excluded[name] for name in rows[0] if name not in key}
    db.session.execute(statement.on_conflict_do_update(index_elements=key, set_=others))
    return len(rows)


def _areas() -> int:
    rows = [{**asdict(area), "aliases": ";".join(area.aliases)} for area in reference.read_areas()]
    return _keep(Area, ["code"], rows)


def _categories() -> int:
    rows = [
        {
            "code": c.code,
            "parent_code": c.parent,
            "name_id": c.name_id,
            "name_en": c.name_en,
            "kind": c.kind,
            "unit": c.unit,
            "unit_en": c.unit_en,
            "synonyms": ";".join(c.synonyms),
            "position": position,
        }
        for position, c in enumerate(reference.read_categories())
    ]
    parents = [row for row in rows if row["parent_code"] is None]
    children = [row for row in rows if row["parent_code"] is not None]
    return _keep(Category, ["code"], parents) + _keep(Category, ["code"], children)


def _kbli() -> int:
    rows = {
        (k.category, k.code, k.vintage): {
            "category_code": k.category,
            "code": k.code,
            "vintage": int(k.vintage),
            "title_id": k.title_id[:200],
        }
        for k in reference.read_kbli()
    }
    return _keep(Kbli, ["category_code", "code", "vintage"], list(rows.values()))


def _certificate_types() -> int:
    rows = [
        {
            "code": t.code,
            "name_id": t.name_id,
            "name_en": t.name_en,
            "issuer": t.issuer,
            "holder": Holder(t.holder),
            "validity_months": t.validity_months,
            "number_pattern": t.number_pattern or "",
            "basis": t.basis,
            "note": t.note,
        }
        for t in reference.read_certificate_types()
    ]
    return _keep(CertificateType, ["code"], rows)


def _requirements() -> int:
    """Requirements have no natural key that may not change, so they are replaced whole."""
    db.session.execute(delete(Requirement))
    rows = [
        {
            "category_code": r.category,
            "certificate_code": r.certificate,
            "level": Level(r.level),
            "scale": "" if r.scale == "all" else r.scale,
            "valid_from": r.valid_from,
            "valid_until": r.valid_until,
            "basis": r.basis,
        }
        for r in reference.read_requirements()
    ]
    db.session.execute(insert(Requirement), rows)
    return len(rows)


def _rates() -> int:
    kept = ("code", "valid_from", "valid_until", "name_id", "name_en", "value", "unit", "source", "note")
    rows = [{name: getattr(rate, name) for name in kept} for rate in reference.read_rates()]
    return _keep(Rate, ["code", "valid_from"], rows)


def _holidays() -> int:
    return _keep(Holiday, ["day", "name_id"], [asdict(holiday) for holiday in reference.read_holidays()])
