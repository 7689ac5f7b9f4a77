"""The site in a browser: it opens, filters, points and switches the language; nothing runs or is fetched.

They need Chromium as Debian has it (``apt-get install chromium``), or the one that the variable CHROMIUM
names; Playwright drives it and downloads none of its own. Its calls are awaited: those that
wait by themselves switch stacks of the interpreter, and a crash there ends all tests of a process.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from at_hand import SAMPLE
from msgspec.structs import replace
from playwright.async_api import Browser, Page, Request, async_playwright
from sited import HOSTILE, hostile, made, of, put

from jcfs_etl.contracts import Contracts
from jcfs_etl.curate import ProcessedDocument
from jcfs_etl.findings import Finding
from jcfs_etl.interface import process_document

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
UNIT = "晋城市人力资源和社会保障综合服务中心"

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium: apt-get install chromium, or name one with CHROMIUM=…"
    ),
]


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def site(contracts: Contracts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, a quarantined document, another unit, and twenty hostile publications."""
    folder = tmp_path_factory.mktemp("opened")
    document = process_document(SAMPLE, SAMPLE.name)
    bad = [hostile(document, number) for number in range(len(HOSTILE))]
    put(folder, contracts, document, _quarantined(document), of(document, "甲市乙局", 2022), *bad)
    report = made(folder, contracts, SAMPLE.parent)
    assert report.failed == ()
    return folder / "site"


def _quarantined(document: ProcessedDocument) -> ProcessedDocument:
    finding = Finding(
        "missing_total",
        "error",
        "extraction",
        "page 6: the total is missing",
        page=6,
        message_zh="第6页：缺少合计。",
    )
    record = replace(
        document.record,
        unit="丙市丁局",
        year=2021,
        status="quarantined",
        reason="page 6: the total is missing",
        source="丁局.pdf",
        sha256="0" * 64,
    )
    return replace(document, record=record, files={}, findings=(finding,))


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        # As root, as in a container, Chromium's own sandbox does not start.
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield opened
        await opened.close()


