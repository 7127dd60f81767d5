"""How people write about their business: brands, half-sentences, local words, capitals, slips of the thumb."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from seeds.demo_tables import DemoTrade, read_demo_words
from seeds.people import Person

SHORT = {
    "dengan": "dgn",
    "untuk": "utk",
    "yang": "yg",
    "dan lain lain": "dll",
    "dan": "&",
    "menjual": "mnjual",
    "pesanan": "psnan",
    "rumah": "rmh",
    "minuman": "minumn",
    "makanan": "mkanan",
    "segala": "sgala",
    "karyawan": "krywn",
    "menerima": "trima",
    "sembako": "smbako",
}
JOINTS = (", ", ",", " , ", " dan ", "/")
COOPERATIVE_HEADS = ("Koperasi", "Kopkar", "KSU", "Koperasi Wanita", "KSP")
NO_ACTIVITY = 0.26
NO_PRODUCTS = 0.34


class Writing:
    """Writes names and texts from one source of luck."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.words = read_demo_words()

    def _pick(self, options: Sequence[str]) -> str:
        return options[int(self.rng.random() * len(options))]

    def firm(self) -> str:
        """An invented company name of two made-up words."""
        first, second = self.words["firm_first"], self.words["firm_second"]
        return f"{self._pick(first)}{self._pick(second)} {self._pick(first)}{self._pick(second)}"

    def name(self, trade: DemoTrade, owner: Person, kind: str) -> str:
        """A business name in the owner's manner; companies and co-operatives carry their form in front."""
        if kind == "cv":
            return f"CV {self.firm()}"
        if kind == "pt-perorangan":
            return f"PT {self.firm()} (Perorangan)"
        if kind == "koperasi":
            return f"{self._pick(COOPERATIVE_HEADS)} {self.firm()}"
        return self._casing(self._sign(trade, owner), capitals=0.10, lower=0.05)

    def _sign(self, trade: DemoTrade, owner: Person) -> str:
        head, luck = self._pick(trade.heads), self.rng.random()
        if luck < 0.40:
            return f"{head} {owner.called} {owner.short}"
        if luck < 0.53:
            return f"{head} {owner.short}"
        if luck < 0.75:
            return f"{head} {self._pick(self.words['brands'])}"
        if luck < 0.86:
            return f"{self._pick(self.words['brands'])} {self._pick(trade.tails)}"
        if luck < 0.92:
            return f"{self._pick(trade.goods).title()} {owner.called} {owner.short}"
        if luck < 0.96:
            return owner.short if self.rng.random() < 0.5 else f"{owner.called} {owner.short}"
        return head

    def activity(self, trade: DemoTrade, name: str) -> str:
        """What an owner tells a surveyor, mostly about what the name says; a quarter of them leave it empty."""
        if self.rng.random() < NO_ACTIVITY:
            return ""
        a, b, c = self._three(trade.goods, name)
        said = self._pick(self.words[f"say_{trade.deed}"])
        return self.by_thumb(said.format(a=a, b=b, c=c, place=self._pick(self.words["selling_places"])))

    def cooperative_activity(self) -> str:
        """What a savings-and-loan co-operative writes."""
        return self._pick(self.words["cooperative_sayings"])

    def products(self, trade: DemoTrade, name: str) -> str:
        """The column for main products: a few words, often nothing."""
        if self.rng.random() < NO_PRODUCTS:
            return ""
        goods = self._three(trade.goods, name)[: 1 + int(self.rng.random() * 3)]
        return self.by_thumb(self._pick(JOINTS).join(goods))

    def _three(self, goods: Sequence[str], name: str) -> tuple[str, str, str]:
        """Three neighbours of the list, beginning with one that the name mentions where it does."""
        named = name.lower().split()
        fitting = [at for at, good in enumerate(goods) if any(word in named for word in good.split())]
        if fitting and self.rng.random() < 0.85:
            start = fitting[int(self.rng.random() * len(fitting))]
        else:
            start = int(self.rng.random() * len(goods))
        step = 1 + int(self.rng.random() * 2)
        return goods[start], goods[(start + step) % len(goods)], goods[(start + 2 * step) % len(goods)]

    def by_thumb(self, text: str) -> str:
        """The same words as typed on a small phone: abbreviations, slips, capitals, stray blanks."""
        rng = self.rng
        if rng.random() < 0.22:
            for word, short in SHORT.items():
                text = text.replace(word, short)
        if rng.random() < 0.09 and len(text) > 6:
            text = self._slip(text)
        if rng.random() < 0.05:
            text = text.replace(", ", ",")
        text = self._casing(text, capitals=0.17, lower=0.55)
        return text + " " if rng.random() < 0.05 else text

    def _slip(self, text: str) -> str:
        at = 1 + int(self.rng.random() * (len(text) - 2))
        luck = self.rng.random()
        if luck < 0.4:
            return text[:at] + text[at + 1 :]
        if luck < 0.7:
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        return text[:at] + text[at] + text[at:]

    def _casing(self, text: str, capitals: float, lower: float) -> str:
        luck = self.rng.random()
        if luck < capitals:
            return text.upper()
        if luck < capitals + lower:
            return text.lower() if self.rng.random() < 0.8 else text
        return text[:1].upper() + text[1:]
