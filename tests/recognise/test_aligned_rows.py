"""Lines of a table that nothing parts belong to one row in one way only, also where a page's edge cuts it."""

from __future__ import annotations

from figures import CONTRACTS, HALF, accounts, figures_of, publication
from msgspec.structs import replace
from test_aligned import words

from jcfs_etl.audit.certainty import uncertain_figures
from jcfs_etl.audit.identities import try_identities
from jcfs_etl.places import Box, Key
from jcfs_etl.recognise.aligned_division import open_rows, rows_going_on, usual_places
from jcfs_etl.recognise.aligned_parts import Part, row_rules
from jcfs_etl.recognise.aligned_rows import AlignedRow, Columns
from jcfs_etl.recognise.aligned_words import Line, lines_of
from jcfs_etl.recognise.model import Fact

#: Codes, labels and one column of figures.
EDGES = (0.0, 50.0, 120.0, 200.0)


def known(*labels: str) -> Columns:
    """The columns of a table that knows some labels."""
    return Columns(
        EDGES,
        frozenset({0}),
        frozenset({0, 1}),
        (False, False, True),
        labels.__contains__,
        labels.__contains__,
        labels.__contains__,
    )


def lines(*rows: tuple[float, str, str, str]) -> list[Line]:
    """Lines with a code, a line of a label and a figure, blank where one is missing."""
    placed = [
        (y, [(t, x, x + 5 * len(t)) for t, x in zip(texts, (5.0, 55.0, 125.0), strict=True) if t])
        for y, *texts in rows
    ]
    return lines_of(words(placed))


def texts(rows: list[AlignedRow] | None) -> list[list[str]] | None:
    """What stands in the rows, column by column."""
    if rows is None:
        return None
    return [["".join(w.text for w in row.cells.get((c, c), ())) for c in range(3)] for row in rows]


#: Around the second code stand three lines; the last could also be the first of the next label.
AROUND = lines(
    (100, "212", "城乡社区支出", "1.00"),
    (114, "", "国有土地使用", ""),
    (125, "21208", "权出让收入安", "1.00"),
    (136, "", "排的支出", ""),
    (149, "2120803", "城市建设支出", "1.00"),
)
APART = [
    ["212", "城乡社区支出", "1.00"],
    ["21208", "国有土地使用权出让收入安排的支出", "1.00"],
    ["2120803", "城市建设支出", "1.00"],
]


def test_lines_of_one_text_follow_each_other_at_one_distance() -> None:
    assert texts(open_rows(AROUND, known())) == APART


def test_what_a_page_has_left_of_a_row_is_a_row_and_takes_no_line_of_the_next() -> None:
    rest = [*lines((86, "", "排的支出", "")), *AROUND]
    assert texts(rows_going_on(rest, known(), above=True, below=False)) == [["", "排的支出", ""], *APART]


def test_the_foot_of_a_page_keeps_the_code_of_a_row_that_goes_on() -> None:
    """The second line of the cut label and figure is no row without a code: it is the last row's."""
    foot = lines(
        (86, "", "社会保障", ""),
        (92, "208", "", "2.00"),
        (98, "", "支出", ""),
        (114, "21011", "行政事业", "1,000,"),
        (126, "", "单位医", "000."),
    )
    assert texts(rows_going_on(foot, known(), above=False, below=True)) == [
        ["208", "社会保障支出", "2.00"],
        ["21011", "行政事业单位医", "1,000,000."],
    ]


def test_labels_stand_to_their_rows_alike_on_all_pages() -> None:
    """财政拨款 above the code of 总计 is the rest of a row: the page before shows labels around theirs."""
    page = lines((60, "", "财政拨款", ""), (71, "32", "总计", "1.00"))
    alone = rows_going_on(page, known(), above=True, below=False)
    assert texts(alone) == [["32", "财政拨款总计", "1.00"]]
    places = usual_places([(AROUND, False, True), (page, True, False)], known())
    assert places == ("middle",)
    assert texts(rows_going_on(page, known(), above=True, below=False, places=places)) == [
        ["", "财政拨款", ""],
        ["32", "总计", "1.00"],
    ]


def test_a_dash_that_is_wrapped_in_its_cell_is_no_row_of_its_own() -> None:
    """Half of it stands above the figures of the row, half below; rules part the rows."""
    levels = tuple(Box(0, y, 200, y) for y in (80.0, 100.0, 140.0))
    body = lines((90, "", "合计", "—"), (110, "", "", "—"), (120, "208", "支出", "1.00"), (130, "", "", "—"))
    assert row_rules(Part(1, tuple(body), levels), (), body) == [80.0, 100.0, 140.0]
    two = lines((110, "208", "支出", "1.00"), (130, "210", "卫生", "—"))
    assert row_rules(Part(1, tuple(two), levels), (), two) == []


def test_rules_of_a_caption_above_the_head_part_no_rows() -> None:
    levels = tuple(Box(0, y, 200, y) for y in (40.0, 60.0, 80.0, 100.0, 140.0))
    body = lines((90, "", "合计", "1.00"), (120, "208", "支出", "1.00"))
    assert row_rules(Part(1, tuple(body), levels), (), body) == [80.0, 100.0, 140.0]


def test_the_end_of_a_figure_at_the_foot_of_a_page_is_no_row_without_a_code() -> None:
    """4075.9 over 1 beside a total: one line is left over, and no way gives it to a row for certain."""
    foot = lines(
        (100, "208", "社会保障", "1.00"),
        (120, "", "", "4075.9"),
        (125, "", "合计", ""),
        (130, "", "", "1"),
    )
    assert rows_going_on(foot, known(), above=False, below=True) is None


def test_a_figure_without_its_last_digit_is_certain_only_where_nothing_forgives_it() -> None:
    """4075.9 for 4075.91: the digit stood apart, and rounding would excuse it."""
    cell = Key("three_public", "final", "total")
    table = accounts()["three_public"]
    unruled = {f.key: replace(f, is_aligned=True, confidence=0.98) for f in table.facts}
    whole = unruled[cell]
    lost = replace(whole, printed=whole.printed[:-1], amount=(whole.amount or 0) - HALF)

    def doubted(fact: Fact) -> set[Key | None]:
        tables = {"three_public": replace(table, facts=tuple({**unruled, cell: fact}.values()))}
        checks = try_identities(figures_of(tables), CONTRACTS)
        return {
            Key(f.dataset or "", f.row or "", f.column or "")
            for f in uncertain_figures(publication(tables), checks, CONTRACTS)
        }

    assert doubted(whole) == set()
    assert doubted(lost) == {cell}
    # A closing zero that is left out changes no sum.
    assert doubted(replace(lost, amount=whole.amount)) == set()
