"""Somebody at a screen: a browser window of one person, which clicks what people click and remembers what went wrong."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from playwright.sync_api import BrowserContext, Error, Locator, Page, Response, expect

from marketplace.web import format as formats
from tests.browser.houses import PASSWORD, House
from tests.browser.words import Says, said_in

SHOTS = os.environ.get("SHOTS", "")
"""A folder for a picture of every step; none are taken without it."""

PHONE, DESK = 360, 1280
HEIGHT = {PHONE: 740, DESK: 900}

CUT_TABLES = """[...document.querySelectorAll('.table-wrap')]
    .map(w => [w.getAttribute('aria-label'), w.scrollWidth - w.clientWidth]).filter(([, px]) => px > 0)"""
"""Tables that a desk's screen shows only in part."""
LEAVES = 5
LEAVING = ("because of a navigation", "reading 'scrollWidth'")
"""What the browser says of a page that goes while it is read, and of one that has no root yet."""
STICKING_OUT = """[...document.querySelectorAll('main *, header *')].filter(e => !e.closest('.table-wrap, .tabs, nav'))
    .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth).pop()?.outerHTML.slice(0, 200)"""
"""The innermost element that lies beyond the right edge."""


class Window:
    """A window of one person. Every page that is looked at is checked: no script error, nothing broken, nothing too
    wide for the screen."""

    def __init__(
        self, house: House, context: BrowserContext, name: str, wants: str = "id", scripts: bool = True
    ) -> None:
        self.house = house
        self.name = name
        self.wants = wants
        """The language its person chooses by the switch when logging in."""
        self.scripts = scripts
        """Whether pages may run scripts here."""
        self.page: Page = context.new_page()
        self.page.set_default_timeout(30_000)
        self.trouble: list[str] = []
        self.pictures = 0
        self.language = "id"
        self.page.on("pageerror", lambda error: self.trouble.append(f"script: {error}"))
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.page.on("response", self._answered)

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and "status of 4" not in text:
            self.trouble.append(f"console: {text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in {409, 422}:
            self.trouble.append(f"{response.status} {response.url}")

    # what people do

    def go(self, path: str) -> None:
        """Type an address."""
        self.page.goto(self.house.address + path)
        self.look()

    def follow(self, name: Says, within: str = "body") -> None:
        """Click a link."""
        self.page.locator(within).get_by_role("link", name=self.said(name)).locator("visible=true").first.click()
        self.look()

    def press(self, name: Says, within: str = "body") -> None:
        """Click the first visible button of this name."""
        self.button(name, within).click()
        self.look()

    def unfold(self, name: Says, within: str = "body") -> None:
        """Open the details of this name."""
        self.page.locator(within).locator("summary:visible").filter(has_text=self.said(name)).first.click()

    def download(self, name: Says, within: str = "body") -> bytes:
        """What comes down when the link of this name is clicked."""
        with self.page.expect_download() as coming:
            self.page.locator(within).get_by_role("link", name=self.said(name)).first.click()
        return coming.value.path().read_bytes()

    def speak(self, language: str) -> None:
        """Choose the language by the switch on the page."""
        menu = self.page.locator("details.account > summary:visible")
        if menu.count():
            menu.click()
        self.press({"en": "English", "id": "Bahasa Indonesia"}[language], ".top")
        self.language = language

    def fill(self, label: Says, value: str, within: str = "body") -> None:
        """Type into, or choose from, the field of this label."""
        field = self.field(label, within)
        if field.evaluate("f => f.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)

    # what people see

    def said(self, words: Says) -> str | re.Pattern[str]:
        """Words as this window's pages say them."""
        return said_in(words, self.language)

    def rupiah(self, amount: int) -> str:
        """A sum as this window's pages write it."""
        return formats.rupiah(amount, self.language)

    def number(self, value: int) -> str:
        """A number as this window's pages write it."""
        return formats.number(value, lang=self.language)

    def in_words(self, amount: int) -> str:
        """A sum in words, as papers say it."""
        return formats.terbilang(amount, self.language)

    def moment(self, at: datetime) -> str:
        """A moment as this window's pages write it."""
        return formats.datetime_long(at, self.language)

    def button(self, name: Says, within: str = "body") -> Locator:
        """The first visible button of this name."""
        return self.page.locator(within).get_by_role("button", name=self.said(name)).locator("visible=true").first

    def field(self, label: Says, within: str = "body") -> Locator:
        """The first visible field of this label."""
        fields = self.page.locator("input, select, textarea").locator("visible=true")
        return self.page.locator(within).get_by_label(self.said(label)).and_(fields).first

    def sees(self, *words: Says) -> None:
        """Each of the words stands visibly on the page."""
        for word in words:
            expect(self.page.get_by_text(self.said(word)).locator("visible=true").first).to_be_visible()

    def text(self) -> str:
        """All that can be read now."""
        return self.page.locator("body").inner_text()

    def at(self, pattern: str) -> str:
        """The path of this page, which must match; returns the first group, or all of it."""
        path = self.page.url.removeprefix(self.house.address)
        found = re.fullmatch(pattern, path)
        assert found, f"{self.name} is at {path}, not at {pattern}: {self.page.title()}"
        return found[1] if found.re.groups else found[0]

    # what holds of every page

    def look(self) -> None:
        """Take the page in, and refuse what no page may do."""
        found = self.complaints()
        assert found == [], f"{self.page.url}: {found}"

    def complaints(self) -> list[str]:
        """What no page may do and this one does; what went wrong since the last time is told once."""
        said = self._settled()
        found, self.trouble = self.trouble, []
        return found + said

    def _settled(self) -> list[str]:
        """What a page that stays says. A click returns when the next page begins, a form with a photo is sent only when
        the photo is small: a page that goes while it is read is not the one to read."""
        for _ in range(LEAVES):
            self.page.wait_for_load_state()
            try:
                return self._titled() + self._too_wide()
            except Error as error:
                if not any(sign in str(error) for sign in LEAVING):
                    raise
        raise AssertionError(f"{self.name} sees one page after the other: {self.page.url}")

    def _titled(self) -> list[str]:
        self.picture()
        headings = self.page.locator("h1").all_inner_texts()
        title = self.page.title()
        fine = len(headings) == 1 and title.startswith(headings[0].strip())
        return [] if fine else [f"titled “{title}”, headed {headings}"]

    def at_another_width(self) -> list[str]:
        """Whether the same page fits the other of the two screens."""
        here = self.page.viewport_size
        assert here
        other = DESK if here["width"] == PHONE else PHONE
        self.page.set_viewport_size({"width": other, "height": HEIGHT[other]})
        found = self._too_wide()
        self.picture()
        self.page.set_viewport_size(here)
        return found

    def _too_wide(self) -> list[str]:
        size = self.page.viewport_size
        assert size
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found = []
        if wide > 0:
            found.append(f"{wide} px too wide for {size['width']}: {self.page.evaluate(STICKING_OUT)}")
        if size["width"] == DESK:
            cut = self.page.evaluate(CUT_TABLES)
            found += [f"the table “{name}” is cut by {px} px" for name, px in cut]
        return found

    def picture(self) -> None:
        """Keep a picture of the whole page where SHOTS says."""
        if SHOTS:
            self.pictures += 1
            path = Path(SHOTS) / f"{self.name}-{self.pictures:02}.png"
            self.page.screenshot(path=path, full_page=True)

    def told(self) -> str:
        """Where this window is and what stands there, for whoever reads why a test failed."""
        return f"{self.page.url}\n{self.text()}" if not self.page.is_closed() else "closed"

    def close(self) -> None:
        """Close it, and forget its cookies."""
        self.page.context.close()

    def log_in(self, address: str, password: str = PASSWORD) -> None:
        """By the form."""
        self.go("/masuk")
        if self.wants != self.language:
            self.speak(self.wants)
        self.fill("E-mail atau nomor HP", address)
        self.fill("Sandi", password)
        self.press("Masuk", "main")
        self.at("/")


Opens = Callable[..., Window]
"""opens(name, width, **options of the browser's context) makes a new window; a phone's when no width is given."""
