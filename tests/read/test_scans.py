"""Scans: read by OCR where the extra is installed, and believed only where an identity binds a figure."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pikepdf
import pytest
from at_hand import SAMPLE, Truth, as_printed, shared
from msgspec.structs import replace
from reportlab.pdfgen.canvas import Canvas
from scanning import (
    bowed,
    faded,
    photographed,
    ringed,
    scan,
    screened,
    sealed,
    streaked,
    with_hairlines,
    with_pages_scanned,
)

from jcfs_etl import AuditedPublication, read_publication
from jcfs_etl.audit import audit
from jcfs_etl.audit.certainty import uncertain_figures
from jcfs_etl.audit.model import BoundEquation, Check, Term
from jcfs_etl.places import Box, Key
from jcfs_etl.read import ocr, read_pdf, scan_reader, straight
from jcfs_etl.read.document import use_threads
from jcfs_etl.read.looks import Looks
from jcfs_etl.read.model import Page
from jcfs_etl.read.ocr import Reading, read_lines, simplified
from jcfs_etl.read.picture import page_picture, segments_of
from jcfs_etl.read.straight import Lay, Picture, skew_of, straightened
from jcfs_etl.read.written import dash, plain_figure
from jcfs_etl.recognise.model import Fact
from jcfs_etl.wording import worded

WITHOUT = "needs the extra: pip install '.[ocr]'"
needs_ocr = pytest.mark.skipif(find_spec("rapidocr") is None, reason=WITHOUT)

#: Index of the sample's page with 收入决算表; the watermark runs over it.
INCOME = 5
#: That with 机构运行信息表, of which few figures stand in an identity.
STATISTICS = 15
REAL_SCAN = "real/济南市2021决算_扫描_28-33页.pdf"


@pytest.fixture(scope="module")
def mixed_pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("mixed")
    return with_pages_scanned(SAMPLE, folder / "mixed.pdf", [INCOME])


class Remembering(ocr._Engine):
    """The engine, which looks at the same pictures once: what it makes of them depends on nothing else."""

    #: What all engines have made of pictures, by shape and bytes.
    lines: ClassVar[dict[Any, Any]] = {}
    boxes: ClassVar[dict[Any, Any]] = {}

    def recognize_txt(self, lines: list[Any]) -> Any:
        # All together: lines that are read at once are made equally wide.
        key = tuple((line.shape, line.tobytes()) for line in lines)
        if key not in self.lines:
            self.lines[key] = super().recognize_txt(lines)
        return self.lines[key]

    def detect(self, page: Any) -> list[Any]:
        key = (page.shape, page.tobytes())
        if key not in self.boxes:
            self.boxes[key] = super().detect(page)
        return list(self.boxes[key])


#: Such engines at rest.
AT_REST: list[Remembering] = []


@cache
def seen(
    path: Path, index: int, password: str = "", lay: Lay | None = None, *, untouched: bool = False
) -> Picture:
    """A page that was laid straight once: no test writes a file anew. Nobody may write on it."""
    picture = straightened(path, index, password, lay, untouched=untouched)
    picture.grey.setflags(write=False)
    return picture


@pytest.fixture
def remembering(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same page is read several times, and only what the tests change is looked at anew."""
    remember(monkeypatch)


def remember(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ocr, "_Engine", Remembering)
    patch.setattr(ocr, "_at_rest", AT_REST)
    patch.setattr(scan_reader, "straightened", seen)
    # A second look at a cell takes it from there.
    patch.setattr(straight, "straightened", seen)


@pytest.fixture(scope="module")
def mixed(mixed_pdf: Path) -> AuditedPublication:
    with pytest.MonkeyPatch.context() as patch:
        remember(patch)
        return read_publication(mixed_pdf)


@pytest.fixture
def switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JCFS_OCR", "off")


@needs_ocr
def test_a_scanned_page_among_others_is_read_exactly(mixed: AuditedPublication, sample_truth: Truth) -> None:
    assert as_printed(mixed) == sample_truth
    assert mixed.status == "published", mixed.reason


@needs_ocr
def test_every_figure_says_how_it_was_read(mixed: AuditedPublication) -> None:
    by_source = {s: set(mixed.cells[mixed.cells["source"] == s]["dataset"]) for s in ("text", "ocr")}
    assert by_source["ocr"] == {"income"}
    assert "income" not in by_source["text"]
    scanned = mixed.cells[mixed.cells["source"] == "ocr"]
    assert all(0 < c <= 1 for c in scanned["confidence"])
    assert set(mixed.cells[mixed.cells["source"] == "text"]["confidence"]) == {1.0}
    (note,) = (f for f in mixed.all_findings if f.code == "scan_read_by_ocr")
    assert note.message.startswith(f"page {INCOME + 1} is")


