"""The frames' navigation: which places a visitor sees in the bar or rail."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext

from marketplace.rules.policy import Actor, may
from marketplace.rules.words import N_


@dataclass(frozen=True)
class Place:
    """One entry of the navigation."""

    label: str
    href: str
    icon: str
    current: bool
    count: int = 0


_PLACES: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "public": (
        (N_("Kebutuhan"), "/kebutuhan", "needs", "tender.list"),
        (N_("Pemenang"), "/pemenang", "award", "award.list"),
        (N_("Serapan"), "/serapan", "chart", "uptake.see"),
        (N_("Paket pelatihan"), "/paket-pelatihan", "book", "package.see"),
        (N_("Data terbuka"), "/data-terbuka", "data", "opendata.see"),
        (N_("Cek sertifikat"), "/cek-sertifikat", "certificate", "certificate.check"),
    ),
    "owner": (
        (N_("Beranda"), "/", "home", "public.see"),
        (N_("Peluang"), "/peluang", "needs", "opportunity.see"),
        (N_("Penawaran"), "/penawaran", "bid", "bid.see"),
        (N_("Pesanan"), "/kontrak", "contract", "contract.see"),
        (N_("Profil"), "/profil", "profile", "business.own"),
    ),
    "officer": (
        (N_("Beranda"), "/", "home", "public.see"),
        (N_("Kebutuhan"), "/kebutuhan", "needs", "tender.list"),
        (N_("Pemasok"), "/pemasok", "supplier", "supplier.search"),
        (N_("Negosiasi"), "/negosiasi", "talk", "negotiation.see"),
        (N_("Persetujuan"), "/persetujuan", "award", "award.approve"),
        (N_("Kontrak"), "/kontrak", "contract", "contract.see"),
        (N_("Pengiriman"), "/pengiriman", "delivery", "contract.see"),
        (N_("Tagihan"), "/tagihan", "invoice", "contract.see"),
        (N_("Laporan"), "/laporan", "chart", "tender.desk"),
        (N_("Perusahaan"), "/perusahaan", "profile", "buyer.see"),
    ),
    "dinkop": (
        (N_("Ringkasan"), "/", "home", "public.see"),
        (N_("Registri"), "/registri", "registry", "registry.search"),
        (N_("Verifikasi"), "/verifikasi", "certificate", "certificate.queue"),
        (N_("Klaim usaha"), "/klaim", "profile", "claim.decide"),
        (N_("Pelatihan"), "/pelatihan", "people", "training.see"),
        (N_("Paket pelatihan"), "/paket-pelatihan", "book", "package.see"),
        (N_("Permintaan data"), "/permintaan-data", "lock", "privacy.answer"),
        (N_("Anggaran"), "/anggaran", "wallet", "training.see"),
        (N_("Perjalanan UMKM"), "/perjalanan", "arrow", "journey.rows"),
        (N_("Serapan"), "/serapan", "chart", "uptake.see"),
        (N_("Kebutuhan"), "/kebutuhan", "needs", "tender.list"),
        (N_("Kebutuhan tak terpenuhi"), "/kebutuhan-tak-terpenuhi", "gap", "dinkop.desk"),
        (N_("Rencana pelatihan"), "/rencana-pelatihan", "chart", "training.see"),
        (N_("Laporan"), "/laporan/pelatihan", "print", "training.report"),
        (N_("Jejak audit"), "/jejak", "journal", "audit.see"),
        (N_("Kebocoran data"), "/kebocoran-data", "shield", "privacy.breach"),
        (N_("Akun"), "/akun-akun", "profile", "account.manage"),
    ),
}


_PARTS: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    ("/penawaran", ((N_("Penawaran"), "/penawaran", "bid.see"), (N_("Negosiasi"), "/negosiasi", "negotiation.see"))),
    (
        "/kontrak",
        (
            (N_("Kontrak"), "/kontrak", "contract.see"),
            (N_("Pengiriman"), "/pengiriman", "contract.see"),
            (N_("Tagihan"), "/tagihan", "contract.see"),
        ),
    ),
    (
        "/profil",
        (
            (N_("Usaha"), "/profil", "business.own"),
            (N_("Sertifikat"), "/sertifikat", "business.own"),
            (N_("Pelatihan"), "/pelatihan-saya", "business.own"),
            (N_("Kalender"), "/profil/kalender", "business.own"),
            (N_("Staf"), "/profil/staf", "business.own"),
        ),
    ),
)
"""What lies within a place of the owner's short bar: (its address, the lists side by side)."""


def parts_for(actor: Actor, path: str) -> list[dict[str, object]]:
    """The lists beside the one at `path`, for owners, whose bar has room for five; none on any other page."""
    if actor.home_frame != "owner":
        return []
    beside = next((parts for _, parts in _PARTS if path in {href for _, href, _ in parts}), ())
    return [
        {"label": gettext(label), "href": href, "current": href == path}
        for label, href, deed in beside
        if may(actor, deed)
    ]


def nav_for(actor: Actor, path: str) -> list[Place]:
    """The places of the actor's frame that they may enter, the one they are in marked current."""
    places = [p for p in _PLACES[actor.home_frame] if may(actor, p[3])]
    best = max((p[1] for p in places if _within(path, p[1])), key=len, default="")
    if not best and actor.home_frame == "owner":
        best = next((place for place, parts in _PARTS if any(_within(path, part[1]) for part in parts)), "")
    return [Place(gettext(label), href, icon, href == best) for label, href, icon, _ in places]


def _within(path: str, href: str) -> bool:
    return path == href or (href != "/" and path.startswith(href + "/"))
