"""The reference tables agree with each other and with the sources they were written from."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from seeds import reference
from seeds.tables import BadReference

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
needs_sources = pytest.mark.skipif(not SHARED.is_dir(), reason="the folder ../shared/data with the sources is absent")


def source_rows(name: str) -> list[dict[str, str]]:
    with (SHARED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_there_are_51_trades_and_about_ninety_things_below_them() -> None:
    categories = reference.read_categories()
    assert sum(c.parent is None for c in categories) == 51
    assert 70 <= sum(c.parent is not None for c in categories) <= 100


def test_every_category_below_a_trade_has_everyday_words_and_a_unit() -> None:
    for category in reference.read_categories():
        assert category.unit
        assert category.unit_en
        assert len(category.synonyms) >= 3, category.code


@needs_sources
def test_the_trades_are_the_public_ones() -> None:
    public = {(r["code"], r["name_id"], r["name_en"]) for r in source_rows("trades.csv") if r["code"] != "none"}
    ours = {(c.code, c.name_id, c.name_en) for c in reference.read_categories() if c.parent is None}
    assert ours == public


def test_every_thing_below_a_trade_has_a_classification_code_of_2025() -> None:
    coded = {k.category for k in reference.read_kbli() if k.vintage == "2025"}
    assert {c.code for c in reference.read_categories() if c.parent} <= coded


@needs_sources
def test_classification_titles_are_the_official_ones() -> None:
    full = {r["code"]: r["title_id"] for r in source_rows("kbli_2025_full.csv")}
    for code in reference.read_kbli():
        if code.vintage == "2025":
            assert code.title_id == full[code.code], code


def test_the_same_digits_may_mean_another_thing_in_the_other_vintage() -> None:
    of = {(k.code, k.vintage): k.category for k in reference.read_kbli()}
    assert of["13133", "2020"] == "sablon-kain"
    assert of["13133", "2025"] == "batik-seragam"


def test_every_changed_code_leads_to_codes_that_exist() -> None:
    codes = {(k.code, k.vintage) for k in reference.read_kbli()}
    changes = reference.read_kbli_changes()
    assert {c.status for c in changes} == {"same", "removed", "reused"}
    for change in changes:
        assert (change.code_2020, "2020") in codes
        assert all((new, "2025") in codes for new in change.codes_2025), change


@needs_sources
def test_all_certificates_of_the_source_are_there() -> None:
    source = {r["code"]: r for r in source_rows("certifications.csv")}
    ours = {c.code: c for c in reference.read_certificate_types()}
    assert ours.keys() == source.keys()
    for code, certificate in ours.items():
        if code != "SLHS":  # the source gives the old term; the rule since October 2025 names none
            months = source[code]["validity_months"]
            assert certificate.validity_months == (int(months) if months else None), code


def gates(category: str, scale: str, at: date) -> set[str]:
    parents = {c.code: c.parent for c in reference.read_categories()}
    places = {category, parents[category]}
    return {
        r.certificate
        for r in reference.read_requirements()
        if r.category in places
        and r.level == "mandatory"
        and r.scale in ("all", scale)
        and (r.valid_from is None or r.valid_from <= at)
        and (r.valid_until is None or at <= r.valid_until)
    }


def test_halal_becomes_a_gate_for_small_caterers_on_18_october_2026() -> None:
    assert gates("katering-harian", "mikro", date(2026, 10, 17)) == {"NIB", "SLHS"}
    assert gates("katering-harian", "mikro", date(2026, 10, 18)) == {"NIB", "SLHS", "HALAL"}
    assert gates("katering-harian", "menengah", date(2024, 10, 18)) == {"NIB", "SLHS", "HALAL"}


def test_a_welder_meets_no_other_gate_than_the_nib() -> None:
    assert gates("fabrikasi-las", "kecil", date(2026, 11, 1)) == {"NIB"}


def test_a_requirement_is_never_mandatory_and_desirable_on_the_same_day() -> None:
    seen: dict[tuple[str, str, str], list[tuple[date, date]]] = {}
    for r in reference.read_requirements():
        span = (r.valid_from or date.min, r.valid_until or date.max)
        others = seen.setdefault((r.category, r.certificate, r.scale), [])
        assert all(span[1] < first or last < span[0] for first, last in others), r
        others.append(span)


def test_the_43_kelurahan_lie_inside_the_box_of_the_city() -> None:
    areas = reference.read_areas()
    assert len(areas) == 43
    assert len({a.kecamatan_code for a in areas}) == len({a.kecamatan for a in areas}) == 8
    for area in areas:
        assert -6.13 < area.lat < -5.87, area
        assert 105.90 < area.lon < 106.12, area


def inside(lon: float, lat: float, ring: list[list[float]]) -> bool:
    """Even-odd rule: a point is inside when a ray from it crosses the ring an odd number of times."""
    odd = False
    for (x1, y1, *_), (x2, y2, *_) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
            odd = not odd
    return odd


@needs_sources
def test_every_centroid_lies_inside_its_own_boundary() -> None:
    features = json.loads((SHARED / "cilegon-kelurahan.geojson").read_text(encoding="utf-8"))["features"]
    shapes = {code_of(f["properties"]): f["geometry"] for f in features}
    for area in reference.read_areas():
        geometry = shapes[area.code]
        parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        assert any(inside(area.lon, area.lat, part[0]) for part in parts), area


def code_of(properties: dict[str, str]) -> str:
    return next(v for v in properties.values() if isinstance(v, str) and v.startswith("36.72.") and len(v) == 13)


def test_no_spelling_points_to_two_kelurahan() -> None:
    owner: dict[str, str] = {}
    for area in reference.read_areas():
        for spelling in (area.kelurahan, *area.aliases):
            assert owner.setdefault(spelling.casefold(), area.code) == area.code, spelling


def test_rates_of_one_code_never_overlap() -> None:
    last: dict[str, date] = {}
    for rate in sorted(reference.read_rates(), key=lambda r: (r.code, r.valid_from)):
        assert rate.code not in last or last[rate.code] < rate.valid_from, rate
        last[rate.code] = rate.valid_until or date.max


def test_a_rate_that_was_not_found_is_left_open_and_says_so() -> None:
    open_rates = [r for r in reference.read_rates() if r.value is None]
    assert {r.code for r in open_rates} == {"PBJT_CILEGON", "PBJT_CILEGON_BEBAS"}
    assert all(r.note == "isi sesuai aturan daerah" for r in open_rates)


def test_the_scale_thresholds_are_those_of_pp_7_2021() -> None:
    value = {r.code: r.value for r in reference.read_rates()}
    billion = Decimal(10**9)
    assert (value["OMZET_MIKRO"], value["OMZET_KECIL"], value["OMZET_MENENGAH"]) == (
        2 * billion,
        15 * billion,
        50 * billion,
    )
    assert (value["MODAL_MIKRO"], value["MODAL_KECIL"], value["MODAL_MENENGAH"]) == (billion, 5 * billion, 10 * billion)


def test_holidays_cover_three_years_and_lunar_dates_from_2027_on_are_estimates() -> None:
    holidays = reference.read_holidays()
    assert {h.day.year for h in holidays if h.kind == "national"} == {2025, 2026, 2027, 2028}
    islamic = [h for h in holidays if h.day.year >= 2027 and h.name_id.startswith(("Idul", "Ramadan", "Maulid"))]
    assert len(islamic) == 8
    assert all(h.certainty == "estimate" for h in islamic)


def test_each_fasting_month_ends_the_day_before_or_at_the_feast() -> None:
    holidays = reference.read_holidays()
    feasts = {h.day.year: h.day for h in holidays if h.name_id == "Idulfitri hari pertama"}
    seasons = [h for h in holidays if h.kind == "season"]
    assert len(seasons) == 4
    for season in seasons:
        assert 28 <= (season.until - season.day).days <= 29
        assert (feasts[season.day.year] - season.until).days == 1


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for path in (ROOT / "seeds").glob("*.csv"):
        shutil.copy(path, tmp_path)
    return tmp_path


BROKEN = [
    ("categories.csv", "laundry-seragam,laundry,", "laundry-seragam,cuci,", "parent 'cuci' is not a trade"),
    ("categories.csv", ",services,kg,kg,binatu", ",services,,kg,binatu", "column unit is empty"),
    (
        "requirements.csv",
        "catering,SLHS,mandatory",
        "catering,SLHSS,mandatory",
        "certificate 'SLHSS' is not a known code",
    ),
    ("requirements.csv", "2021-04-01,2025-10-02", "2021-04-01,2020-10-02", "valid_until lies before valid_from"),
    ("rates.csv", "METERAI,Bea meterai,Stamp duty,10000", "METERAI,Bea meterai,Stamp duty,sepuluh", "not a number"),
    ("areas.csv", "36.72.04,Ciwandan,Kepuh", "36.72.05,Ciwandan,Kepuh", "kecamatan_code must be 36.72.04"),
    ("holidays.csv", "2026-08-17,", "2026-02-30,", "not a date"),
    ("kbli.csv", "katering-harian,56290,2025", "katering-harian,56290,2015", "vintage is '2015'"),
]
READERS = {
    "categories.csv": reference.read_categories,
    "requirements.csv": reference.read_requirements,
    "rates.csv": reference.read_rates,
    "areas.csv": reference.read_areas,
    "holidays.csv": reference.read_holidays,
    "kbli.csv": reference.read_kbli,
}


@pytest.mark.parametrize(("name", "good", "bad", "complaint"), BROKEN)
def test_a_broken_row_is_refused_with_file_and_line(copy: Path, name: str, good: str, bad: str, complaint: str) -> None:
    path = copy / name
    text = path.read_text(encoding="utf-8")
    assert good in text
    line = text[: text.index(good)].count("\n") + 1
    path.write_text(text.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises(BadReference, match=complaint) as caught:
        READERS[name](copy)
    assert str(caught.value).startswith(f"{name}:{line}: ")


def test_a_second_row_of_the_same_key_is_refused(copy: Path) -> None:
    path = copy / "areas.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + text.splitlines()[-1] + "\n", encoding="utf-8")
    with pytest.raises(BadReference, match=r"areas\.csv:45: .* a second time"):
        reference.read_areas(copy)


def test_a_missing_or_foreign_file_is_refused(copy: Path) -> None:
    (copy / "rates.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(BadReference, match=r"rates\.csv:1: the columns must be"):
        reference.read_rates(copy)
    (copy / "rates.csv").unlink()
    with pytest.raises(BadReference, match="the file is missing"):
        reference.read_rates(copy)