@needs_ocr
def test_boxes_of_a_scanned_page_are_those_of_the_page(
    mixed: AuditedPublication, sample: AuditedPublication
) -> None:
    income = sample.publication.tables["income"].by_key
    for fact in mixed.publication.tables["income"].facts:
        there = income[fact.key].box
        # The picture lay askew, so that its table is moved by a few points at the edges.
        assert all(abs(a - b) < 5 for a, b in zip(fact.box, there, strict=True))


@needs_ocr
def test_a_watermark_in_the_picture_is_set_aside(mixed: AuditedPublication) -> None:
    assert [s.reason for s in mixed.pdf.pages[INCOME].set_aside] == ["pale in the picture"]


@needs_ocr
@pytest.mark.usefixtures("remembering")
def test_a_wrong_digit_read_with_confidence_keeps_the_document_back(
    mixed_pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def misread(lines: list[object]) -> list[Reading]:
        readings = read_lines(lines)  # type: ignore[arg-type]
        at = next((i for i, r in enumerate(readings) if r.text == "362.08"), None)
        if at is not None:
            readings[at] = Reading("862.08", 0.999)
        return readings

    monkeypatch.setattr("jcfs_etl.read.scan.read_lines", misread)
    document = read_publication(mixed_pdf)
    assert document.status == "quarantined"
    (wrong,) = (f for f in document.publication.facts if f.printed == "862.08")
    found = [f for f in document.all_findings if f.code == "uncertain_figure"]
    assert Key(*(str(v) for v in (found[0].dataset, found[0].row, found[0].column))) == wrong.key
    assert found[0].blocks and found[0].box == wrong.box and found[0].page == INCOME + 1
    assert "862.08 was read by OCR and is not certain" in found[0].message


@needs_ocr
@pytest.mark.usefixtures("remembering")
def test_what_cannot_be_made_out_does_not_become_blank(
    mixed_pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "jcfs_etl.read.scan.read_lines",
        lambda lines: [r if r.text != "362.08" else Reading("", 0.0) for r in read_lines(lines)],
    )
    document = read_publication(mixed_pdf)
    assert document.status == "quarantined"
    (finding,) = (f for f in document.all_findings if f.code == "unreadable_figure")
    assert (finding.dataset, finding.row, finding.page) == ("income", "20801", INCOME + 1)


@needs_ocr
@pytest.mark.usefixtures("remembering")
def test_what_is_nearly_a_figure_is_read_again_in_other_sizes(
    mixed_pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Y3 for 362.08: read again it is the figure, and the identities that bind it make it certain."""
    hidden: list[int] = []

    def misread(lines: list[object]) -> list[Reading]:
        readings = read_lines(lines)  # type: ignore[arg-type]
        if len(hidden) < 2:
            for at, reading in enumerate(readings):
                if reading.text == "362.08":
                    readings[at] = Reading("Y3", 0.4)
                    hidden.append(at)
                    break
        return readings

    monkeypatch.setattr("jcfs_etl.read.scan.read_lines", misread)
    document = read_publication(mixed_pdf)
    assert len(hidden) == 2, "neither the first look nor the second made it out"
    (fact,) = (f for f in document.publication.facts if f.key == Key("income", "20801", "total"))
    assert fact.printed == "362.08" and fact.confidence < 0.5
    assert document.status == "published"


@needs_ocr
@pytest.mark.usefixtures("remembering")
def test_what_no_size_makes_a_figure_of_stays_unread(
    mixed_pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "jcfs_etl.read.scan.read_lines",
        lambda lines: [r if r.text != "362.08" else Reading("Y3", 0.4) for r in read_lines(lines)],
    )
    document = read_publication(mixed_pdf)
    assert document.status == "quarantined"
    assert [f.row for f in document.all_findings if f.code == "unreadable_figure"].count("20801") == 1


def _as_scan(sample: AuditedPublication, change: dict[Key, Fact] | None = None) -> set[Key]:
    """The sample as if every figure had been read by OCR: which are not certain."""
    change = change or {}
    tables = {
        name: replace(
            table,
            facts=tuple(change.get(f.key, replace(f, source="ocr", confidence=0.99)) for f in table.facts),
        )
        for name, table in sample.publication.tables.items()
    }
    found = audit(replace(sample.publication, tables=tables), sample.contracts).findings
    return {Key(f.dataset, f.row, f.column) for f in found if f.code == "uncertain_figure"}  # type: ignore[arg-type]


def _facts(sample: AuditedPublication) -> list[Fact]:
    return [f for f in sample.publication.facts if f.amount]


def test_identities_bind_the_figures_of_a_sound_publication_but_for_copies_of_one(
    sample: AuditedPublication,
) -> None:
    copies = {
        Key("disclosure_statistics", row, "amount") for row in ("procurement_total", "procurement_goods")
    }
    assert _as_scan(sample) == copies


@pytest.mark.parametrize(
    ("terms", "looks", "certain"),
    [
        ((5, -5), (), False),
        ((5, -5), ("8.00",) * 3, True),
        ((5, -3, -2), (), True),
        ((5, -5, None), (), False),
    ],
)
def test_copies_of_a_figure_do_not_prove_each_other(
    sample: AuditedPublication, terms: tuple[int | None, ...], looks: tuple[str, ...], certain: bool
) -> None:
    """A stroke that a copier loses makes 1 of each 4, and both sides of an equation still agree."""
    table = sample.publication.tables["income"]
    facts = tuple(replace(f, source="ocr", printed="8.00", amount=5) for f in table.facts[: len(terms)])
    alone = replace(sample.publication, tables={"income": replace(table, facts=facts)})
    left, *right = (Term(1, f.key, v and abs(v)) for f, v in zip(facts, terms, strict=True))
    check = Check("a", "a", "exact", BoundEquation("a", "a", (left,), tuple(right), "="), 0, 0, 0)
    found = worded(uncertain_figures(alone, [check], sample.contracts, lambda *_: looks), sample.contracts)
    assert not found if certain else "misread alike" in found[0].message


def test_a_copy_of_a_figure_that_a_sum_proves_is_certain(sample: AuditedPublication) -> None:
    table = sample.publication.tables["income"]
    facts = tuple(replace(f, source="ocr", amount=5) for f in table.facts[:4])
    alone = replace(sample.publication, tables={"income": replace(table, facts=facts)})
    first, second, third, copy = (Term(1, f.key, v) for f, v in zip(facts, (5, 3, 2, 5), strict=True))
    checks = [
        Check(name, name, "exact", BoundEquation(name, name, (first,), right, "="), 0, 0, 0)
        for name, right in (("copy", (copy,)), ("sum", (second, third)))
    ]
    assert list(uncertain_figures(alone, checks, sample.contracts)) == []


def test_each_wrong_figure_is_not_certain(sample: AuditedPublication) -> None:
    for fact in _facts(sample)[::12]:
        wrong = replace(fact, amount=(fact.amount or 0) + 3_000_000, source="ocr", confidence=0.999)
        assert fact.key in _as_scan(sample, {fact.key: wrong}), fact.key


def test_a_wrong_last_digit_is_not_certain_unless_read_surely(sample: AuditedPublication) -> None:
    key = Key("expenditure", "total", "total")
    fact = sample.publication.tables["expenditure"].by_key[key]
    # Rounding would forgive a hundredth of 万元 more.
    wrong = replace(fact, amount=(fact.amount or 0) + 10_000, source="ocr", confidence=0.9)
    assert key in _as_scan(sample, {key: wrong})


def test_an_identity_with_one_figure_among_blanks_binds_nothing(sample: AuditedPublication) -> None:
    fact = replace(_facts(sample)[0], source="ocr")
    other = _facts(sample)[1].key
    publication = replace(
        sample.publication,
        tables={
            name: replace(t, facts=tuple(fact if f.key == fact.key else f for f in t.facts))
            for name, t in sample.publication.tables.items()
        },
    )
    terms = (Term(1, fact.key, fact.amount),), (Term(1, other, None),)
    check = Check("a", "a", "rounding", BoundEquation("a", "a", *terms, "="), 0, 0, 0)
    (finding,) = worded(uncertain_figures(publication, [check], sample.contracts), sample.contracts)
    assert finding.row == fact.key.row and "no identity that holds binds it" in finding.message


@pytest.mark.parametrize(
    ("looks", "certain"),
    [(("8.00", "8.00", "8.00"), True), (("8.00", "3.00", "8.00"), False), ((), False)],
)
def test_what_no_identity_binds_is_certain_where_it_reads_alike_in_every_cut_and_size(
    sample: AuditedPublication, looks: tuple[str, ...], certain: bool
) -> None:
    table = sample.publication.tables["income"]
    fact = replace(table.facts[0], source="ocr", confidence=0.1, printed="8.00")
    alone = replace(sample.publication, tables={"income": replace(table, facts=(fact,))})
    found = worded(uncertain_figures(alone, [], sample.contracts, lambda *_: looks), sample.contracts)
    assert not found if certain else "no identity that holds binds it" in found[0].message


def test_what_has_fewer_decimals_than_others_is_not_certain_however_often_it_reads_alike(
    sample: AuditedPublication,
) -> None:
    """A part of a seal's ring over 0.00 reads 1 in every cut and size."""
    table = sample.publication.tables["income"]
    first, *others = (f for f in table.facts if f.amount)
    ring = replace(first, source="ocr", printed="1")
    alone = replace(sample.publication, tables={"income": replace(table, facts=(ring, *others))})
    assert len(list(uncertain_figures(alone, [], sample.contracts, lambda *_: ("1",) * 12))) == 1


def test_a_row_whose_code_goes_on_in_its_name_is_not_certain(sample: AuditedPublication) -> None:
    """Dust beside 05 moved it from the code into the name: 20805 would be 208."""
    table = sample.publication.tables["income"]
    facts = tuple(replace(f, source="ocr") for f in table.facts if f.key.row == "208" and f.amount)
    rows = tuple(replace(r, label="★05" + r.label) if r.row == "208" else r for r in table.rows)
    alone = replace(sample.publication, tables={"income": replace(table, facts=facts, rows=rows)})
    looks = {f.box: f.printed for f in facts}
    found = worded(
        uncertain_figures(alone, [], sample.contracts, lambda _, box: (looks[box],) * 12), sample.contracts
    )
    assert len(found) == len(facts) and all("may be of its code" in f.message for f in found)


def test_what_an_identity_contradicts_is_not_certain_however_often_it_reads_alike(
    sample: AuditedPublication,
) -> None:
    table = sample.publication.tables["income"]
    fact, other = (replace(f, source="ocr", printed="8.00") for f in table.facts[:2])
    alone = replace(sample.publication, tables={"income": replace(table, facts=(fact,))})
    terms = (Term(1, fact.key, fact.amount),), (Term(1, other.key, 1),)
    check = Check("a", "a", "violated", BoundEquation("a", "a", *terms, "="), 0, 0, 0)
    assert list(uncertain_figures(alone, [check], sample.contracts, lambda *_: ("8.00",) * 3))


@needs_ocr
def test_a_cell_is_looked_at_in_many_cuts_and_sizes(mixed_pdf: Path, mixed: AuditedPublication) -> None:
    looks = Looks(mixed_pdf)
    fact = mixed.publication.tables["income"].by_key[Key("income", "20801", "total")]
    assert looks.texts(fact.page, fact.box) == ("362.08",) * 12
    assert looks.texts(fact.page, Box(1, 1, 20, 20)) == ()


def _scanned_table(
    folder: Path,
    *,
    strokes: bool = False,
    notes: bool = False,
    words: bool = False,
    grey: bool = False,
    words_above: bool = False,
    **how: Any,
) -> Path:
    """A scan of a page with one table of 3 by 4 figures."""
    canvas = Canvas(str(folder / "table.pdf"), pagesize=(420, 300), invariant=1)
    if strokes:
        # Ends of a watermark's strokes, each in a corner of a cell.
        canvas.setStrokeGray(0.8)
        canvas.setLineWidth(6)
        for x, y in ((40, 212), (130, 181), (230, 243)):
            canvas.line(x - 9, y - 9, x + 9, y + 9)
        canvas.setStrokeGray(0)
        canvas.setLineWidth(1)
    if words:
        # A small watermark over the page, a part of it in cells.
        canvas.setFillGray(0.8)
        canvas.setFont("Helvetica", 9)
        for x, y in product((50, 105, 205, 245), (156, 187, 218)):
            canvas.saveState()
            canvas.translate(x, y)
            canvas.rotate(28)
            canvas.drawString(0, 0, "Budget")
            canvas.restoreState()
        canvas.setFillGray(0)
    canvas.grid([40, 130, 230, 320, 400], [150, 181, 212, 243])
    # In small type a point is a few pixels.
    canvas.setFont("Times-Roman" if words else "Helvetica", 7 if words else 10)
    for row in range(3):
        for column in range(4):
            canvas.setFillGray(0.7 if grey and (row, column) == (1, 1) else 0)
            canvas.drawRightString((128, 228, 318, 398)[column], 222 - 31 * row, f"{row}{column}7.25")
    if words_above:
        canvas.drawString(150, 262, "Table of figures")
    if notes:
        # Upright strokes right under two of the rules, as those of characters.
        canvas.setLineWidth(1)
        canvas.line(130, 150, 130, 141)
        canvas.line(230, 150, 230, 141)
        for x in (130, 230):
            canvas.line(x - 4, 141, x + 4, 141)
    canvas.save()
    return scan(folder / "table.pdf", folder / "scan.pdf", **how)


#: Ways in which programs that scan write a page.
AS_WRITTEN: dict[str, dict[str, Any]] = {
    "in strips": {"strips": 7},
    "with its number": {"typed": [(0.45, 0.03, "- 7 -")]},
    "below a title": {"typed": [(0.3, 0.85, "Table of figures")]},
    "a point a pixel": {"pixel": 1.0},
    "small": {"pixel": 0.1},
}


@needs_ocr
@pytest.mark.parametrize("beside", ["strokes", "words", "notes"])
def test_a_watermark_and_strokes_of_a_note_are_no_part_of_a_table(tmp_path: Path, beside: str) -> None:
    (grid,) = read_pdf(_scanned_table(tmp_path, **{beside: True})).pages[0].grids
    assert [c.text for c in grid.cells] == [f"{r}{c}7.25" for r in range(3) for c in range(4)]


@needs_ocr
@pytest.mark.parametrize("how", AS_WRITTEN.values(), ids=list(AS_WRITTEN))
def test_a_picture_of_a_table_is_read_however_its_page_is_written(
    tmp_path: Path, how: dict[str, Any]
) -> None:
    (page,) = read_pdf(_scanned_table(tmp_path, **how)).pages
    assert page.source == "ocr" and not page.drawings
    (grid,) = page.grids
    assert [c.text for c in grid.cells] == [f"{r}{c}7.25" for r in range(3) for c in range(4)]
    assert grid.box.x1 < page.width and grid.box.y1 < page.height


@needs_ocr
@pytest.mark.parametrize(
    "how",
    [{"seen": photographed}, {"seen": bowed}, {"degrees": 7.0}],
    ids=["photographed", "bowed", "far askew"],
)
def test_a_table_is_read_however_its_sheet_lay(tmp_path: Path, how: dict[str, Any]) -> None:
    (page,) = read_pdf(_scanned_table(tmp_path, words_above=True, **how)).pages
    (grid,) = page.grids
    assert [c.text for c in grid.cells] == [f"{r}{c}7.25" for r in range(3) for c in range(4)]
    assert [line.text for line in page.lines] == ["Table of figures"]


@needs_ocr
@pytest.mark.parametrize("seen", [streaked, faded, screened, with_hairlines])
def test_a_table_is_read_however_a_machine_saw_it(tmp_path: Path, seen: Callable[[Any], Any]) -> None:
    (grid,) = read_pdf(_scanned_table(tmp_path, seen=seen, degrees=0.0)).pages[0].grids
    assert [c.text for c in grid.cells] == [f"{r}{c}7.25" for r in range(3) for c in range(4)]


@needs_ocr
def test_what_a_streak_crosses_does_not_read_alike_in_many_cuts(tmp_path: Path) -> None:
    made = _scanned_table(tmp_path, seen=streaked, degrees=0.0)
    (page,) = read_pdf(made).pages
    clear, crossed = (c for c in page.grids[0].cells if (c.row, c.column) in ((1, 1), (1, 3)))
    assert set(Looks(made).texts(1, crossed.box)) == {"137.25"}
    assert clear.text == "117.25" and set(Looks(made).texts(1, clear.box)) != {"117.25"}


@needs_ocr
def test_what_lies_under_a_seal_is_read(tmp_path: Path) -> None:
    (grid,) = read_pdf(_scanned_table(tmp_path, seen=sealed)).pages[0].grids
    assert [c.text for c in grid.cells] == [f"{r}{c}7.25" for r in range(3) for c in range(4)]
    assert not any(c.doubt for c in grid.cells)


@needs_ocr
def test_the_ring_of_a_seal_is_no_rule(tmp_path: Path) -> None:
    made = _scanned_table(tmp_path, seen=ringed, degrees=0.0)
    assert len(segments_of(straightened(made, 0).grey)) == 9


@needs_ocr
def test_a_red_figure_under_a_seal_is_in_doubt_and_not_lost(tmp_path: Path) -> None:
    made = _scanned_table(tmp_path, seen=lambda grey: sealed(grey, red=(0.33, 0.31, 0.54, 0.38)))
    (grid,) = read_pdf(made).pages[0].grids
    (cell,) = (c for c in grid.cells if (c.row, c.column) == (1, 1))
    assert cell.text and (cell.doubt or cell.text != "117.25")


@needs_ocr
def test_rules_that_lie_straight_are_left_alone(tmp_path: Path) -> None:
    assert straightened(_scanned_table(tmp_path), 0).lay.bends == ()


@needs_ocr
def test_a_page_that_bends_is_laid_the_same_way_again(tmp_path: Path) -> None:
    made = _scanned_table(tmp_path, seen=photographed)
    grey, lay = straightened(made, 0)
    assert lay.bends and np.array_equal(straightened(made, 0, lay=lay).grey, grey)


@needs_ocr
def test_words_on_a_picture_without_a_table_are_read_as_they_are_typed(tmp_path: Path) -> None:
    drawing = Canvas(str(tmp_path / "cover.pdf"))
    drawing.rect(60, 60, 470, 720)
    drawing.circle(300, 600, 90)
    drawing.save()
    typed = [(0.3, 0.5, "Accounts of 2023")]
    (page,) = read_pdf(scan(tmp_path / "cover.pdf", tmp_path / "scan.pdf", typed=typed)).pages
    assert page.source == "text" and [line.text for line in page.lines] == ["Accountsof2023"]


@pytest.mark.usefixtures("switched_off")
def test_a_picture_with_nothing_but_its_number_typed_is_named_where_it_is_not_read(tmp_path: Path) -> None:
    (page,) = read_pdf(_scanned_table(tmp_path, typed=[(0.45, 0.03, "- 7 -")])).pages
    assert page.is_picture and page.source == "text"


@needs_ocr
def test_a_figure_in_grey_is_no_watermark(tmp_path: Path) -> None:
    (grid,) = read_pdf(_scanned_table(tmp_path, grey=True)).pages[0].grids
    (cell,) = (c for c in grid.cells if (c.row, c.column) == (1, 1))
    assert cell.text == "117.25" and "something pale" in cell.doubt


@pytest.mark.usefixtures("switched_off")
def test_a_scan_is_declined_with_the_command_that_installs_what_reads_it(tmp_path: Path) -> None:
    document = read_publication(scan(SAMPLE, tmp_path / "scan.pdf", [INCOME], dpi=75))
    assert document.status == "declined"
    assert document.publication.declined is not None
    assert document.publication.declined.id == "scan"
    assert "pip install '.[ocr]'" in (document.reason or "")


@needs_ocr
def test_a_scan_in_which_nothing_is_made_out_is_declined_with_its_pages_and_what_helps(
    tmp_path: Path,
) -> None:
    found = read_publication(scan(SAMPLE, tmp_path / "scan.pdf", [INCOME, 0], dpi=25))
    assert found.status == "declined"
    assert found.publication.declined is not None and found.publication.declined.id == "illegible"
    assert "pages 1, 2;" in (found.reason or "") and "300 dots to the inch" in (found.reason or "")


@pytest.mark.usefixtures("switched_off")
def test_a_scanned_page_that_was_not_read_is_named(mixed_pdf: Path) -> None:
    document = read_publication(mixed_pdf)
    assert document.status == "quarantined" and document.publication.missing == ("income",)
    (finding,) = (f for f in document.all_findings if f.code == "unread_picture")
    assert finding.page == INCOME + 1 and "pip install '.[ocr]'" in finding.message


@pytest.mark.usefixtures("switched_off")
def test_a_searchable_scan_that_cannot_be_read_is_taken_from_its_text_and_says_so(
    tmp_path: Path, sample_truth: Truth
) -> None:
    picture = scan(SAMPLE, tmp_path / "scan.pdf", [INCOME], dpi=75)
    with pikepdf.open(SAMPLE) as document, pikepdf.open(picture) as pictures:
        page, under = document.pages[INCOME], pictures.pages[0]
        page.contents_add(b"3 Tr\n", prepend=True)
        page.add_underlay(under, pikepdf.Rectangle(page.mediabox))
        document.save(tmp_path / "searchable.pdf")
    found = read_publication(tmp_path / "searchable.pdf")
    assert {tuple(f.key): f.printed for f in found.publication.facts} == sample_truth
    (note,) = (f for f in found.all_findings if f.code == "searchable_scan")
    assert (note.severity, note.page) == ("info", INCOME + 1)
    by_source = {
        s: {f.key.dataset for f in found.publication.facts if f.source == s} for s in ("text", "ocr")
    }
    assert by_source["ocr"] == {"income"} and "income" not in by_source["text"]


@pytest.mark.usefixtures("switched_off")
def test_a_figure_that_another_recogniser_read_needs_an_identity(tmp_path: Path) -> None:
    """The counts of openness, as a searchable scan tells them: nothing binds them."""
    with pikepdf.open(SAMPLE) as document, pikepdf.open(_blank_picture(tmp_path)) as pictures:
        page = document.pages[STATISTICS]
        page.contents_add(b"3 Tr\n", prepend=True)
        page.add_underlay(pictures.pages[0], pikepdf.Rectangle(page.mediabox))
        document.save(tmp_path / "searchable.pdf")
    found = read_publication(tmp_path / "searchable.pdf")
    doubted = {f.dataset for f in found.all_findings if f.code == "uncertain_figure"}
    assert doubted == {"disclosure_statistics"} and found.status == "quarantined"


@needs_ocr
@pytest.mark.parametrize("under", [False, True], ids=["over the picture", "under the picture"])
def test_a_searchable_scan_is_read_from_its_picture(tmp_path: Path, under: bool) -> None:
    """Another recogniser read 9 for 7, and the picture says what is true."""
    made = _scanned_table(tmp_path)
    drawing = Canvas(str(tmp_path / "text.pdf"), pagesize=(420, 300))
    text = drawing.beginText(200, 222)
    text.setTextRenderMode(0 if under else 3)
    text.textOut("019.25")
    drawing.drawText(text)
    drawing.save()
    with pikepdf.open(made) as pictures, pikepdf.open(tmp_path / "text.pdf") as texts:
        page, other = pictures.pages[0], texts.pages[0]
        add: Any = page.add_underlay if under else page.add_overlay
        add(other)
        pictures.save(tmp_path / "searchable.pdf")
    (read,) = read_pdf(tmp_path / "searchable.pdf").pages
    assert read.source == "ocr" and not read.is_searchable_scan and not read.unseen
    (grid,) = read.grids
    assert [c.text for c in grid.cells] == [f"{r}{c}7.25" for r in range(3) for c in range(4)]


def _blank_picture(folder: Path) -> Path:
    drawing = Canvas(str(folder / "blank.pdf"))
    drawing.showPage()
    drawing.save()
    return scan(folder / "blank.pdf", folder / "blank scan.pdf", dpi=40)


@needs_ocr
@pytest.mark.parametrize("degrees", [-1.5, -0.5, 0.0, 0.5])
def test_a_picture_is_turned_straight(tmp_path: Path, degrees: float) -> None:
    made = scan(SAMPLE, tmp_path / "scan.pdf", [INCOME], degrees=degrees)
    picture = straightened(made, 0)
    assert picture.lay.quarters == 0
    assert picture.lay.degrees == pytest.approx(-degrees, abs=0.03)
    assert abs(skew_of(picture.grey)) <= 0.03


@needs_ocr
@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_sheet_that_lay_turned_in_the_scanner_is_laid_as_it_reads(tmp_path: Path, quarters: int) -> None:
    made = scan(SAMPLE, tmp_path / "scan.pdf", [INCOME], quarters=quarters)
    picture = straightened(made, 0)
    assert picture.lay.quarters == 4 - quarters
    assert picture.lay.degrees == pytest.approx(-0.5, abs=0.03)


@needs_ocr
def test_a_sheet_of_which_little_can_be_read_stays_as_it_lies(tmp_path: Path) -> None:
    drawing = Canvas(str(tmp_path / "seal.pdf"))
    drawing.circle(300, 400, 90)
    drawing.drawString(280, 400, "No. 7")
    drawing.save()
    made = scan(tmp_path / "seal.pdf", tmp_path / "scan.pdf", quarters=1)
    assert straightened(made, 0).lay.quarters == 0


@needs_ocr
def test_a_table_on_a_sheet_that_lay_turned_is_read(tmp_path: Path, sample: AuditedPublication) -> None:
    document = read_publication(scan(SAMPLE, tmp_path / "scan.pdf", [INCOME], quarters=1))
    (page,) = document.pdf.pages
    assert page.width > page.height and page.source == "ocr"
    figures = {f.key: f.printed for f in document.publication.facts}
    assert figures == {f.key: f.printed for f in sample.publication.tables["income"].facts}


@needs_ocr
def test_characters_of_a_title_are_no_rules(tmp_path: Path) -> None:
    cover = scan(SAMPLE, tmp_path / "scan.pdf", [0])
    assert segments_of(straightened(cover, 0).grey) == []


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("121. 38", "121.38"),
        ("1, 234.50", "1,234.50"),
        ("- 2.02", "-2.02"),
        ("12 34", "12 34"),
        ("1.2 3", "1.2 3"),
        ("430.21\n8.00", "430.21\n8.00"),
        ("l2.00", "l2.00"),
        ("2. 土地", "2. 土地"),
        ("", ""),
    ],
)
def test_only_white_around_a_point_is_taken_out_of_figures(read: str, meant: str) -> None:
    assert plain_figure(read) == meant


