"""`jcfs report`: what the site shows, that only what changed is made anew, and that names stay text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from at_hand import SAMPLE
from msgspec.structs import replace
from sited import HOSTILE, ended_by_drawing, hostile, made, of, put
from typer.testing import CliRunner

from jcfs_etl.cli import app
from jcfs_etl.contracts import Contracts
from jcfs_etl.curate import CuratedRoot, ProcessedDocument, open_store
from jcfs_etl.errors import RunError
from jcfs_etl.interface import process_document
from jcfs_etl.report import site as module
from jcfs_etl.report.site import make_site, pages, worker
from jcfs_etl.report.site.gather import gather
from jcfs_etl.report.site.inventory import entries
from jcfs_etl.report.site.model import PublicationView
from jcfs_etl.report.site.texts import texts, vocabulary
from jcfs_etl.settings import Settings


@pytest.fixture(scope="module")
def document() -> ProcessedDocument:
    return process_document(SAMPLE, SAMPLE.name)


@pytest.fixture(scope="module")
def view(
    document: ProcessedDocument, contracts: Contracts, tmp_path_factory: pytest.TempPathFactory
) -> PublicationView:
    """The sample as its page shows it."""
    store = open_store(tmp_path_factory.mktemp("viewed") / "curated")
    with CuratedRoot(store, contracts) as root:
        root.publish(document)
    [entry] = entries(store, None)
    return gather(store, entry, contracts)


# -- what a page shows ---------------------------------------------------------------------------


def test_a_table_stands_as_on_its_form(view: PublicationView) -> None:
    table = next(t for t in view.tables if t.dataset == "appropriation_summary")
    assert table.title == "财政拨款收入支出决算总表"
    upper, lower = table.heads
    assert [(h.text, h.columns) for h in upper] == [("收入", 3), ("支出", 6)]
    assert [h.text for h in lower] == ["项目", "行次", "金额", "项目", "行次", "合计", "一般公共预算财政拨款",
                                       "政府性基金预算财政拨款", "国有资本经营预算财政拨款"]  # fmt: skip
    assert [c.text for c in table.rows[0][:3]] == ["一、一般公共预算财政拨款", "1", "430.21"]
    assert all(sum(1 for _ in row) == 9 for row in table.rows)


def test_every_figure_stands_on_the_page_once_as_printed(
    view: PublicationView, document: ProcessedDocument
) -> None:
    cells = pq.read_table(pa.BufferReader(document.files["cells"])).to_pylist()
    shown = [c for t in view.tables for row in t.rows for c in row if c.kind == "figure"]
    filled = {c["dataset"] for c in cells if c["printed"]}
    wanted = sorted((c["page"], c["x0"], c["y0"], c["printed"]) for c in cells if c["dataset"] in filled)
    places = [(c.place, c.text) for c in shown if c.place is not None]
    assert sorted((p.page, p.x0, p.y0, text) for p, text in places) == wanted
    assert len({p.ref for p, _ in places}) == len(places) > 400


def test_statements_of_the_narrative_are_marked_where_they_stand(view: PublicationView) -> None:
    runs = [run for s in view.sections for paragraph in s.paragraphs for run in paragraph]
    marked = {run.ref: run for run in runs if run.state}
    first = view.statements[0]
    assert (first.subject, first.printed, first.state) == ("收入总计", "516.85万元", "exact")
    assert marked[first.place.ref].text == "516.85"
    boxes = {(s.place.page, s.place.x0, s.place.y0) for s in view.statements}
    assert len(marked) == len(boxes) > 100
    text = "".join(run.text for s in view.sections for p in s.paragraphs for run in p)
    assert "2023年度收入总计516.85万元" in re.sub(r"\s", "", text)


def test_a_finding_says_both_sides_and_where(view: PublicationView) -> None:
    finding = next(f for f in view.findings if f.code == "self_evaluation_disagrees")
    assert finding.place is not None
    assert (finding.page, finding.severity, finding.place.page) == (19, "inconsistent", 19)
    assert "139.8" in finding.message.zh
    assert "139.8" in finding.message.en


def test_forms_and_charts_come_with_the_labels_of_the_contracts(view: PublicationView) -> None:
    assert [f.first_page for f in view.forms] == [21, 23, 24]
    assert "全年预算数（元）" in view.forms[0].funds.labels
    names = {chart.name: chart for chart in view.charts}
    assert names.keys() == {"income", "expenditure", "projects"}
    assert [label for label, _ in names["expenditure"].series] == ["基本支出", "项目支出"]


# -- what is made, and made again ----------------------------------------------------------------


def test_only_what_changed_is_made_anew(
    document: ProcessedDocument, contracts: Contracts, tmp_path: Path
) -> None:
    put(tmp_path, contracts, of(document, "甲局"), of(document, "甲局", 2024), of(document, "乙局"))
    first = made(tmp_path, contracts)
    assert (first.publications, first.made, first.failed) == (3, 3, ())
    before = {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in (tmp_path / "site").rglob("*.html")}
    again = made(tmp_path, contracts)
    assert (again.made, again.unchanged, again.removed) == (0, 3, 0)
    assert {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in (tmp_path / "site").rglob("*.html")} == before

    changed = replace(document, record=replace(document.record, title="另一标题"))
    put(tmp_path, contracts, of(changed, "乙局", 2023))
    third = made(tmp_path, contracts)
    assert (third.made, third.unchanged) == (1, 2)

    with CuratedRoot(open_store(tmp_path / "curated"), contracts) as root:
        for partition in root.manifest.published():
            if partition.unit == "乙局":
                root.withdraw(partition)
    last = made(tmp_path, contracts)
    assert (last.publications, last.made, last.removed) == (2, 0, 1)
    assert len(list((tmp_path / "site" / "p").iterdir())) == 2
    assert len(list((tmp_path / "site" / "u").glob("*.html"))) == 1
    assert "乙局" not in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")


def test_a_broken_off_ledger_costs_work_only(
    document: ProcessedDocument, contracts: Contracts, tmp_path: Path
) -> None:
    put(tmp_path, contracts, of(document, "甲局"), of(document, "乙局"))
    made(tmp_path, contracts)
    ledger = tmp_path / "site" / "_site" / "ledger.jsonl"
    lines = ledger.read_bytes().splitlines(keepends=True)
    ledger.write_bytes(b"".join(lines[:2]) + lines[2][:40])
    again = made(tmp_path, contracts)
    assert (again.publications, again.made, again.unchanged) == (2, 1, 1)


def test_pictures_are_of_the_file_that_was_read_and_of_no_other(
    document: ProcessedDocument, contracts: Contracts, tmp_path: Path
) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    put(tmp_path, contracts, document)
    assert made(tmp_path, contracts, raw).without_pictures == 1
    (raw / SAMPLE.name).write_bytes(SAMPLE.read_bytes() + b"%")
    assert made(tmp_path, contracts, raw).without_pictures == 1
    (raw / SAMPLE.name).write_bytes(SAMPLE.read_bytes())
    found = made(tmp_path, contracts, raw)
    assert (found.made, found.without_pictures) == (1, 0)
    [folder] = (tmp_path / "site" / "p").iterdir()
    pages = {int(p.name.split("-")[0]) for p in folder.glob("*.webp")}
    assert {4, 12, 19, 24} <= pages
    assert not {1, 2, 3} & pages
    assert found.largest < 2_000_000


def test_a_site_does_not_lie_within_the_data(
    document: ProcessedDocument, contracts: Contracts, tmp_path: Path
) -> None:
    put(tmp_path, contracts, document)
    curated = tmp_path / "curated"
    for out in (curated, curated / "site", tmp_path):
        with pytest.raises(RunError, match="lies within"):
            make_site(str(curated), None, out, contracts, Settings())
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine")
    with pytest.raises(RunError, match="holds something else"):
        make_site(str(curated), None, full, contracts, Settings())


def test_the_command_says_what_it_did(
    document: ProcessedDocument, contracts: Contracts, tmp_path: Path
) -> None:
    put(tmp_path, contracts, document)
    command = [
        "report",
        "--curated",
        tmp_path / "curated",
        "--raw",
        SAMPLE.parent,
        "--out",
        tmp_path / "site",
    ]
    done = CliRunner().invoke(app, [*map(str, command), "--workers", "1"])
    assert done.exit_code == 0, done.output
    assert "publications: 1; made: 1, unchanged: 0, removed: 0" in done.output


def test_many_publications_are_listed_by_year_in_parts(
    document: ProcessedDocument, contracts: Contracts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "LISTED", 2)
    put(tmp_path, contracts, *(of(document, unit) for unit in "甲乙丙"), of(document, "甲", 2022))
    made(tmp_path, contracts)
    site = tmp_path / "site"
    index = (site / "index.html").read_text(encoding="utf-8")
    assert 'id="index"' not in index
    assert {"y/2022.html", "y/2023.html"} <= set(re.findall(r'href="(y/[^"]+)"', index))
    rows = [listed(site / "y" / name) for name in ("2023.html", "2023-2.html", "2022.html")]
    assert [len(part) for part in rows] == [2, 1, 1]
    assert [row[1] for row in (*rows[0], *rows[1])] == ["丙", "乙", "甲"]
    assert (site / "p" / str(rows[0][0][0]) / "index.html").is_file()
    monkeypatch.setattr(pages, "LISTED", 3)
    put(tmp_path, contracts, of(document, "丁"))
    with CuratedRoot(open_store(tmp_path / "curated"), contracts) as root:
        for partition in root.manifest.published():
            if partition.unit in ("丁", "丙") and partition.year == 2023:
                root.withdraw(partition)
    made(tmp_path, contracts)
    assert not (site / "y" / "2023-2.html").exists()


def listed(path: Path) -> list[list[object]]:
    """The rows of a page's list."""
    [data] = re.findall(
        r'<script type="application/json" id="index">(.*?)</script>',
        path.read_text(encoding="utf-8"),
        re.DOTALL,
    )
    rows: list[list[object]] = json.loads(data)["rows"]
    return rows


