"""The one error that reaches people when what they wrote cannot be used."""

from __future__ import annotations

from math import isnan
from typing import Final

# Reason codes with the sentence people see, Indonesian first, English second.
REASONS: Final[dict[str, tuple[str, str]]] = {
    "not_text": ("Isi dengan tulisan.", "Write text here."),
    "too_long": (
        "Tulisan terlalu panjang; ringkas menjadi paling banyak 200.000 huruf.",
        "The text is too long; keep it within 200,000 characters.",
    ),
    "not_a_date": ("Tanggal tidak dikenali.", "This is not a date."),
    "not_a_number": ("Isi dengan angka.", "Write a number here."),
    "out_of_range": ("Nilai di luar batas yang masuk akal.", "The value is out of range."),
    "unknown_code": ("Kode tidak dikenal.", "This code is not known."),
    "empty": ("Wajib diisi.", "This must be filled in."),
    "duplicate": ("Sudah dipakai; harus unik.", "Given twice; it must be unique."),
    "not_a_list": ("Isi dengan daftar kode.", "Give a list of codes."),
    "not_a_record": ("Isi dengan objek berisi nama dan nilai.", "Give an object of names and values."),
    "dates_reversed": (
        "Tanggal selesai lebih awal daripada tanggal mulai.",
        "The end date is before the start date.",
    ),
    "no_index": ("Folder ini tidak berisi indeks.", "This folder holds no index."),
    "no_file": ("Berkas tidak ditemukan.", "There is no such file."),
    "no_folder": ("Folder tujuan tidak ada; buat dahulu.", "The folder for it does not exist; make it first."),
    "is_folder": ("Ini folder; sebutkan nama berkas.", "This is a folder; name a file."),
    "not_csv_or_parquet": (
        "Nama berkas hasil berakhir .csv atau .parquet.",
        "The answer's name ends in .csv or .parquet.",
    ),
    "not_writable": ("Tidak dapat ditulis di sini.", "This cannot be written here."),
    "not_readable": ("Berkas tidak dapat dibaca.", "This file cannot be read."),
    "not_a_table": ("Berkas ini bukan tabel yang terbaca.", "This file is not a readable table."),
    "not_json": ("Berkas ini bukan JSON yang terbaca.", "This file is not readable JSON."),
    "not_yes_or_no": ("Isi dengan ya atau tidak.", "Write yes or no."),
    "unknown_supplier": ("Usaha ini tidak ada dalam indeks.", "This business is not indexed."),
    "lengths_differ": (
        "Jumlah baris tidak sama.",
        "The columns do not have the same number of rows.",
    ),
}


class BadInput(ValueError):
    """Input that cannot be used: names the field and says why.

    ``reason`` is a code of `REASONS` or a plain sentence; `message` gives the
    sentence in the reader's language (a plain sentence is returned as it is).
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason

    def message(self, lang: str = "id") -> str:
        """The sentence for people, ``lang`` "id" or "en"."""
        pair = REASONS.get(self.reason)
        if pair is None:
            return self.reason
        return pair[1] if lang == "en" else pair[0]


def check_within(field: str, number: object, low: float, high: float) -> None:
    """Raise `BadInput` naming ``field`` unless ``number`` is one within ``low`` and ``high``.

    Whole numbers may have any size: they are compared as they are, since those beyond a float's range have no float.
    """
    if isinstance(number, bool) or not isinstance(number, int | float) or (isinstance(number, float) and isnan(number)):
        raise BadInput(field, "not_a_number")
    if not low <= number <= high:
        raise BadInput(field, "out_of_range")