@pytest.fixture
async def page(browser: Browser, site: Path) -> AsyncIterator[Page]:
    """A page that fails the test for any error on the console, and any request that leaves the site."""
    context = await browser.new_context(viewport={"width": 1400, "height": 900})
    # Other tests run beside it.
    context.set_default_timeout(120_000)
    page = await context.new_page()
    problems: list[str] = []
    page.on("console", lambda m: problems.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("dialog", lambda dialog: problems.append(f"dialog {dialog.message}"))

    def asked(request: Request) -> None:
        if not request.url.startswith((site.as_uri(), "data:")):
            problems.append(f"asked for {request.url}")

    page.on("request", asked)
    await page.goto((site / "index.html").as_uri())
    yield page
    await context.close()
    assert not problems


async def shown(page: Page) -> list[str]:
    return await page.locator(".each tbody th").all_inner_texts()


async def open_unit(page: Page, unit: str) -> None:
    await page.get_by_role("link", name=unit, exact=True).first.click()
    await page.wait_for_selector(".masthead h1")
    await page.wait_for_load_state()  # its script has run


async def test_the_overview_filters_and_sorts(page: Page) -> None:
    assert len(await shown(page)) == 23
    await page.fill("#words", "乙局")
    assert await shown(page) == ["甲市乙局"]
    await page.fill("#words", "")
    await page.select_option("#year", "2021")
    assert await shown(page) == ["丙市丁局"]
    await page.select_option("#year", "")
    await page.select_option("#kind", label=await page.locator("#kind option").nth(1).inner_text())
    assert 0 < len(await shown(page)) <= 23
    await page.select_option("#kind", "")
    await page.select_option("#state", label="已隔离")
    assert await shown(page) == ["丙市丁局"]
    await page.select_option("#state", "")
    await page.locator("th[data-sort='2'] button").click()
    assert (await shown(page))[0] == "丙市丁局"
    assert (await page.locator("th[data-sort='2']").get_attribute("aria-sort")) == "ascending"
    await page.fill("#words", "没有这样的单位")
    assert (await page.locator(".count").inner_text()) == "没有符合条件的决算。"


async def test_units_stand_beside_their_years(page: Page) -> None:
    await page.check("#matrix")
    heads = await page.locator(".matrix thead th").all_inner_texts()
    assert heads == ["单位", "2023", "2022", "2021"]
    row = page.locator(".matrix tbody tr", has_text="甲市乙局")
    assert (await row.locator("td:nth-child(3) a.noted").count()) == 1
    assert (await row.locator("td a").count()) == 1
    assert await page.locator(".each").is_hidden()
    await row.locator("td a").click()
    assert (await page.locator("h1").inner_text()) == "甲市乙局"


async def test_pointing_at_a_figure_marks_its_box_and_the_other_way_round(page: Page) -> None:
    await open_unit(page, UNIT)
    figure = page.locator("#t-expenditure ~ .wide td[data-r]").first
    await figure.scroll_into_view_if_needed()
    await figure.hover()
    ref = await figure.get_attribute("data-r")
    box = page.locator(f"rect[data-r='{ref}']")
    assert "on" in ((await box.get_attribute("class")) or "")
    assert "430.21" in (await page.locator(".readout").inner_text())
    viewer, drawn = await page.locator(".pages").bounding_box(), await box.bounding_box()
    assert viewer is not None
    assert drawn is not None
    assert viewer["y"] <= drawn["y"] <= viewer["y"] + viewer["height"]

    other = page.locator("#t-income ~ .wide td[data-r]").nth(4)
    await page.locator(f"rect[data-r='{await other.get_attribute('data-r')}']").dispatch_event("click")
    assert "on" in ((await other.get_attribute("class")) or "")
    assert (await page.evaluate("document.activeElement.dataset.r")) == (await other.get_attribute("data-r"))


async def test_the_picture_under_a_box_is_of_its_page(page: Page) -> None:
    await open_unit(page, UNIT)
    await page.locator("#page-4").scroll_into_view_if_needed()
    picture = page.locator("#page-4 img")
    await page.wait_for_function("document.querySelector('#page-4 img').complete")
    assert (await picture.evaluate("p => p.naturalWidth")) >= 700


async def test_figures_are_reached_by_keyboard(page: Page) -> None:
    await open_unit(page, UNIT)
    figures = page.locator("#t-income ~ .wide td[data-r]")
    await figures.first.focus()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowDown")
    ref = await page.evaluate("document.activeElement.dataset.r")
    row = await page.evaluate("document.activeElement.parentNode.rowIndex")
    first = await figures.first.evaluate("one => one.parentNode.rowIndex")
    assert row == first + 1
    assert "on" in ((await page.locator(f"rect[data-r='{ref}']").get_attribute("class")) or "")
    assert (await page.locator("#t-income ~ .wide td[tabindex='0']").count()) == 1


async def test_a_finding_leads_to_its_place(page: Page) -> None:
    await open_unit(page, UNIT)
    finding = page.locator(".finding", has_text="139.8").first
    await finding.locator("a.at").first.click()
    assert (await page.locator("rect.on").count()) == 1
    assert (await page.locator("rect.on").evaluate("one => one.closest('figure').id")) == "page-19"


async def test_the_language_is_switched_and_kept(page: Page) -> None:
    assert (await page.locator("h1").inner_text()) == "总览"
    await page.click("#language")
    assert (await page.locator("h1").inner_text()) == "Overview"
    assert (await page.evaluate("document.documentElement.lang")) == "en"
    assert "23 found" in (await page.locator(".count").inner_text())
    await open_unit(page, UNIT)
    assert (await page.locator("#findings-title").inner_text()) == "Findings"
    assert await page.locator(".finding .message .zh").first.is_hidden()


async def test_what_is_quarantined_says_why_and_what_to_do(page: Page) -> None:
    await open_unit(page, "丙市丁局")
    assert "第6页：缺少合计。" in (await page.locator(".masthead .reason").inner_text())
    assert (await page.locator(".finding.error .remedy").inner_text()) == "处理办法 查看该表的最后一页。"


async def test_nothing_hostile_runs(page: Page, site: Path) -> None:
    opened = 0
    for path in sorted(site.rglob("*.html")):
        await page.goto(path.as_uri())
        await page.wait_for_load_state("networkidle")
        assert (await page.title()) != "ran", path
        assert page.url == path.as_uri()
        assert await page.locator("body").is_visible()
        assert (await page.locator("iframe, base, object, embed").count()) == 0
        opened += 1
    assert opened > 2 * len(HOSTILE)
    await page.goto((site / "index.html").as_uri())
    names = await shown(page)
    for name in HOSTILE:
        assert any(" ".join(name.split()) in " ".join(one.split()) for one in names), name


async def test_it_prints_without_the_viewer_and_fits_a_narrow_screen(page: Page) -> None:
    await open_unit(page, UNIT)
    await page.emulate_media(media="print")
    assert await page.locator(".viewer").is_hidden()
    assert await page.locator("#t-income").is_visible()
    await page.emulate_media(media="screen")
    await page.set_viewport_size({"width": 420, "height": 800})
    assert (await page.evaluate("document.documentElement.scrollWidth")) <= 420
