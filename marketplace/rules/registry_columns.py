"""Which column of a list is what: found by the words of its title, by its cells, and by what a clerk said last time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from marketplace.rules.registry_names import parted
from marketplace.rules.registry_numbers import Cell, plain
from marketplace.rules.words import N_, Word

Row = Sequence[Cell | None]


class Field(Word):
    """What a column may hold."""

    SOURCE_ID = "source_id", N_("Nomor usaha di daftar ini")
    NAME = "name", N_("Nama usaha")
    OWNER = "owner_name", N_("Nama pemilik")
    NAMES = "names", N_("Nama usaha dan pemilik dalam satu sel")
    NIK = "nik", N_("NIK")
    NIB = "nib", N_("NIB")
    NPWP = "npwp", N_("NPWP")
    GENDER = "gender", N_("Jenis kelamin")
    BIRTH_DATE = "birth_date", N_("Tanggal lahir")
    PHONE = "phone", N_("Nomor HP")
    ADDRESS = "address", N_("Alamat usaha")
    RT = "rt", N_("RT")
    RW = "rw", N_("RW")
    KELURAHAN = "kelurahan", N_("Kelurahan")
    KECAMATAN = "kecamatan", N_("Kecamatan")
    CITY = "city", N_("Kota atau kabupaten")
    ACTIVITY = "activity", N_("Kegiatan usaha")
    PRODUCTS = "products", N_("Produk")
    KBLI_CODE = "kbli_code", N_("Kode KBLI")
    KBLI_TEXT = "kbli_text", N_("Uraian KBLI")
    KIND = "kind", N_("Bentuk usaha")
    SCALE = "scale", N_("Skala usaha")
    SALES = "annual_sales", N_("Omzet setahun (rupiah)")
    CAPITAL = "capital", N_("Modal (rupiah)")
    WORKERS = "workers", N_("Tenaga kerja (dijumlahkan)")
    FOUNDED = "founded_year", N_("Tahun mulai")
    CAPACITY = "capacity", N_("Kapasitas produksi per hari")
    LAT = "lat", N_("Lintang")
    LON = "lon", N_("Bujur")


SUMMED = frozenset({Field.WORKERS})
"""Fields that several columns may share; all others belong to one column."""

NUMBERS = frozenset({Field.SALES, Field.CAPITAL, Field.WORKERS, Field.CAPACITY, Field.LAT, Field.LON})
"""Fields in which 0 is an answer."""

SECRET = frozenset({Field.NIK, Field.NPWP, Field.PHONE})
"""Fields that are masked on screen."""

F = Field
SIDT_COLUMNS: dict[str, Field] = {
    "id_data_badan_usaha": F.SOURCE_ID, "nik_pengusaha": F.NIK, "nama_pengusaha": F.OWNER, "nib": F.NIB,
    "jenis_kelamin": F.GENDER, "tanggal_lahir": F.BIRTH_DATE, "kontak_hp": F.PHONE, "nama_usaha": F.NAME,
    "kegiatan_utama": F.ACTIVITY, "produk_utama": F.PRODUCTS, "kategori_kbli": F.KBLI_TEXT, "kode_kbli": F.KBLI_CODE,
    "status_badan_usaha": F.KIND, "modal_pendirian": F.CAPITAL, "tahun_mulai_operasi": F.FOUNDED,
    "kab_usaha": F.CITY, "kec_usaha": F.KECAMATAN, "kel_usaha": F.KELURAHAN, "alamat_usaha": F.ADDRESS,
    "rt_usaha": F.RT, "rw_usaha": F.RW, "alamat_latitude": F.LAT, "alamat_longitude": F.LON,
    "tk_dibayar_laki": F.WORKERS, "tk_dibayar_perempuan": F.WORKERS, "tk_not_dibayar_laki": F.WORKERS,
    "tk_not_dibayar_perempuan": F.WORKERS, "skala_usaha": F.SCALE, "omzet_tahunan": F.SALES,
}  # fmt: skip
"""The ministry's own names. Workers with a disability are counted among the men and women."""

