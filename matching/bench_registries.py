"""Two generated registries of one city, as two offices would keep them, with the truth: for measuring linkage.

Nothing in `linkage` was fitted to these lists. Every person, number and address is invented.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from .bench_noise import Luck, address_noise, digits_noise, name_noise, text_noise, words

Row = dict[str, str]

AREAS: Final = words(
    "Cibeber;Kedaleman;Bulakan;Cikerai;Karang Asem;Kalitimbang;Bagendung;Ciwedus;Bendungan;Ketileng;Ciwaduk;Tamansari;"
    "Lebakgede;Mekarsari;Suralaya;Banjar Negara;Tegal Ratu;Kubangsari;Gunung Sugih;Kepuh;Randakari;Sukmajaya;"
    "Jombang Wetan;Masigit;Panggung Rawi;Gedong Dalem;Kotasari;Grogol;Rawa Arum;Gerem;Ramanuju;Kotabumi;Kebon Dalem;"
    "Purwakarta;Tegal Bunder;Pabean;Warnasari;Dringo;Lebak Denok;Taman Baru;Kebonsari;Samangraya;Citangkil",
    ";",
)
OLD_AREAS: Final = {"Grogol": "Gerogol", "Dringo": "Deringo", "Samangraya": "Samang Raya", "Tamansari": "Taman Sari"}
MEN: Final = words(
    "Muhammad Ahmad Abdul Asep Dedi Deni Dadang Ujang Agus Budi Eko Edi Hendra Heri Iwan Jaenal Jamaludin Kosasih "
    "Lukman Mahmud Mulyadi Nurdin Rahmat Rohman Rohmat Rudi Saepudin Saepul Samsudin Sobri Suhendi Suherman Sukardi "
    "Sunardi "
    "Supriyadi Suryana Sutisna Taufik Tatang Ubaidillah Wahyudi Yusuf Zaenal Zulkifli Hasan Husen Fauzi Farid Faisal "
    "Bahrudin Anwar Arifin Aminudin Marzuki Masduki Muhidin Munir Nasrudin Ridwan Rifai Sanusi Sahroni Subhan Tohir "
    "Umar Wawan Yadi Yayan Yudi Hidayat Kurniawan Setiawan Saputra Ramadhan Nugraha Firmansyah Maulana Gunawan Santoso "
    "Irawan Susanto Prasetyo Wijaya Siregar Nasution Simanjuntak Pratama Hakim Syahputra Permana Mansur Ismail Ibrahim"
)
WOMEN: Final = words(
    "Siti Nur Sri Dewi Rina Yati Yanti Ratna Lilis Eneng Euis Nengsih Iis Neneng Tuti Titin Maryam Aisyah Fatimah "
    "Khadijah Rohmah Rohayati Hasanah Hayati Munawaroh Mardiana Marlina Nurhayati Nuraeni Sumiati Sumarni Suryani "
    "Sulastri Susilawati Kurniasih Sukaesih Juhaeriah Sarifah Sofiah Umayah Uswatun Zahra Halimah Hikmah Ida Imas "
    "Kokom Lina Linda Maesaroh Masitoh Mulyati Nani Nina Nining Novi Patimah Rahmawati Rani Rosita Rukmini Saodah "
    "Sunarti "
    "Supriyati Wiwin Yayah Yuli Yuyun Zaenab Anisa Intan Putri Mega Indah Lestari Fitri Fitriani Handayani Anggraeni "
    "Permatasari Wulandari Rohimah Maemunah Suheriyah Kartika Puspita Oktaviani Safitri Utami Astuti Kusuma"
)
BRANDS: Final = words(
    "Berkah;Barokah;Rizki;Rezeki;Jaya;Makmur;Mandiri;Sejahtera;Lestari;Abadi;Amanah;Sinar;Mekar;Melati;Mawar;Kenanga;"
    "Cahaya;Bintang;Pelangi;Sakinah;Azzahra;Alifa;Kirana;Salsabila;Hanum;Zahira;Keisha;Rafa;Azka;Raihan;Berkah Jaya;"
    "Sumber Rejeki;Putra Mandiri;Dua Putri;Tiga Saudara;Mekar Sari;Sinar Pagi;Cahaya Bunda;Karya Bersama;Doa Ibu;"
    "Sari Rasa;Rasa Sayang;Lancar Jaya;Maju Terus;Raos;Kangen;Selera Kampung;Selat Sunda;Krakatau;Harapan Kita",
    ";",
)
TRADES: Final[dict[str, tuple[str, ...]]] = {
    "catering": ("Katering", "Catering", "Dapur", "Nasi Box"),
    "warung-makan": ("Warung", "RM", "Warung Nasi", "Soto", "Bakso"),
    "snack-kue": ("Kue", "Snack", "Roti", "Cake"),
    "sembako": ("Toko", "Warung", "Sembako", "Kios"),
    "seragam": ("Konveksi", "Garmen", "Seragam"),
    "jahit-permak": ("Penjahit", "Modiste", "Permak"),
    "laundry": ("Laundry", "Londri", "Cuci Setrika"),
    "percetakan": ("Percetakan", "Sablon", "Digital Printing"),
    "mebel": ("Mebel", "Furniture", "Meubel"),
    "las-fabrikasi": ("Bengkel Las", "Las", "Teralis"),
    "bengkel-kendaraan": ("Bengkel", "Bengkel Motor", "Tambal Ban"),
    "minuman": ("Es", "Kopi", "Jus", "Kedai"),
}
CATEGORIES: Final = tuple(TRADES)
STREETS: Final = words(
    "Melati Mawar Anggrek Kenanga Pahlawan Merdeka Diponegoro Kartini Cendana Jati Mangga Rambutan Garuda Elang Masjid "
    "Sekolah Pasar Kelapa Sudirman Veteran Sunan Bonang Yasin Beji Kavling Raya Merak Ciwandan Serdang"
)
PLACES: Final = words(
    "Kubang Sari Sumur Karang Jerang Palas Cikuasa Kruwuk Langon Medaksa Pecinan Sawah Temiyang Kebon Pejaten "
    "Delingseng Barokah Lor Kidul Tegal Wangi Gardu Pakuncen Kadipaten Priuk Sambi Weringin Jangkar Ciberko Cigading"
)
SYLLABLES: Final = words("ba ci da fi gu ha ji ka lo ma ni pu ra sa ti wa ya zu ran sih din man wati yah lis tor nes")


@dataclass(frozen=True)
class Profile:
    """How badly the lists are kept; every number but the last two is a share of rows (0..1)."""

    name: str
    typo: float = 0.10
    missing: dict[str, float] = field(default_factory=dict)
    wrong_digit: float = 0.04
    other_phone: float = 0.06
    renamed: float = 0.02
    moved: float = 0.02
    wrong_birth: float = 0.05
    retitled: float = 0.4
    second: float = 0.04
    household: float = 0.06
    twins: float = 0.004
    repeated: float = 0.01
    shared: float = 0.8
    coined: float = 0.3
    columns: tuple[str, ...] = (
        "id", "name", "owner", "nik", "nib", "npwp", "phone", "birth_date", "address", "kelurahan", "category",
    )  # fmt: skip


USUAL: Final = {
    "nik": 0.06,
    "nib": 0.45,
    "npwp": 0.7,
    "phone": 0.1,
    "birth_date": 0.08,
    "address": 0.04,
    "category": 0.06,
}
SPARSE: Final = {
    "nik": 0.4, "nib": 0.75, "npwp": 0.9, "phone": 0.3, "birth_date": 0.35, "address": 0.15, "category": 0.3,
    "owner": 0.08,
}  # fmt: skip
PROFILES: Final = {
    "light": Profile("light", 0.08, {k: v / 2 for k, v in USUAL.items()}, 0.02, 0.03, 0.01, wrong_birth=0.02),
    "usual": Profile("usual", 0.15, USUAL),
    "heavy": Profile("heavy", 0.30, USUAL, 0.10, 0.12, 0.04, 0.05, 0.12, 0.6),
    "sparse": Profile("sparse", 0.15, SPARSE),
    "doubles": Profile("doubles", 0.15, USUAL, repeated=0.08, second=0.08, household=0.12, twins=0.01, coined=0.05),
    "full": Profile("full", 0.2, USUAL, repeated=0.0, second=0.0, shared=1.0),
    "people": Profile(
        "people", 0.3, {"nik": 0.02, "birth_date": 0.04, "address": 0.04}, 0.1, repeated=0.0, second=0.0, shared=1.0,
        columns=("id", "name", "nik", "birth_date", "address", "kelurahan"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Person:
    """An owner as the civil register knows them."""

    name: str
    woman: bool
    born: dt.date
    nik: str
    phone: str
    street: str
    area: str


def registries(count: int, seed: int, profile: Profile) -> tuple[list[Row], list[Row], set[tuple[str, str]]]:
    """Two lists of about ``count`` rows each and the pairs (left id, right id) that are the same business."""
    luck = Luck(seed)
    entities = _entities(int(count / (0.5 + profile.shared / 2)), luck, profile)
    lists: tuple[list[tuple[int, Row]], list[tuple[int, Row]]] = ([], [])
    for number, entity in enumerate(entities):
        both = luck.chance(profile.shared)
        sides = (0, 1) if both else (int(luck.chance(0.5)),)
        for side in sides:
            for _ in range(1 + luck.chance(profile.repeated)):
                lists[side].append((number, _written(entity, luck, profile)))
    left, right = (_numbered(part, mark, luck, profile) for part, mark in zip(lists, "LR", strict=True))
    known: dict[int, list[str]] = {}
    for number, row in left:
        known.setdefault(number, []).append(row["id"])
    truth = {(a, row["id"]) for number, row in right for a in known.get(number, ())}
    return [row for _, row in left], [row for _, row in right], truth


def repeated_pairs(count: int, seed: int, profile: Profile) -> tuple[list[Row], set[tuple[str, str]]]:
    """One list and the pairs within it (smaller id first) that are the same business."""
    left, right, truth = registries(count // 2, seed, replace(profile, repeated=0.0))
    return left + right, {(min(a, b), max(a, b)) for a, b in truth}


def _numbered(part: list[tuple[int, Row]], mark: str, luck: Luck, profile: Profile) -> list[tuple[int, Row]]:
    order = luck.shuffled(len(part))
    kept = set(profile.columns)
    return [
        (part[at][0], {"id": f"{mark}{place:06d}", **{k: v for k, v in part[at][1].items() if k in kept}})
        for place, at in enumerate(order)
    ]


def _coined(luck: Luck) -> str:
    return "".join(luck.pick(SYLLABLES) for _ in range(luck.between(2, 4))).title()


def _person(luck: Luck, profile: Profile, like: Person | None = None) -> Person:
    woman = luck.chance(0.55)
    pool = WOMEN if woman else MEN
    words = [luck.skewed(pool) for _ in range(luck.between(1, 4))]
    if luck.chance(profile.coined):
        words[-1] = _coined(luck)
    name = " ".join(dict.fromkeys(words))
    born = dt.date(1950, 1, 1) + dt.timedelta(luck.between(0, 20_000))
    phone = "08" + luck.pick(("12", "13", "21", "52", "57", "77", "78", "96", "99")) + luck.digits(luck.between(7, 9))
    area = luck.pick(AREAS)
    street = luck.pick(
        (
            f"Jl. {luck.pick(STREETS)} No. {luck.between(1, 150)} RT {luck.between(1, 9):02d} RW 0{luck.between(1, 8)}",
            f"Link. {luck.pick(PLACES)} {luck.pick(PLACES)} RT {luck.between(1, 9):02d}/{luck.between(1, 8):02d}",
            f"Perum {luck.pick(BRANDS)} Blok {luck.pick('ABCDEFGH')}{luck.between(1, 20)} No {luck.between(1, 40)}",
        )
    )
    if like is not None:
        born = like.born if luck.chance(profile.twins / max(profile.household, 1e-9)) else born
        area, street = like.area, like.street
        phone = like.phone if luck.chance(0.5) else phone
        if born == like.born or luck.chance(0.3):
            name = f"{name.split()[0]} {like.name.split()[-1]}"
            woman = like.woman if born == like.born else woman
    day = born.day + 40 * woman
    nik = f"3672{luck.between(1, 9):02d}{day:02d}{born:%m%y}{luck.between(1, 60):04d}"
    return Person(name, woman, born, nik, phone, street, area)


def _entities(count: int, luck: Luck, profile: Profile) -> list[Row]:
    people: list[Person] = []
    made: list[Row] = []
    while len(made) < count:
        like = luck.pick(people) if people and luck.chance(profile.household) else None
        person = _person(luck, profile, like)
        people.append(person)
        made.append(_business(person, luck))
        if luck.chance(profile.second):
            other = _business(person, luck)
            same = ("nib",) if luck.chance(0.4) else ()
            made.append({**other, **{k: made[-1][k] for k in same}})
    return made


def _business(person: Person, luck: Luck) -> Row:
    category = luck.skewed(CATEGORIES)
    word, first = luck.pick(TRADES[category]), person.name.split()[0]
    called = f"{'Bu' if person.woman else 'Pak'} {first}"
    name = luck.pick(
        (
            f"{word} {luck.pick(BRANDS)}",
            f"{word} {called}",
            f"{word} {_coined(luck)}",
            f"{luck.pick(BRANDS)} {_coined(luck)}",
        )
    )
    away = luck.chance(0.1)
    return {
        "name": name,
        "owner": person.name,
        "nik": person.nik,
        "nib": f"{luck.between(1, 28):02d}{luck.between(1, 12):02d}2{luck.between(1, 5)}{luck.digits(7)}",
        "npwp": luck.digits(15),
        "phone": person.phone,
        "birth_date": person.born.isoformat(),
        "address": f"Jl. {luck.pick(STREETS)} No. {luck.between(1, 150)}" if away else person.street,
        "kelurahan": luck.pick(AREAS) if away else person.area,
        "category": category,
        "woman": "1" if person.woman else "",
    }


def _written(entity: Row, luck: Luck, profile: Profile) -> Row:
    """One office's writing of a business."""
    row = dict(entity)
    woman = row.pop("woman")
    if luck.chance(profile.renamed):
        row["name"] = f"{luck.pick(TRADES[row['category']])} {luck.pick(BRANDS)} {_coined(luck)}"
    if luck.chance(profile.other_phone):
        row["phone"] = "08" + luck.digits(10)
    if luck.chance(profile.moved):
        row["address"], row["kelurahan"] = f"Jl. {luck.pick(STREETS)} No. {luck.between(1, 150)}", luck.pick(AREAS)
    if luck.chance(0.04):
        row["category"] = luck.pick(CATEGORIES)
    row["name"] = name_noise(
        row["name"], luck, profile.typo, ("CV", "UD", "PT", "Toko", "Warung"), profile.retitled / 3
    )
    titles = ("Hj.", "Ibu", "Bu") if woman else ("H.", "Bapak", "Pak")
    row["owner"] = name_noise(row["owner"], luck, profile.typo, titles, profile.retitled / 2)
    row["address"] = address_noise(row["address"], luck, profile.typo)
    row["kelurahan"] = _area(row["kelurahan"], luck, profile.typo)
    for column in ("nik", "nib", "npwp"):
        row[column] = digits_noise(row[column], luck, profile.wrong_digit)
    row["phone"] = _phone(digits_noise(row["phone"], luck, profile.wrong_digit / 2), luck)
    row["birth_date"] = _birth(row["birth_date"], luck, profile.wrong_birth)
    for column, share in profile.missing.items():
        if luck.chance(share):
            row[column] = ""
    return row


