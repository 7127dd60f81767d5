"""Everything that can be wrong with a row of a list, in words, and whether the row is refused for it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from marketplace.rules.words import N_

REJECTIONS: dict[str, str] = {
    "needed": N_("Wajib diisi."),
    "cell_long": N_("Isi sel %(count)s huruf; paling panjang %(limit)s."),
    "formula_empty": N_(
        "Rumus di sel %(cell)s belum punya hasil, jadi sel ini dianggap kosong. "
        "Buka di Excel, simpan, lalu unggah lagi; atau ketik isinya."
    ),
    "shortened": N_("Excel memotong angka ini (3,6E+15). Ubah format kolom menjadi Teks, lalu ketik ulang."),
    "nik_length": N_("NIK harus 16 angka; di sini %(count)s."),
    "nik_digits": N_("NIK hanya berisi angka."),
    "nik_zeros": N_("NIK tidak bisa nol semua."),
    "nik_date": N_("Angka ke-7 sampai ke-12 NIK bukan tanggal lahir yang mungkin."),
    "date_impossible": N_("Tanggal ini tidak mungkin. Tulis seperti 1980-12-31."),
    "year_impossible": N_("Tahun ini tidak mungkin."),
    "negative": N_("Tidak boleh kurang dari nol."),
    "number_odd": N_("Ini bukan angka."),
    "number_huge": N_("Angka ini terlalu besar."),
    "elsewhere": N_("Usaha ini di luar Kota %(city)s."),
    "area_unknown": N_("Kelurahan ini tidak dikenal di Kota %(city)s."),
    "area_missing": N_("Kelurahan kosong dan tidak terbaca dari alamat."),
    "above_medium": N_("Di atas batas usaha menengah (PP 7/2021), jadi bukan UMKM."),
    "repeated_title": N_("Ini judul kolom yang terulang, bukan data."),
}
"""A row with one of these is not taken over."""

WARNINGS: dict[str, str] = {
    "replaced": N_("Ada huruf yang rusak; periksa ejaannya."),
    "nik_number": N_("NIK tersimpan sebagai angka; periksa angka terakhirnya, Excel sering menggantinya dengan 0."),
    "nik_province": N_("Dua angka pertama NIK bukan kode provinsi yang dikenal."),
    "nik_region": N_("Kode kabupaten/kota di NIK tidak dikenal."),
    "nik_missing": N_("Tanpa NIK, usaha ini sulit dikenali lagi."),
    "nib_length": N_("NIB harus 13 angka; di sini %(count)s. NIB tidak dipakai."),
    "nib_digits": N_("NIB hanya berisi angka. NIB tidak dipakai."),
    "npwp_length": N_("NPWP harus 15 atau 16 angka; di sini %(count)s. NPWP tidak dipakai."),
    "npwp_digits": N_("NPWP hanya berisi angka. NPWP tidak dipakai."),
    "npwp_zeros": N_("NPWP nol semua tidak dipakai."),
    "npwp_check": N_("Angka pemeriksa NPWP tidak cocok; periksa salah ketik."),
    "birth_differs": N_("Tanggal lahir berbeda dari yang ada di NIK."),
    "gender_differs": N_("Jenis kelamin berbeda dari yang ada di NIK."),
    "gender_unknown": N_("Jenis kelamin tidak terbaca."),
    "phone_invalid": N_("Nomor HP ini tidak lengkap, jadi tidak dipakai."),
    "phone_unusual": N_("Nomor HP ini tidak terdaftar pada operator mana pun."),
    "area_likely": N_("Dibaca sebagai kelurahan %(name)s."),
    "area_address": N_("Kelurahan %(name)s dibaca dari alamat."),
    "district_differs": N_("Kelurahan %(name)s ada di kecamatan %(district)s."),
    "scale_differs": N_("Menurut omzet atau modal skalanya %(scale)s (PP 7/2021); itu yang dipakai."),
    "scale_unknown": N_("Skala tidak terbaca."),
    "kind_unknown": N_("Bentuk usaha tidak terbaca; dicatat perorangan."),
    "kbli_odd": N_("Kode KBLI terdiri dari 5 angka."),
    "kbli_vintage": N_("Kode KBLI ini berbeda arti di KBLI 2020 dan 2025; jenis usaha ditentukan dari uraian."),
    "trade_unknown": N_("Jenis usaha belum diketahui dari kode atau uraian."),
    "spot_outside": N_("Titik koordinat di luar kota; dipakai titik tengah kelurahan."),
    "names_one": N_("Nama usaha dan pemilik ada di satu sel dan tidak bisa dipisah; dipakai untuk keduanya."),
    "owner_missing": N_("Nama pemilik kosong."),
    "name_missing": N_("Nama usaha kosong; dipakai nama pemilik."),
    "same_as_line": N_("Usaha yang sama dengan baris %(line)s."),
    "nib_shared": N_("NIB ini juga dipakai usaha lain dengan nama atau NIK berbeda; perlu ditinjau."),
    "nik_shared": N_("Lebih dari satu usaha cocok dengan NIK dan nama ini; perlu ditinjau."),
    "kept_on_file": N_("Data di berkas kami sudah dibetulkan, jadi nilai dari daftar ini tidak menimpanya."),
    "capacity_unit": N_("Kapasitas ini tidak dipakai: satuannya tidak jelas. Tulis angkanya saja, untuk satu hari."),
    "capacity_trade": N_("Kapasitas belum dipakai: jenis usahanya belum diketahui."),
}
"""A row with one of these is taken over, and the clerk told."""

FAULTS: dict[str, str] = REJECTIONS | WARNINGS


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a row: its code, the field (registry_columns.Field value) and what the words need.

    Nothing personal goes into `params`; the value itself is read from the row.
    """

    code: str
    field: str
    params: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def rejects(self) -> bool:
        """Whether the row is refused for it."""
        return self.code in REJECTIONS