_WORDS: tuple[tuple[Field, str], ...] = (
    (F.SOURCE_ID, r"id data badan usaha|id usaha|kode usaha|no(mor)? (induk|register|registrasi|anggota)"),
    (F.NAMES, r"(nama )?(pemilik|pengusaha|pelaku)( usaha)? *(/|dan|&|\+) *(nama )?(usaha|perusahaan|toko|umkm)"),
    (F.NAMES, r"(nama )?(usaha|umkm|toko) *(/|dan|&|\+) *(nama )?(pemilik|pengusaha)"),
    (F.OWNER, r"nama( lengkap| owner)?|nama sesuai ktp|owner|(nama )?(pemilik|pengusaha|pelaku)( usaha)?"),
    (F.OWNER, r"(nama )?(penanggung ?jawab|pimpinan|ketua|direktur)"),
    (F.NAME, r"(nama )?(usaha|umkm|perusahaan|toko|ukm|ikm|badan usaha|merk|merek|brand|koperasi)"),
    (F.NIK, r"(no(mor)?\.? *)?(nik|ktp|induk kependudukan|n\.i\.k\.?)( pemilik| pengusaha| ktp)?"),
    (F.NIB, r"(no(mor)?\.? *)?(nib|induk berusaha)( oss)?"),
    (F.NPWP, r"(no(mor)?\.? *)?npwp.*"),
    (F.GENDER, r"jenis kelamin|jk|j/k|l ?/ ?p|kelamin|gender|sex"),
    (F.BIRTH_DATE, r"(tempat,? *(/|dan)? *)?(tanggal|tgl\.?) ?lahir|ttl"),
    (F.PHONE, r"(no(mor)?\.? *)?(hp|h\.p\.?|handphone|telp?(on|epon)?\.?|wa|whatsapp|kontak|ponsel)"),
    (F.PHONE, r"(no(mor)?\.? *)?(hp|telp?(on|epon)?\.?|kontak).*(hp|wa|telp?|telepon|aktif)"),
    (F.RT, r"rt"),
    (F.RW, r"rw"),
    (F.KELURAHAN, r"(alamat )?(kelurahan|kel\.?|desa|desa */ *kelurahan|(kelurahan|kel\.?) */ *desa)( usaha)?"),
    (F.KECAMATAN, r"(alamat )?(kecamatan|kec\.?)( usaha)?"),
    (F.CITY, r"kota|kab(upaten)?\.?|kab(upaten)?\.? */ *kota|kota */ *kab(upaten)?\.?"),
    (F.ADDRESS, r"alamat( lengkap| usaha| tempat usaha| toko| rumah)?|lokasi( usaha)?|jalan|alamat jalan"),
    (F.KBLI_CODE, r"((kode|no\.?) )?kbli( 20\d\d)?|kode kbli.*"),
    (F.KBLI_TEXT, r"(kategori|uraian|judul|nama) kbli"),
    (F.KIND, r"(bentuk|status) (badan )?(usaha|hukum)( hukum)?|(jenis )?badan (usaha|hukum)|legalitas"),
    (F.ACTIVITY, r"(jenis|bidang|kegiatan|sektor|deskripsi|uraian) (usaha|kegiatan|utama).*|kegiatan"),
    (F.PRODUCTS, r"(jenis |nama )?(produk|barang|komoditi|komoditas|hasil)( utama| yang dihasilkan| usaha| unggulan)?"),
    (F.SCALE, r"skala( usaha)?|klasifikasi( usaha)?|kelas usaha"),
    (F.SALES, r"(omzet|omset|penjualan|pendapatan|hasil penjualan)(?!.*(bulan|bln|minggu|hari)).*"),
    (F.CAPITAL, r"(modal|modal usaha|modal pendirian|modal awal).*"),
    (F.WORKERS, r"(jumlah |jml\.? ?)?(tenaga kerja|karyawan|pekerja|pegawai|tk|naker).*"),
    (F.FOUNDED, r"(tahun|thn\.?) (mulai|berdiri|pendirian|operasi|usaha).*|berdiri( sejak)?|mulai usaha"),
    (F.CAPACITY, r"(kapasitas|produksi (per )?hari)(?!.*(bulan|bln|minggu|pekan|tahun|thn)).*"),
    (F.LAT, r"lat|latitude|lintang|garis lintang"),
    (F.LON, r"lon|long|lng|longitude|bujur|garis bujur"),
)
"""Titles by field, whole or almost; earlier lines win a tie."""

_TITLES = tuple((found, re.compile(pattern)) for found, pattern in _WORDS)
_NUMBERING = re.compile(r"no\.?|nomor|no\.? ?urut|#")

