"""What can be wrong with a registered business's record: the words of the quality board."""

from __future__ import annotations

from datetime import timedelta

from marketplace.rules.words import N_, Word

STALE_AFTER = timedelta(days=730)
"""A business that nobody has seen active for this long may no longer exist."""


class Finding(Word):
    """One thing that is missing or wrong. Merged and closed businesses are not looked at."""

    NO_NIK = "tanpa-nik", N_("Tanpa NIK"), "warning"
    NO_PHONE = "tanpa-hp", N_("Tanpa nomor HP"), "warning"
    NO_NIB = "tanpa-nib", N_("Tanpa NIB"), "warning"
    NO_TRADE = "tanpa-jenis", N_("Tanpa jenis usaha"), "warning"
    NO_WORK = "tanpa-kegiatan", N_("Tanpa kegiatan dan produk"), "warning"
    NO_ADDRESS = "tanpa-alamat", N_("Tanpa alamat"), "warning"
    NO_PLACE = "tanpa-titik", N_("Tanpa titik di peta"), "neutral"
    BAD_NIK = "nik-salah", N_("NIK meragukan"), "bad"
    BAD_NIB = "nib-salah", N_("NIB salah"), "bad"
    BAD_NPWP = "npwp-salah", N_("NPWP salah"), "bad"
    SAME_NIK = "nik-sama", N_("NIK dipakai beberapa usaha"), "warning"
    SAME_NIB = "nib-sama", N_("NIB dipakai beberapa usaha"), "bad"
    SAME_PHONE = "hp-sama", N_("Nomor HP dipakai beberapa usaha"), "neutral"
    SAME_NAME = "nama-sama", N_("Nama sama di kelurahan yang sama"), "bad"
    UNSEEN = "lama-tak-diperiksa", N_("Belum pernah dinyatakan aktif"), "warning"
    DROPPED = "hilang-dari-daftar", N_("Tidak ada lagi di daftar terbaru"), "bad"


F = Finding
GROUPS: tuple[tuple[str, tuple[Finding, ...]], ...] = (
    (N_("Kelengkapan"), (F.NO_NIK, F.NO_PHONE, F.NO_NIB, F.NO_TRADE, F.NO_WORK, F.NO_ADDRESS, F.NO_PLACE)),
    (N_("Nomor yang salah"), (F.BAD_NIK, F.BAD_NIB, F.BAD_NPWP)),
    (N_("Kembar"), (F.SAME_NAME, F.SAME_NIB, F.SAME_NIK, F.SAME_PHONE)),
    (N_("Usang"), (F.UNSEEN, F.DROPPED)),
)
NEEDED = (F.NO_NIK, F.NO_PHONE, F.NO_NIB, F.NO_TRADE, F.NO_WORK, F.NO_ADDRESS)
"""A record without any of these is complete."""