def _area(area: str, luck: Luck, typo: float) -> str:
    if luck.chance(0.1):
        area = OLD_AREAS.get(area, area.replace(" ", "") if " " in area else area)
    area = text_noise(area, luck) if luck.chance(typo / 2) else area
    return luck.pick((area, area, area.upper(), f"Kel. {area}"))


def _phone(phone: str, luck: Luck) -> str:
    bare = phone[1:]
    forms: Sequence[str] = (phone, phone, bare, "+62" + bare, "62" + bare, f"{phone[:4]}-{phone[4:8]}-{phone[8:]}")
    return luck.pick(forms)


def _birth(iso: str, luck: Luck, wrong: float) -> str:
    born = dt.date.fromisoformat(iso)
    if luck.chance(wrong):
        kind = luck.between(0, 4)
        if kind == 0 and born.day <= 12:
            born = born.replace(month=born.day, day=born.month)
        elif kind == 1:
            born = born.replace(year=born.year + int(luck.pick((-10, -1, 1, 10))), day=min(born.day, 28))
        else:
            born = born + dt.timedelta(int(luck.pick((-10, -1, 1, 10, 30))))
    return luck.pick((born.isoformat(), f"{born:%d/%m/%Y}", f"{born:%d-%m-%Y}", born.isoformat()))
