"""Somebody who goes wherever links lead: every page that a role can reach, a few of each kind, looked at closely."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Response
from werkzeug.exceptions import HTTPException

from tests.browser.windows import Window

FIRST_LOAD, LATER_LOAD = 150_000, 60_000
"""Bytes over the line, compressed: a page with nothing in the cache, and one after it."""

LINKS = """[...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))
    .filter(h => h.startsWith('/'))"""
UNFOLD = "document.querySelectorAll('main details:not(.help)').forEach(d => { d.open = true })"
FILES = re.compile(
    r"^/(dokumen|static|api)/|\.(csv|xlsx|json|pdf)$|<fmt>|^/kebutuhan/pasokan|^/sertifikat/petunjuk|^/(healthz|readyz)$"
)


def violations(window: Window) -> list[str]:
    """What axe finds wrong on the page, with everything unfolded that unfolds within it."""
    window.page.evaluate(UNFOLD)
    found = Axe().run(window.page, options={"resultTypes": ["violations"]})["violations"]
    return [f"axe {v['id']}: {v['nodes'][0]['html'][:160]} {v['nodes'][0]['failureSummary']}" for v in found]


@dataclass
class Walk:
    """One walk: what is still ahead, what was seen, how heavy it was."""

    window: Window
    most: int
    """Pages of one kind, such as contracts, to look at."""
    closely: bool = True
    """Whether axe looks at each page."""
    ahead: deque[str] = field(default_factory=deque)
    seen: set[str] = field(default_factory=set)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    loads: list[int] = field(default_factory=list)
    arrived: list[Response] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.routes = self.window.house.app.url_map.bind("")
        self.window.page.on("response", self._weigh)

    def _weigh(self, response: Response) -> None:
        self.arrived.append(response)

    def go(self, begin: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
        """Each page in turn with what is wrong there; follows every link of a kind not yet looked at enough."""
        for path in begin:
            self._note(path, always=True)
        while self.ahead:
            path = self.ahead.popleft()
            yield path, self._visit(path)

    def endpoints(self) -> set[str]:
        """The kinds of pages that were seen."""
        return {endpoint for endpoint, _ in self.kinds}

    def _note(self, href: str, *, always: bool = False) -> None:
        path = href.split("#", maxsplit=1)[0]
        parts = urlsplit(path)
        if not path or path in self.seen or FILES.search(parts.path):
            return
        self.seen.add(path)
        try:
            endpoint, things = self.routes.match(parts.path, method="GET")
        except HTTPException:
            self.ahead.append(path)
            return
        asked = ",".join(sorted({name for name, _ in parse_qsl(parts.query)}))
        self.kinds[endpoint, asked] += 1
        if always or self.kinds[endpoint, asked] <= (self.most if things and not asked else 1):
            self.ahead.append(path)

    def _visit(self, path: str) -> list[str]:
        self.arrived.clear()
        self.window.page.goto(self.window.house.address + path)
        found = self.window.complaints()
        found += self._too_heavy()
        found += violations(self.window) if self.closely else []
        found += self.window.at_another_width()
        for href in self.window.page.evaluate(LINKS):
            self._note(href)
        return found

    def _too_heavy(self) -> list[str]:
        load = sum(_bytes(response) for response in self.arrived)
        most = LATER_LOAD if self.loads else FIRST_LOAD
        self.loads.append(load)
        return [f"{load} bytes over the line"] if load > most else []


def _bytes(response: Response) -> int:
    if response.from_service_worker or response.url.startswith("data:"):
        return 0
    sizes = response.request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]