def test_a_dash_is_known_by_its_shape() -> None:
    ink = np.zeros((60, 200), np.uint8)
    ink[28:31, 60:130] = 1
    assert dash(ink, 36) == "——"
    assert dash(ink[:, :90], 36) == "—"
    ink[20:40, 60:64] = 1
    assert dash(ink, 36) == ""


@needs_ocr
def test_contract_with_rapidocr_lines_come_in_order_with_a_confidence_each() -> None:
    grey = page_picture(SAMPLE, 3)
    # 公开01表, and nothing.
    head = grey[475:520, 2130:2300]
    assert [r.text for r in read_lines([head, np.full((40, 80), 255, np.uint8)])] == ["公开01表", ""]
    assert read_lines([head])[0].confidence > 0.5
    assert read_lines([]) == []


@needs_ocr
def test_its_models_lie_in_the_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("something was fetched")

    monkeypatch.setattr("socket.socket.connect", refuse)
    ocr._at_rest.clear()
    assert read_lines([np.full((40, 80), 255, np.uint8)]) == [Reading("", 0.0)]


@needs_ocr
def test_a_real_scan_is_read_and_declined_for_what_it_is(tmp_path: Path) -> None:
    with pikepdf.open(shared(REAL_SCAN)) as document:
        del document.pages[4:]
        del document.pages[:3]
        document.save(tmp_path / "page 31.pdf")
    found = read_publication(tmp_path / "page 31.pdf")
    assert found.status == "declined"
    assert found.publication.declined is not None
    assert found.publication.declined.id == "government_accounts"
    assert _columns(found.pdf.pages[0])[1:3] == [REAL_2020, REAL_2021]