TITLE, SAID, EXACT = 2.0, 10.0, 5.0
"""Points for a title whose words fit, for what was answered last time, and for the ministry's own name."""
DOUBTED = 0.75
"""Points of a title that the cells below do not bear out: less than cells that all say something else."""
ENOUGH = 0.6
"""Points from which a column is proposed; cells alone give at most 1."""


@dataclass(frozen=True)
class Layout:
    """Where the data of a sheet begin, and what each column is: `header` counts rows from 0, `rows` is 1 or 2.

    `fields` has one Field or None for each column.
    """

    header: int
    rows: int
    titles: tuple[str, ...]
    fields: tuple[Field | None, ...]


def title_key(text: Cell | None) -> str:
    """A title in small letters with single spaces, without stars and colons: by it an answer is remembered."""
    words = re.sub(r"[*:\"]", " ", plain(text).lower().replace("\n", " "))
    return " ".join(words.split())[:200]


def by_title(title: str) -> Field | None:
    """The field whose usual titles fit; None for running numbers and unknown words."""
    text = title_key(title)
    if text in SIDT_COLUMNS:
        return SIDT_COLUMNS[text]
    bare = re.sub(r"\s*\([^)]*\)", "", text).strip(" .").replace("_", " ")
    for candidate in (bare, text):
        for found, pattern in _TITLES:
            if pattern.fullmatch(candidate):
                return found
    return None


# -- header -----------------------------------------------------------------------


def find_header(rows: Sequence[Row]) -> tuple[int, int]:
    """(first header row from 0, number of header rows 1 or 2) among the first twenty rows; (0, 1) when nothing fits."""
    scores = [sum(by_title(plain(cell)) is not None for cell in row) for row in rows[:20]]
    if not scores or max(scores) == 0:
        return 0, 1
    best = max(range(len(scores)), key=lambda i: (scores[i], -i))
    if best + 1 < len(rows) and _continues(rows[best], rows[best + 1]):
        return best, 2
    if best > 0 and _continues(rows[best - 1], rows[best]) and scores[best - 1] > 0:
        return best - 1, 2
    return best, 1


def _continues(upper: Row, lower: Row) -> bool:
    """Whether `lower` is the second line of a header: its few titles stand where `upper` is empty or spans."""
    filled = [i for i, cell in enumerate(lower) if plain(cell) and not is_numbering(lower)]
    if not filled or any(re.search(r"\d", plain(lower[i])) for i in filled):
        return False
    above = [plain(upper[i]) if i < len(upper) else "" for i in filled]
    spans = sum(not a or above.count(a) > 1 or a == plain(lower[i]) for a, i in zip(above, filled, strict=True))
    first = above and above[0] and (len(filled) == 1 or above[1] == "")
    known = sum(by_title(plain(lower[i])) is not None for i in filled)
    return (spans + bool(first)) >= len(filled) > 0 and known > 0 and len(filled) < max(2, len(lower))


def is_numbering(row: Row) -> bool:
    """Whether a row only numbers the columns: 1, 2, 3 or (1), (2), (3)."""
    texts = [plain(cell).strip("() ") for cell in row if plain(cell)]
    return len(texts) >= 3 and texts == [
        str(n) for n in range(int(texts[0]) if texts[0].isdecimal() else 1, len(texts) + 1)
    ]


def titles_of(rows: Sequence[Row], header: int, count: int, width: int) -> list[str]:
    """The title of each of `width` columns; of a header in two rows both words, the upper one spread to the right."""
    upper = [plain(cell) for cell in rows[header]] if header < len(rows) else []
    upper += [""] * (width - len(upper))
    if count < 2 or header + 1 >= len(rows):
        return upper[:width]
    lower = [plain(cell) for cell in rows[header + 1]]
    lower += [""] * (width - len(lower))
    titles, above = [], ""
    for one, two in zip(upper[:width], lower[:width], strict=True):
        above = one or (above if two else "")
        titles.append(two if one == two or not above else f"{above} {two}".strip())
    return titles


# -- what a column is ---------------------------------------------------------------

_GENDERS = frozenset({"l", "p", "lk", "pr", "laki-laki", "laki laki", "laki", "pria", "perempuan", "wanita"})
_SCALES = frozenset({"mikro", "kecil", "menengah", "usaha mikro", "usaha kecil", "usaha menengah"})
_PHONE = re.compile(r"(?:\+?62|0)?8\d{8,11}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}")
_KINDS = frozenset({"perorangan", "cv", "pt", "ud", "koperasi", "pt perorangan", "perseroan perorangan"})


