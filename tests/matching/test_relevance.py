"""Needs in words that no business uses, served by those who mean the same."""

import pytest

from matching import relevance, text
from matching.classify import TRADES
from matching.vocabulary import lines


def best(need: str, *businesses: str) -> str:
    """The business, told by its activity, that suits the need most."""
    rows = relevance.businesses([""] * len(businesses), businesses)
    return businesses[int(relevance.score(relevance.need(need), rows).argmax())]


@pytest.mark.parametrize(
    ("need", "right", "wrong"),
    [
        ("Hewan kurban Idul Adha", "jual kambing dan domba", "menjual hewan peliharaan kucing"),
        ("Pencucian kendaraan operasional", "jasa cuci motor", "menjual onderdil kendaraan"),
        ("Makan siang pekerja harian", "menerima pesanan nasi kotak", "jasa tenaga harian"),
        ("Perlengkapan salat musala pabrik", "menjual mukena dan sajadah", "menjual perlengkapan rumah tangga"),
        ("Tirai ruang rapat", "membuat gordyn", "mebel interior"),
        ("Meubelair ruang kerja baru", "membuat mebel", "toko baru"),
        ("Belanja jamuan tamu", "menerima katering", "menjual minuman"),
        ("Alat pelindung diri", "jual sarung tangan dan helm safety", "alat listrik"),
        ("Sewa minibus antar jemput karyawan", "jasa rental mobil", "persewaan kursi"),
        ("Oleh-oleh untuk tamu", "toko oleh oleh", "dibuat oleh ibu"),
        ("Kunci pas 12 set", "toko besi", "menjual jus 12 rasa"),
        ("Betadine dan plester", "apotek", "tambal ban dan plester semen"),
        ("Bearing mesin 6205", "menjual onderdil", "jual mesin jahit"),
        ("Bushing kuningan pompa", "bengkel bubut", "kerajinan kuningan"),
        ("Payung berlogo 300 buah", "menjual suvenir", "sablon kaos"),
    ],
)
def test_who_serves_a_wish_comes_before_who_shares_its_letters(need: str, right: str, wrong: str) -> None:
    assert best(need, wrong, right) == right


def test_widening_leaves_who_says_it_himself_in_front() -> None:
    assert best("Makan siang karyawan", "katering", "katering makan siang") == "katering makan siang"


def test_every_line_of_the_wishes_is_one_meaning_each_and_surely_so() -> None:
    seen = set()
    for line in lines("related.tsv"):
        wish, _, phrases = line.partition("\t")
        for phrase in (wish, *(phrase.partition(":")[0] for phrase in phrases.split(";"))):
            assert len(text.concepts(phrase)) == 1, phrase
        term = text.concepts(wish)[0].term
        assert term not in seen, wish
        seen.add(term)
        for phrase in phrases.split(";"):
            assert 0.0 < float(phrase.partition(":")[2] or 1.0) <= 1.0, phrase


def test_presents_to_take_home_are_no_connective() -> None:
    assert text.terms("toko oleh-oleh khas") == text.terms("toko oleh oleh khas") == ("oleholeh",)
    assert text.terms("dibuat oleh ibu") == ()
    assert text.terms("buah tangan") == ("oleholeh",)


def test_a_need_of_prayer_goods_has_a_trade() -> None:
    shares = relevance.need("Perlengkapan sholat dan sajadah").trades
    assert TRADES[int(shares.argmax())] == "batik-busana"
