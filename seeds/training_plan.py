"""What was and is to be trained in the demo city, where, by whom, and why some did not come. All invented."""

from __future__ import annotations

OWNER = 1
"""The demo caterer."""
PLACES = (
    "Aula Dinas Koperasi dan UKM, Jl. Jend. Ahmad Yani",
    "Aula Kecamatan Ciwandan",
    "Balai Latihan Kerja Cilegon",
    "Aula Kecamatan Citangkil",
    "Gedung Serbaguna Kecamatan Jombang",
)
TRAINERS = ("Dra. Nurhayati", "Yusuf Maulana, M.M.", "Ir. Lestari", "Hj. Siti Rohmah", "Deni Kurnia, S.E.")
EXCUSES = (
    "Waktunya tidak cocok",
    "Sakit atau urusan keluarga",
    "Tempatnya terlalu jauh",
    "Usaha saya sudah tutup",
)
PLAN: tuple[tuple[int, str, str], ...] = (
    (-685, "WIRAUSAHA-DASAR", "ended"),
    (-660, "HIGIENE-PANGAN", "ended"),
    (-640, "SERT-HALAL", "ended"),
    (-600, "WIRAUSAHA-DASAR", "ended"),
    (-560, "DIGITAL", "ended"),
    (-520, "KEUANGAN", "ended"),
    (-480, "SERT-HALAL", "ended"),
    (-440, "KOP-KELOLA", "ended"),
    (-395, "PEMASARAN", "ended"),
    (-330, "WIRAUSAHA-DASAR", "ended"),
    (-300, "HIGIENE-PANGAN", "ended"),
    (-270, "KOMP-WIRAUSAHA", "ended"),
    (-240, "SERT-SLHS", "ended"),
    (-200, "KEUANGAN", "ended"),
    (-165, "SERT-HALAL", "ended"),
    (-130, "KOMP-MASAK", "ended"),
    (-100, "PRODUKSI-MUTU", "cancelled"),
    (-75, "DIGITAL", "ended"),
    (-40, "SERT-MEREK", "ended"),
    (-9, "HIGIENE-PANGAN", "undecided"),
    (-1, "WIRAUSAHA-DASAR", "running"),
    (8, "DIGITAL", "inviting"),
    (13, "SERT-HALAL", "inviting"),
    (20, "WIRAUSAHA-DASAR", "full"),
    (34, "PEMASARAN", "open"),
    (48, "KOP-KELOLA", "planned"),
    (62, "SERT-SLHS", "planned"),
)
"""Days from today to a cohort's first day, its package and what has become of it."""