def test_a_pdf_that_ends_its_process_costs_the_pictures_only(
    document: ProcessedDocument, contracts: Contracts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / SAMPLE.name).write_bytes(SAMPLE.read_bytes())
    put(tmp_path, contracts, document, of(document, "甲局"))
    monkeypatch.setattr(worker, "make", ended_by_drawing)
    report = made(tmp_path, contracts, raw)
    assert (report.made, report.without_pictures, report.failed) == (2, 2, ())
    assert len(list((tmp_path / "site").glob("p/*/index.html"))) == 2


# -- nothing in a PDF can run or leave its place -------------------------------------------------


#: What links lead to, and what files are called.
LINKS = re.compile(r"#|https?://example\.org/|(\.\./)*[a-z0-9/-]*\.html$")
FILES = re.compile(
    r"[puy](/[0-9a-f]{16}|/\d{4}|/unknown)?(/[a-z0-9_-]+)?(\.(html|svg|webp))?|index\.html|_site(/.*)?"
)


class Marked(HTMLParser):
    """Elements and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def hostile_site(
    document: ProcessedDocument, contracts: Contracts, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("hostile")
    put(folder, contracts, *(hostile(document, number) for number in range(len(HOSTILE))))
    report = made(folder, contracts)
    assert (report.publications, report.failed) == (len(HOSTILE), ())
    yield folder / "site"


def test_hostile_names_stay_text(hostile_site: Path) -> None:
    kept = {"script", "style", "meta", "link", "img", "svg", "a", "base", "iframe"}
    scripts = set()
    for path in hostile_site.rglob("*.html"):
        page = Marked()
        page.feed(path.read_text(encoding="utf-8"))
        tags = [tag for tag, _ in page.elements if tag in kept]
        assert tags.count("script") == (2 if "index" in page_ids(page) else 1), path
        assert not {"base", "iframe"} & set(tags)
        for tag, attributes in page.elements:
            assert not any(name.startswith("on") for name in attributes), (path, tag, attributes)
            if tag == "a":
                assert LINKS.match(attributes["href"] or ""), attributes
            if tag == "img":
                assert re.fullmatch(r"[a-z0-9_/-]+\.(svg|webp)", attributes["src"] or ""), attributes
        scripts.add(next(a["content"] for t, a in page.elements if t == "meta" and "http-equiv" in a))
    [policy] = scripts
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def page_ids(page: Marked) -> set[str]:
    return {a["id"] for _, a in page.elements if a.get("id")} - {None}  # type: ignore[return-value]


def test_no_file_of_the_site_is_called_after_a_name(hostile_site: Path) -> None:
    for path in hostile_site.rglob("*"):
        name = path.relative_to(hostile_site).as_posix()
        assert FILES.fullmatch(name), name
    assert {p.name for p in hostile_site.parent.iterdir()} == {"site", "curated"}


def test_charts_hold_no_script(hostile_site: Path) -> None:
    charts = list(hostile_site.rglob("*.svg"))
    assert charts
    for path in charts:
        text = path.read_text(encoding="utf-8")
        assert "<script" not in text
        assert not re.search(r"<[^>]* on\w+=", text)


def test_the_list_of_the_overview_is_plain_data(hostile_site: Path) -> None:
    text = (hostile_site / "index.html").read_text(encoding="utf-8")
    [data] = re.findall(r'<script type="application/json" id="index">(.*?)</script>', text, re.DOTALL)
    rows = json.loads(data)["rows"]
    assert sorted(row[1] for row in rows) == sorted(HOSTILE)
    assert "<" not in data


def test_templates_use_words_that_there_are(contracts: Contracts) -> None:
    folder = Path(module.__file__).parent
    used = "".join(p.read_text(encoding="utf-8") for p in (folder / "templates").glob("*.html"))
    named = set(re.findall(r"texts\.(\w+)", used)) | set(re.findall(r'say\("(\w+)"', used))
    code = "".join(p.read_text(encoding="utf-8") for p in folder.glob("*.py"))
    named |= set(re.findall(r'(?:texts\(\)|words)\["(\w+)"\]', code))
    assert named <= texts().keys()
    assert set(re.findall(r"values\.(\w+)", used)) <= vocabulary(contracts).keys()


def test_coded_values_are_called_as_the_contracts_call_them(contracts: Contracts) -> None:
    words = vocabulary(contracts)
    assert words["status"]["quarantined"].zh == contracts.chinese.values["status"]["quarantined"]
    assert words["severity"]["info"].zh == "备注"
    own = {w for column in words.values() for v, w in column.items() if w.en == w.zh}
    assert own == set()