#: 表14 of the real scan by eye: 2020年决算数 and 2021年预算数.
REAL_2020 = ["46857", "6006", "2687", "38164", "4420", "4420", "24993", "76270", "726", "4561", "81557"]
REAL_2021 = ["20537", "1879", "2965", "15693", "3500", "24037", "134", "31740", "55911"]


def _columns(page: Page) -> list[list[str]]:
    (grid,) = page.grids
    return [c.text.split("\n") for c in grid.cells if c.row == grid.row_count - 1]


@needs_ocr
def test_pages_read_side_by_side_are_those_read_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A page of text among the pictures, which is looked at in vain before it is known for one.
    with pikepdf.open(_scanned_table(tmp_path)) as document, pikepdf.open(SAMPLE) as sample:
        for page in (sample.pages[0], *[document.pages[0]] * 3, sample.pages[1]):
            document.pages.append(page)
        document.save(tmp_path / "several.pdf")
    one_by_one = read_pdf(tmp_path / "several.pdf")
    assert [page.source for page in one_by_one.pages] == ["ocr", "text", "ocr", "ocr", "ocr", "text"]
    monkeypatch.setattr("jcfs_etl.read.document._threads", [1])
    use_threads(3)
    assert read_pdf(tmp_path / "several.pdf") == one_by_one


