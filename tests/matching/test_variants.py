"""One need written in many ways: figures, units, times and languages."""

import datetime as dt

import pytest

from matching.feasts import feast
from matching.understand import Understanding, understand

TODAY = dt.date(2026, 11, 26)


def read(text: str) -> Understanding:
    return understand(text, TODAY)


def day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


DAILY = ["per hari", "/hari", "perhari", "/hr", "tiap hari", "setiap hari", "sehari", "harian", "per day", "a day",
         "sedino", "sapoe", "saben dina", "daily", "unggal dinten", "each day"]  # fmt: skip
WEEKLY = ["per minggu", "/minggu", "/mgg", "seminggu", "tiap pekan", "mingguan", "per week", "weekly", "saminggu"]
MONTHLY = ["per bulan", "/bln", "sebulan", "tiap bulan", "bulanan", "per month", "a month", "monthly", "saben wulan"]
PERIODS = (
    [(said, "day") for said in DAILY] + [(said, "week") for said in WEEKLY] + [(said, "month") for said in MONTHLY]
)


@pytest.mark.parametrize(("said", "period"), PERIODS)
@pytest.mark.parametrize("amount", ["1.200 box", "1200 kotak", "1,2rb dus", "seribu dua ratus boks"])
def test_a_period_is_read_in_every_spelling(amount: str, said: str, period: str) -> None:
    need = read(f"katering {amount} {said}, wajib halal")
    assert (need.quantity, need.unit, need.period) == (1200, "box", period)


@pytest.mark.parametrize(
    ("text", "quantity", "unit"),
    [
        ("600 stel", 600, "stel"), ("600 setel", 600, "stel"), ("400 kg", 400, "kg"), ("400 kilo", 400, "kg"),
        ("4 kuintal", 400, "kg"), ("1,5 ton", 1500, "kg"), ("2 ton", 2, "ton"), ("2,5 kg", 2500, "gram"),
        ("2 hektar", 20_000, "m2"), ("1,5 ha", 15_000, "m2"), ("3 rit", 3, "rit"), ("40 lembar", 40, "pcs"),
        ("5 lusin", 60, ""), ("2 kodi", 40, ""), ("a hundred boxes", 100, "box"),
        ("two hundred portions", 200, "porsi"),
        ("rong atus kotak", 200, "box"), ("satus bungkus", 100, "bungkus"), ("telung atus porsi", 300, "porsi"),
        ("sangang puluh lima kotak", 95, "box"), ("sewu bungkus", 1000, "bungkus"),
        ("tilu ratus bungkus", 300, "bungkus"),
        ("1 juta pcs", 1_000_000, "pcs"), ("10rb pcs", 10_000, "pcs"), ("12 rim", 12, "rim"),
        ("30 jerigen", 30, "kaleng"),
        ("200 balok", 200, "balok"), ("15 tabung", 15, "tabung"), ("120 pax", 120, "orang"), ("75 org", 75, "orang"),
        ("50 galon", 50, "galon"), ("6 titik", 6, "titik"), ("100 meter", 100, "m"), ("20 kubik", 20, "m3"),
        ("12 unit", 12, "unit"), ("8 roll", 8, "roll"), ("25 ekor", 25, "ekor"), ("40 sak", 40, "sak"),
        ("300 btl", 300, "botol"), ("10 karton", 10, "karton"), ("100-150 kotak", 150, "box"),
        ("3 x 2 m 10 lembar", 10, "pcs"),
        ("telp 021-555123 40 sak", 40, "sak"), ("4 kamar", 4, "kamar"), ("100 pasang", 100, "pasang"),
    ],
)  # fmt: skip
def test_amounts_are_read_with_their_unit(text: str, quantity: int, unit: str) -> None:
    need = read(f"butuh {text} secepatnya")
    assert (need.quantity, need.unit, need.period) == (quantity, unit, "once")