def _compact(text: str) -> str:
    return re.sub(r"[\s.\-']", "", text)


def recognisers(knows_place: Callable[[str], bool]) -> dict[Field, Callable[[str], bool]]:
    """A test by field that its cells pass and others rarely do; `knows_place` says whether a text is a kelurahan."""
    return {
        F.NIK: lambda t: bool(re.fullmatch(r"\d{16}", _compact(t))) and 1 <= int(_compact(t)[6:8]) % 40 <= 31,
        F.NIB: lambda t: bool(re.fullmatch(r"\d{13}", _compact(t))),
        F.NPWP: lambda t: bool(re.fullmatch(r"\d{2}\.\d{3}\.\d{3}\.\d-\d{3}\.\d{3}|\d{15}", t)),
        F.PHONE: lambda t: bool(_PHONE.fullmatch(_compact(t))),
        F.GENDER: lambda t: t.lower() in _GENDERS,
        F.SCALE: lambda t: t.lower() in _SCALES,
        F.KIND: lambda t: t.lower() in _KINDS,
        F.BIRTH_DATE: lambda t: bool(_DAY.fullmatch(t)),
        F.KELURAHAN: knows_place,
        F.KBLI_CODE: lambda t: bool(re.fullmatch(r"(?:[A-V]\.?)?\d{5}", t)),
        F.NAMES: lambda t: parted(t) is not None,
    }


def propose(
    titles: Sequence[str],
    rows: Sequence[Row],
    remembered: Mapping[str, Field | None],
    knows_place: Callable[[str], bool],
) -> tuple[Field | None, ...]:
    """What each column is, best guesses first: last time's answer, then the title, then its cells.

    `rows` are rows of data. A field is given to one column only, save those of SUMMED.
    """
    tests = recognisers(knows_place)
    points: list[tuple[float, int, Field]] = []
    settled: dict[int, Field | None] = {}
    for at, title in enumerate(titles):
        key = title_key(title)
        if key and key in remembered:
            settled[at] = remembered[key]
            continue
        cells = [plain(row[at]) if at < len(row) else "" for row in rows]
        for field, score in _points(key, [c for c in cells if c], tests).items():
            points.append((score, -at, field))
    taken = {field for field in settled.values() if field is not None}
    for score, at, field in sorted(points, key=lambda p: (-p[0], -p[1])):
        if score >= ENOUGH and -at not in settled and (field not in taken or field in SUMMED):
            settled[-at] = field
            taken.add(field)
    return tuple(settled.get(at) for at in range(len(titles)))


def _points(title: str, cells: Sequence[str], tests: Mapping[Field, Callable[[str], bool]]) -> dict[Field, float]:
    if _NUMBERING.fullmatch(title) and all(len(cell) < 7 for cell in cells):
        return {}
    found: dict[Field, float] = {}
    named = by_title(title)
    if title in SIDT_COLUMNS:
        return {SIDT_COLUMNS[title]: EXACT}
    if named is not None:
        found[named] = TITLE
    if len(cells) >= 3:
        for field, test in tests.items():
            share = sum(map(test, cells)) / len(cells)
            if field is named and share < 0.2 and field is not F.NAMES:
                found[field] = DOUBTED + share  # (the title says one thing, the cells another)
            elif share >= ENOUGH and (field is not F.NAMES or named in (F.NAME, F.OWNER, None)):
                found[field] = found.get(field, 0.0) + share + (TITLE if field is F.NAMES and named else 0)
    return found


def missing(fields: Sequence[Field | None]) -> list[Field]:
    """The fields without which no row can be taken: a name, and a place."""
    have = set(fields)
    wanted = [] if have & {F.NAME, F.OWNER, F.NAMES} else [F.NAME]
    return wanted if have & {F.KELURAHAN, F.ADDRESS} else [*wanted, F.KELURAHAN]


def doubled(fields: Sequence[Field | None]) -> list[Field]:
    """Fields that were given to more than one column although only one can hold them."""
    given = [f for f in fields if f is not None]
    return sorted({f for f in given if given.count(f) > 1 and f not in SUMMED}, key=str)
