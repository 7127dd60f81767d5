"""Fixtures of the browser suite: Chromium, a demo city made once, and windows on a house of each module's own."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.houses import House, build_city, open_house
from tests.browser.windows import HEIGHT, PHONE, Opens, Window

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()

WINDOWS = pytest.StashKey[list[Window]]()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser. Without it the suite is skipped, or fails where REQUIRE=browser says that it may not be."""
    if not CHROMIUM.exists():
        absent = f"{CHROMIUM} is not installed (apt-get install chromium)"
        if "browser" in os.environ.get("REQUIRE", ""):
            pytest.fail(absent)
        pytest.skip(absent)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def city(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo city, written once, also for several workers."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "browser-city"
    folder.mkdir(exist_ok=True)
    written = folder.with_suffix(".written")
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not written.exists():
            build_city(folder)
            written.touch()
    return folder


@pytest.fixture(scope="module")
def house(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A served copy of the city that the tests of one module share."""
    with open_house(city, tmp_path_factory.mktemp("house")) as served:
        yield served


@pytest.fixture
def opens(chromium: Browser, house: House, request: pytest.FixtureRequest) -> Iterator[Opens]:
    """Opens windows, and closes them after the test."""
    windows: list[Window] = []
    request.node.stash[WINDOWS] = windows

    def open_window(name: str, width: int = PHONE, language: str = "id", scripts: bool = True, **more: Any) -> Window:
        screen = {"width": width, "height": HEIGHT[width]}
        context = chromium.new_context(viewport=screen, locale="id-ID", java_script_enabled=scripts, **more)
        windows.append(Window(house, context, name, language, scripts))
        return windows[-1]

    yield open_window
    for window in windows:
        window.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """When a test fails, tell what stood in each window."""
    report: Any = yield
    if report.failed and report.when == "call":
        for window in item.stash.get(WINDOWS, []):
            report.sections.append((f"window of {window.name}", window.told()))
    return report