@pytest.mark.parametrize(
    ("text", "shifts"),
    [("3 shift", 3), ("tiga shift", 3), ("2 sif", 2), ("3 shifts", 3), ("dua shif", 2), ("telung shift", 3)],
)
def test_shifts_are_counted(text: str, shifts: int) -> None:
    need = read(f"katering 900 box per hari, {text}")
    assert (need.quantity, need.quantity_per_day, need.shifts) == (900, 900, shifts)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("mulai 1 Maret selama 6 bulan", "2027-03-01", "2027-08-31"),
        ("mulai 1 maret s/d 31 agustus", "2027-03-01", "2027-08-31"),
        ("1 Maret - 31 Agustus 2027", "2027-03-01", "2027-08-31"),
        ("mulai Februari sampai Juli", "2027-02-01", "2027-07-31"),
        ("mule 1 feb ampe 31 juli", "2027-02-01", "2027-07-31"),
        ("mulai Juli sampai Maret", "2027-07-01", "2028-03-31"),
        ("from 1 February until 30 April", "2027-02-01", "2027-04-30"),
        ("for 3 months starting January 4", "2027-01-04", "2027-04-03"),
        ("starting January 4th, 2028 for 2 weeks", "2028-01-04", "2028-01-17"),
        ("the 4th of January", "2027-01-04", "2027-01-04"),
        ("mulai sesuk telung wulan", "2026-11-27", "2027-02-26"),
        ("wiwit minggu ngarep suwene rong minggu", "2026-12-03", "2026-12-16"),
        ("mulai isukan salami tilu bulan", "2026-11-27", "2027-02-26"),
        ("tomorrow", "2026-11-27", "2026-11-27"),
        ("next week", "2026-12-03", "2026-12-03"),
        ("bulan Desember", "2026-12-01", "2026-12-31"),
        ("selama Desember", "2026-12-01", "2026-12-31"),
        ("bulan November", "2026-11-26", "2026-11-30"),
        ("selama Ramadhan", "2027-02-08", "2027-03-09"),
        ("selama bulan puasa", "2027-02-08", "2027-03-09"),
        ("mulai awal Ramadan", "2027-02-08", ""),
        ("sampai lebaran", "", "2027-03-10"),
        ("saat natal", "2026-12-25", "2026-12-25"),
        ("jadi dalam 3 minggu", "", "2026-12-17"),
        ("within 10 days", "", "2026-12-06"),
        ("2 minggu lagi", "2026-12-10", "2026-12-10"),
        ("mulai Senin depan selama 2 minggu", "2026-11-30", "2026-12-13"),
        ("hari Senin", "2026-11-30", "2026-11-30"),
        ("tgl 24-25 Desember", "2026-12-24", "2026-12-25"),
        ("paling lambat 20 Desember", "", "2026-12-20"),
        ("sebelum 1 Maret 2027", "", "2027-03-01"),
        ("before 15 January", "", "2027-01-15"),
        ("parcel lebaran", "", ""),
        ("Bu Mei", "", ""),
        ("3 bulan sekali", "", ""),
    ],
)
def test_times_are_read_as_people_write_them(text: str, start: str, end: str) -> None:
    need = read(f"roti 20 kotak {text}")
    assert (need.start, need.end) == (day(start), day(end))


@pytest.mark.parametrize(
    ("text", "quantity", "period", "every"),
    [
        ("45 unit 3 bulan sekali", 45, "month", 3),
        ("45 unit setiap 3 bulan", 45, "month", 3),
        ("45 units every 3 months", 45, "month", 3),
        ("50 kg tiap 2 minggu", 50, "week", 2),
        ("50 kg seminggu sekali", 50, "week", 1),
        ("100 porsi 3x sehari", 300, "day", 1),
        ("100 porsi dua kali seminggu", 200, "week", 1),
        ("60 unit per tahun", 60, "month", 12),
    ],
)
def test_how_often_is_read(text: str, quantity: int, period: str, every: int) -> None:
    need = read(f"jasa servis {text}, selama 1 tahun")
    assert (need.quantity, need.period, need.every, need.days) == (quantity, period, every, 365)


@pytest.mark.parametrize(
    ("text", "weekdays"),
    [
        ("senin-jumat", (0, 1, 2, 3, 4)), ("senin s/d sabtu", (0, 1, 2, 3, 4, 5)),
        ("setiap hari kerja", (0, 1, 2, 3, 4)),
        ("every weekday", (0, 1, 2, 3, 4)), ("setiap senin, rabu dan jumat", (0, 2, 4)), ("setiap hari jumat", (4,)),
        ("selasa dan kamis", (1, 3)), ("every Monday and Thursday", (0, 3)), ("setiap hari minggu", (6,)),
        ("saben senen", (0,)),
    ],
)  # fmt: skip
def test_days_of_the_week_are_read(text: str, weekdays: tuple[int, ...]) -> None:
    need = read(f"snack 80 kotak {text}")
    assert (need.weekdays, need.quantity, need.period) == (weekdays, 80, "day")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("wajib halal", ("HALAL",)), ("harus hallal sm PIRT", ("HALAL", "PIRT")), ("halal certified", ("HALAL",)),
        ("wajib K3", ("AK3U",)), ("spanduk K3", ()), ("punya NIB dan NPWP", ("NIB", "NPWP")),
        ("iso 9001", ("ISO9001",)),
        ("laik higiene sanitasi", ("SLHS",)), ("juru las bersertifikat", ("WELDER",)), ("tanpa halal", ()),
    ],
)  # fmt: skip
def test_certificates_are_read(text: str, codes: tuple[str, ...]) -> None:
    assert read(f"jasa {text}").certificates == codes


def test_the_islamic_year_comes_about_eleven_days_earlier_each_year() -> None:
    first = [feast("fast", dt.date(year, 1, 10)) for year in (2025, 2026, 2027)]
    assert first == [
        (dt.date(2025, 3, 1), dt.date(2025, 3, 30)),
        (dt.date(2026, 2, 18), dt.date(2026, 3, 19)),
        (dt.date(2027, 2, 8), dt.date(2027, 3, 9)),
    ]
    assert feast("sacrifice", TODAY) == (dt.date(2027, 5, 17), dt.date(2027, 5, 17))


def test_beyond_the_calendar_there_is_no_feast() -> None:
    for kind in ("fast", "eid", "sacrifice", "christmas", "new_year"):
        for today in (dt.date.min, dt.date.max):
            found = feast(kind, today)
            assert found is None or found[1] >= today