@pytest.fixture(scope="module")
def printed_again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's 收入决算表, its fonts without a Unicode map, as a print driver leaves them."""
    made: Path = tmp_path_factory.mktemp("again") / "printed again.pdf"
    with pikepdf.open(SAMPLE) as document:
        del document.pages[INCOME + 1 :]
        del document.pages[:INCOME]
        for font in document.objects:
            if isinstance(font, pikepdf.Dictionary) and "/ToUnicode" in font:
                del font["/ToUnicode"]
        document.save(made)
    return made


@needs_ocr
def test_a_page_whose_characters_have_no_meaning_is_read_as_it_looks(
    printed_again: Path, sample: AuditedPublication
) -> None:
    document = read_publication(printed_again)
    (page,) = document.pdf.pages
    assert page.source == "ocr" and page.is_unmapped and not page.is_picture
    figures = {f.key: f.printed for f in document.publication.facts}
    assert figures == {f.key: f.printed for f in sample.publication.tables["income"].facts}
    (note,) = (f for f in document.all_findings if f.code == "unmapped_read_by_ocr")
    assert "page 1 is of characters that have no meaning in the file" in note.message
    assert not [f for f in document.all_findings if f.code in ("scan_read_by_ocr", "unmapped_text")]


@needs_ocr
def test_such_a_page_may_lie_sideways(
    printed_again: Path, tmp_path: Path, sample: AuditedPublication
) -> None:
    with pikepdf.open(printed_again) as document:
        document.pages[0].rotate(90, relative=True)
        document.save(tmp_path / "sideways.pdf")
    found = read_publication(tmp_path / "sideways.pdf")
    assert [(page.source, page.width > page.height) for page in found.pdf.pages] == [("ocr", True)]
    figures = {f.key: f.printed for f in found.publication.facts}
    assert figures == {f.key: f.printed for f in sample.publication.tables["income"].facts}


@pytest.mark.usefixtures("switched_off")
def test_characters_without_a_meaning_that_were_not_read_are_said(
    printed_again: Path, tmp_path: Path
) -> None:
    alone = read_publication(printed_again)
    assert alone.publication.declined is not None and alone.publication.declined.id == "unmapped"
    assert "whose characters have no meaning" in (alone.reason or "")
    with pikepdf.open(SAMPLE) as document, pikepdf.open(printed_again) as again:
        document.pages[INCOME] = again.pages[0]
        document.save(tmp_path / "mixed.pdf")
    mixed = read_publication(tmp_path / "mixed.pdf")
    assert mixed.status == "quarantined" and mixed.publication.missing == ("income",)
    (note,) = (f for f in mixed.all_findings if f.code == "unmapped_text")
    assert "pip install" in note.message and note.page == INCOME + 1


@needs_ocr
@pytest.mark.parametrize(
    ("read", "meant"), [("收入決算總表", "收入决算总表"), ("乾县著名", "乾县著名"), ("1,234.50", "1,234.50")]
)
def test_only_characters_that_no_simplified_text_has_are_made_simplified(read: str, meant: str) -> None:
    assert simplified(read) == meant
