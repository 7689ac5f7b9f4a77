"""Every identity of the shipped contracts, tried on made-up accounts that add up and on broken ones."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

import pandera.pandas as pan
import pytest
from figures import (
    CONTRACTS,
    HALF,
    IDENTITIES,
    STEP,
    Tables,
    accounts,
    blank_cells,
    bound,
    figures_of,
    publication,
    published,
    tried,
    value_of,
    with_value,
    without_cell,
    without_columns,
    without_rows,
)
from msgspec.structs import replace

from jcfs_etl.audit import Check, audit
from jcfs_etl.audit.identities import try_identities
from jcfs_etl.audit.schemas import ROW_ID, figures_frame, publication_schema, table_schema
from jcfs_etl.curate.records import checks_table, findings_table
from jcfs_etl.places import Key
from jcfs_etl.recognise.frames import table_to_arrow, to_frame

SINCE_2019 = accounts()
BEFORE_2019 = accounts(before_2019=True)
FORMS = {"since 2019": SINCE_2019, "before 2019": BEFORE_2019}

#: Identities that speak of a line which only one of the two forms prints.
ONLY_BEFORE_2019 = {"cross.appropriation_income_before_2019", "basic.total", "cross.basic_total"}
ONLY_SINCE_2019 = {f"cross.{b}_income" for b in ("general_budget", "government_fund", "state_capital")}

WITHIN_TABLES = [i for i, (_, home) in IDENTITIES.items() if home is not None]
BETWEEN_TABLES = [i for i, (_, home) in IDENTITIES.items() if home is None]


def form_of(identity: str) -> Tables:
    """Accounts that print every line which the identity speaks of."""
    return BEFORE_2019 if identity in ONLY_BEFORE_2019 else SINCE_2019


def reported_cell(identity: str) -> Key:
    """The first figure that the identity speaks of."""
    return bound(identity, form_of(identity)).equations[0].left[0].key


def checks_of(tables: Tables, identity: str) -> list[Check]:
    """What the audit of a whole publication says of one identity."""
    return [c for c in audit(publication(tables), CONTRACTS).checks if c.check == identity]


# -- whole accounts -----------------------------------------------------------------------------


def test_every_identity_binds_on_the_forms_of_its_years() -> None:
    unbound = {name: {i for i in IDENTITIES if not bound(i, form).equations} for name, form in FORMS.items()}
    assert unbound == {"since 2019": ONLY_BEFORE_2019, "before 2019": ONLY_SINCE_2019}


@pytest.mark.parametrize("identity", IDENTITIES)
def test_it_holds_exactly_on_accounts_that_add_up(identity: str) -> None:
    for form in FORMS.values():
        checks = tried(identity, form)
        assert [c.verdict for c in checks] == ["exact"] * len(checks)
        for check in checks:
            assert check.equation is not None and check.residual is not None
            assert check.residual == 0 or (check.equation.relation == "<=" and check.residual < 0)
            assert all(term.value is not None for term in check.equation.terms)


@pytest.mark.parametrize(
    ("identity", "equations"),
    [
        pytest.param("income.columns", 11 + 8 + 5 + 1, id="each row: codes of 7, 5 and 3 digits, total"),
        pytest.param("income.hierarchy", 13 * 7, id="each of 13 codes with codes below, each of 7 columns"),
        pytest.param("income.total", 7, id="each column"),
        pytest.param("basic.hierarchy", 4, id="each economic class"),
        pytest.param("cross.expenditure_classes", 5, id="each class on both forms"),
        pytest.param("cross.state_capital_classes", 1, id="the one class on both forms"),
        pytest.param("appropriation.columns", 8, id="each row of the side that has the columns"),
        pytest.param("appropriation.expenditure_total", 4, id="each column of a summary"),
        pytest.param("three_public.vehicles", 2, id="each basis"),
        pytest.param("summary.sides_balance", 1, id="one figure against one"),
    ],
)
def test_it_is_tried_once_for_all_that_it_ranges_over(identity: str, equations: int) -> None:
    assert len(tried(identity, SINCE_2019)) == equations


def test_codes_are_the_sum_of_the_codes_one_level_below_and_no_deeper() -> None:
    sums = {
        equation.left[0].key.row: [term.key.row for term in equation.right]
        for equation in bound("expenditure.hierarchy", SINCE_2019).equations
        if equation.left[0].key.column == "basic"
    }
    assert sums["208"] == ["20801", "20805"]
    assert sums["20801"] == ["2080101", "2080199"]
    assert "2080101" not in sums


def test_groups_of_economic_classes_make_up_the_two_totals() -> None:
    (personnel,) = bound("basic.personnel_total", SINCE_2019).equations
    (public,) = bound("basic.public_total", SINCE_2019).equations
    assert [term.key.row for term in personnel.right] == ["301", "303"]
    assert [term.key.row for term in public.right] == ["302", "310"]


# -- one cell beyond what rounding explains ------------------------------------------------------


@pytest.mark.parametrize("identity", IDENTITIES)
def test_any_one_of_its_cells_beyond_the_tolerance_violates_it(identity: str) -> None:
    form = form_of(identity)
    for number, check in enumerate(tried(identity, form)):
        equation = check.equation
        assert equation is not None and check.residual is not None and check.tolerance is not None
        weights = [t.weight for t in equation.left] + [-t.weight for t in equation.right]
        for term, weight in zip(equation.terms, weights, strict=True):
            # How far this cell must move for the sides to differ by the whole tolerance.
            to_the_end = weight * (check.tolerance - check.residual)
            value = value_of(form, term.key)
            at_the_end = tried(identity, with_value(form, term.key, value + to_the_end))[number]
            beyond = tried(identity, with_value(form, term.key, value + to_the_end + weight))[number]
            assert (at_the_end.residual, beyond.residual) == (check.tolerance, check.tolerance + 1)
            assert at_the_end.verdict == ("rounding" if check.tolerance else "exact"), term.key
            assert beyond.verdict == "violated", term.key


@pytest.mark.parametrize("identity", IDENTITIES)
def test_a_slip_of_one_yuan_for_ten_thousand_is_found_by_the_audit(identity: str) -> None:
    form, cell = form_of(identity), reported_cell(identity)
    result = audit(publication(with_value(form, cell, value_of(form, cell) * 10_000)), CONTRACTS)
    violated = [c for c in result.checks if c.verdict == "violated"]
    assert identity in {c.check for c in violated}
    # Where this identity alone ties two tables, neither is known to belong to the other any more.
    (finding,) = (f for f in result.findings if f.code != "untied_table")
    code = "identity_violated" if len(violated) == 1 else "figure_contradicted"
    assert (finding.code, finding.severity, finding.origin) == (code, "inconsistent", "document")
    assert (finding.dataset, finding.row, finding.column) == cell
    assert violated[0].statement.rstrip(".") in finding.message


def test_a_finding_says_what_the_other_figures_allow() -> None:
    cell = Key("three_public", "final", "total")
    true = value_of(SINCE_2019, cell)
    result = audit(publication(with_value(SINCE_2019, cell, true + 9 * STEP)), CONTRACTS)
    (finding,) = result.findings
    assert finding.check == "three_public.total"
    assert finding.reported == true + 9 * STEP
    # Three addends, each printed to within half a unit.
    assert (finding.implied_low, finding.implied_high) == (true - 3 * HALF, true + 3 * HALF)
    assert (finding.page, finding.box) == (5, SINCE_2019["three_public"].by_key[cell].box)


def test_what_the_other_figures_allow_is_the_same_where_the_figure_itself_is_blank() -> None:
    cell = Key("three_public", "final", "total")
    true = value_of(SINCE_2019, cell)
    (finding,) = audit(publication(with_value(SINCE_2019, cell, None)), CONTRACTS).findings
    assert (finding.check, finding.reported) == ("three_public.total", 0)
    assert (finding.implied_low, finding.implied_high) == (true - 3 * HALF, true + 3 * HALF)


def test_a_blank_among_the_other_figures_is_zero_and_widens_nothing() -> None:
    total, hospitality = (Key("three_public", "final", column) for column in ("total", "hospitality"))
    rest = value_of(SINCE_2019, total) - value_of(SINCE_2019, hospitality)
    result = audit(publication(with_value(SINCE_2019, hospitality, None)), CONTRACTS)
    (check,) = [c for c in result.checks if c.check == "three_public.total" and c.verdict == "violated"]
    assert (check.computed, check.slack) == (rest, 2 * HALF)


def test_of_counts_the_other_figures_allow_just_one_number() -> None:
    cell = Key("disclosure_statistics", "vehicles_total", "count")
    true = value_of(SINCE_2019, cell)
    (finding,) = audit(publication(with_value(SINCE_2019, cell, true + 1)), CONTRACTS).findings
    assert (finding.check, finding.reported) == ("statistics.vehicles", 100 * (true + 1))
    assert (finding.implied_low, finding.implied_high) == (100 * true, 100 * true)


def test_counts_are_shown_alike_in_checks_and_findings() -> None:
    cell = Key("disclosure_statistics", "vehicles_total", "count")
    form = publication(with_value(SINCE_2019, cell, 40))
    result = audit(form, CONTRACTS)
    shown = [
        {row["check"]: row["reported"] for row in table.to_pylist()}["statistics.vehicles"]
        for table in (
            checks_table(result.checks, form, CONTRACTS),
            findings_table("made-up.pdf", result.findings, CONTRACTS),
        )
    ]
    assert shown == [Decimal("40.00"), Decimal("40.00")]


def test_a_difference_that_rounding_hardly_explains_is_a_warning() -> None:
    cell = Key("income_expenditure_summary", "superior_subsidy_income", "amount")
    true = value_of(SINCE_2019, cell)
    # Nine figures: three standard deviations are 5.2 half-units, which some sums come to by chance.
    warning = ("unlikely_rounding", "warning", "document", "summary.income_total")
    for half_units, found in ((5, []), (6, []), (9, [warning])):
        form = with_value(SINCE_2019, cell, true + half_units * HALF)
        alone = {"income_expenditure_summary": form["income_expenditure_summary"]}
        findings = audit(publication(alone), CONTRACTS).findings
        assert [(f.code, f.severity, f.origin, f.check) for f in findings] == found


def test_expenditure_abroad_may_be_more_than_what_the_general_budget_paid_but_not_less() -> None:
    paid = value_of(SINCE_2019, Key("basic_expenditure", "30212", "amount"))
    abroad = Key("three_public", "final", "abroad")
    verdicts = [
        tried("cross.abroad", with_value(SINCE_2019, abroad, amount))[0].verdict
        for amount in (paid + 1000 * STEP, paid, paid - STEP, paid - STEP - 1)
    ]
    assert verdicts == ["exact", "exact", "rounding", "violated"]


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_an_audit_of_accounts_that_add_up_finds_nothing(form: Tables) -> None:
    result = audit(publication(form), CONTRACTS)
    assert result.findings == ()
    assert {c.check for c in result.checks} == set(IDENTITIES)
    absent = ONLY_BEFORE_2019 if form is SINCE_2019 else ONLY_SINCE_2019
    assert {c.check for c in result.checks if c.verdict == "not_applicable"} == absent
    assert {c.verdict for c in result.checks if c.check not in absent} == {"exact"}


def test_an_audit_tries_exactly_what_binding_offers() -> None:
    result = audit(publication(SINCE_2019), CONTRACTS)
    for identity in IDENTITIES:
        applicable = [c for c in result.checks if c.check == identity and c.verdict != "not_applicable"]
        assert [c.equation for c in applicable] == bound(identity, SINCE_2019).equations


# -- what is not on the form ---------------------------------------------------------------------


def test_a_missing_row_is_not_applicable_and_never_zero() -> None:
    form = without_rows(SINCE_2019, "appropriation_summary", "opening_general_budget")
    (check,) = checks_of(form, "appropriation.general_budget_flow")
    assert check.verdict == "not_applicable"
    assert check.note == "appropriation_summary has no opening_general_budget/total on this form"
    assert (check.equation, check.reported, check.computed, check.residual) == (None, None, None, None)


def test_a_missing_column_is_not_applicable_and_never_zero() -> None:
    form = without_columns(SINCE_2019, "appropriation_summary", "general_budget")
    (check,) = checks_of(form, "cross.general_budget_total")
    assert check.verdict == "not_applicable"
    assert check.note == "appropriation_summary has no expenditure_total/general_budget on this form"


def test_a_missing_table_is_not_applicable_for_its_own_identities_and_those_between_tables() -> None:
    form = {d: t for d, t in SINCE_2019.items() if d != "state_capital"}
    for identity in ("state_capital.flow", "cross.state_capital_total", "cross.state_capital_received"):
        (check,) = checks_of(form, identity)
        assert check.verdict == "not_applicable"
        assert check.note == "国有资本经营预算财政拨款收入支出决算表 is not there"


def test_a_row_whose_counterpart_is_missing_is_left_out_and_the_others_are_tried() -> None:
    form = without_rows(SINCE_2019, "expenditure", "212")
    rows = [c.key.row for c in checks_of(form, "cross.expenditure_classes") if c.key]
    assert rows == ["208", "210", "223", "229"]


def test_a_sum_without_any_of_its_parts_is_not_applicable() -> None:
    parts = [f"opening_{budget}" for budget in ("general_budget", "government_fund", "state_capital")]
    (check,) = checks_of(
        without_rows(SINCE_2019, "appropriation_summary", *parts), "appropriation.opening_balance"
    )
    assert (check.verdict, check.note) == ("not_applicable", "no part of opening_balance is on this form")


def test_a_code_whose_children_are_not_printed_binds_nothing() -> None:
    form = without_rows(SINCE_2019, "income", "2080101", "2080199")
    parents = {e.left[0].key.row for e in bound("income.hierarchy", form).equations}
    assert "20801" not in parents
    assert "208" in parents


def test_an_identity_whose_cells_are_all_blank_is_not_applicable() -> None:
    rows = ("total", "goods", "works", "services")
    cells = [Key("disclosure_statistics", f"procurement_{row}", "amount") for row in rows]
    (check,) = checks_of(blank_cells(SINCE_2019, cells), "statistics.procurement")
    assert (check.verdict, check.note) == ("not_applicable", "all its figures are blank")


def test_an_identity_with_one_figure_left_is_tried_with_blanks_as_zero() -> None:
    rows = ("goods", "works", "services")
    cells = [Key("disclosure_statistics", f"procurement_{row}", "amount") for row in rows]
    (check,) = checks_of(blank_cells(SINCE_2019, cells), "statistics.procurement")
    assert check.verdict == "violated"
    assert check.computed == 0


def test_zeros_are_figures_and_are_tried() -> None:
    form = SINCE_2019
    for row in ("total", "goods", "works", "services"):
        form = with_value(form, Key("disclosure_statistics", f"procurement_{row}", "amount"), 0)
    (check,) = checks_of(form, "statistics.procurement")
    assert (check.verdict, check.reported, check.computed) == ("exact", 0, 0)


@pytest.mark.parametrize("column", ["total", "basic"])
def test_a_cell_that_could_not_be_read_is_not_read_as_blank(column: str) -> None:
    cell = Key("expenditure", "20801", column)
    result = audit(publication(without_cell(SINCE_2019, cell)), CONTRACTS)
    assert [f.message for f in result.findings] == []
    assert all(cell not in [t.key for t in c.equation.terms] for c in result.checks if c.equation)


# -- DataFrames ---------------------------------------------------------------------------------


def frame_of(tables: Tables, dataset: str) -> Any:
    return to_frame(table_to_arrow(tables[dataset], CONTRACTS))


def refusal(schema: pan.DataFrameSchema, frame: Any) -> pan.errors.SchemaErrors:
    """What a schema raises for a frame that is not as it should be."""
    with pytest.raises(pan.errors.SchemaErrors) as caught:
        schema.validate(frame, lazy=True)
    return caught.value


def refused_for(schema: pan.DataFrameSchema, frame: Any) -> set[str]:
    """What a schema refuses a frame for: statements of identities, or names of pandera's own checks."""
    return set(refusal(schema, frame).failure_cases["check"])


def test_what_is_not_of_the_promised_shape_keeps_the_document_back() -> None:
    """A fault of our own: a row that went into a table twice, which reading never hands on."""
    whole = publication(SINCE_2019)
    table = whole.tables["income"]
    repeated = replace(table, rows=(*table.rows, table.rows[0]))
    twice = replace(whole, tables={**whole.tables, "income": repeated})
    found = [f for f in audit(twice, CONTRACTS).findings if f.code == "schema_violation"]
    assert found and all(f.blocks and f.dataset == "income" for f in found)
    looked_at = audit(twice, CONTRACTS, goes_out=False)
    assert looked_at == replace(audit(twice, CONTRACTS), findings=looked_at.findings)
    assert "schema_violation" not in {f.code for f in looked_at.findings}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("dataset", SINCE_2019)
def test_a_whole_table_passes_its_schema(dataset: str, form: str) -> None:
    frame = frame_of(FORMS[form], dataset)
    schema = table_schema(CONTRACTS, dataset)
    assert schema.validate(frame, lazy=True).equals(frame)
    assert {c.name for c in schema.checks} == {i.id for i in CONTRACTS.tables[dataset].identities}
    # Each has something to be tried on, but for those that speak of a line of the other form.
    unbound = ONLY_BEFORE_2019 if form == "since 2019" else ONLY_SINCE_2019
    own = {i.id for i in CONTRACTS.tables[dataset].identities}
    tried = [c for c in try_identities(figures_of(FORMS[form]), CONTRACTS) if c.check in own - unbound]
    assert {c.verdict for c in tried} == {"exact"}


@pytest.mark.parametrize("identity", WITHIN_TABLES)
def test_a_broken_table_is_refused_by_its_schema_with_the_identity_and_the_row(identity: str) -> None:
    contract, dataset = IDENTITIES[identity]
    assert dataset is not None
    cell = reported_cell(identity)
    form = form_of(identity)
    frame = frame_of(with_value(form, cell, value_of(form, cell) + 1000 * STEP), dataset)
    error = refusal(table_schema(CONTRACTS, dataset), frame)
    assert (identity, contract.statement) in [(e.check.name, e.check.error) for e in error.schema_errors]
    cases = error.failure_cases
    rows = cases.loc[cases["check"] == contract.statement, "index"].astype(int).unique()
    assert frame[ROW_ID[CONTRACTS.tables[dataset].kind]].iloc[rows].tolist() == [cell.row]


def test_a_schema_allows_what_rounding_explains_and_no_more() -> None:
    cell = Key("three_public", "final", "total")
    true = value_of(SINCE_2019, cell)
    at_the_end, beyond = (
        frame_of(with_value(SINCE_2019, cell, true + 4 * HALF + fen), "three_public") for fen in (0, 1)
    )
    schema = table_schema(CONTRACTS, "three_public", half=HALF)
    schema.validate(at_the_end, lazy=True)
    assert refused_for(schema, beyond) == {IDENTITIES["three_public.total"][0].statement}


def test_a_schema_for_figures_exact_to_the_fen_allows_no_difference() -> None:
    cell = Key("three_public", "final", "total")
    frame = frame_of(with_value(SINCE_2019, cell, value_of(SINCE_2019, cell) + 1), "three_public")
    schema = table_schema(CONTRACTS, "three_public", half=0)
    assert refused_for(schema, frame) == {IDENTITIES["three_public.total"][0].statement}


def test_a_column_without_any_value_counts_as_blank_only_where_the_form_is_said_to_print_it() -> None:
    rows = {"total": {"total": 300 * STEP + 3 * HALF, "basic": 300 * STEP, "project": None}}
    table = published("general_budget_expenditure", {"": rows})
    frame = frame_of({table.dataset: table}, table.dataset)
    # Two printed figures explain two half-units; a blank cell could hide a third.
    table_schema(CONTRACTS, table.dataset, columns=table.columns).validate(frame, lazy=True)
    checks = try_identities(figures_of({table.dataset: table}), CONTRACTS)
    assert [(c.verdict, c.note is None) for c in checks if c.equation] == [("rounding", False)]
    statement = IDENTITIES["general_budget.columns"][0].statement
    assert refused_for(table_schema(CONTRACTS, table.dataset), frame) == {statement}


def test_a_row_that_stands_twice_is_refused() -> None:
    table = SINCE_2019["three_public"]
    twice = replace(table, rows=(*table.rows, table.rows[0]))
    frame = frame_of({"three_public": twice}, "three_public")
    assert refused_for(table_schema(CONTRACTS, "three_public"), frame) == {"multiple_fields_uniqueness"}


def test_a_row_without_what_its_dataset_promises_is_never_written() -> None:
    table = SINCE_2019["income_expenditure_summary"]
    nameless = replace(table.rows[0], label=None)
    table = replace(table, rows=(nameless, *table.rows[1:]))
    with pytest.raises(ValueError, match="a row without label"):
        table_to_arrow(table, CONTRACTS)


def test_amounts_as_floats_and_columns_that_no_contract_promises_are_refused() -> None:
    frame = frame_of(SINCE_2019, "three_public")
    schema = table_schema(CONTRACTS, "three_public")
    floats = frame.assign(total=frame["total"].astype(float))
    assert any(check.startswith("dtype(") for check in refused_for(schema, floats))
    assert refused_for(schema, frame.assign(share=1.0)) == {"column_in_schema"}


@pytest.mark.parametrize("identity", IDENTITIES)
def test_the_schema_of_a_publication_names_the_broken_identity_and_the_row(identity: str) -> None:
    require_gate_open("before 2019" if identity in ONLY_BEFORE_2019 else "since 2019")

    form = form_of(identity)
    cell = reported_cell(identity)
    broken = with_value(form, cell, value_of(form, cell) * 10_000)
    frame = figures_frame(broken)
    error = refusal(gate(broken), frame)
    statement = IDENTITIES[identity][0].statement
    assert (identity, statement) in [(e.check.name, e.check.error) for e in error.schema_errors]
    rows = error.failure_cases.loc[error.failure_cases["check"] == statement, "index"].astype(int).unique()
    places = frame.loc[rows, ["dataset", "row"]].itertuples(index=False, name=None)
    assert set(places) == {(cell.dataset, cell.row)}


def test_a_publication_is_refused_with_any_amount_that_was_not_judged() -> None:
    cell = Key("three_public", "final", "total")
    another = with_value(SINCE_2019, cell, value_of(SINCE_2019, cell) + 1)
    schema = gate(SINCE_2019)
    assert refused_for(schema, figures_frame(another)) == {
        "the amounts are those that the identities were tried on"
    }
    assert refused_for(schema, figures_frame(without_rows(SINCE_2019, "income", "208")))


@cache
def require_gate_open(form: str) -> None:
    """Accounts that add up pass."""
    gate(FORMS[form]).validate(figures_frame(FORMS[form]), lazy=True)


def gate(tables: Tables) -> pan.DataFrameSchema:
    """The schema that a publication's figures pass before they go out."""
    figures = figures_of(tables)
    return publication_schema(figures, try_identities(figures, CONTRACTS))


def test_the_frame_of_a_publication_holds_exact_decimals_and_nulls() -> None:
    blank = Key("income", "208", "other")
    form = blank_cells(SINCE_2019, [blank])
    frame = figures_frame(form).set_index(["dataset", "row", "column"])["amount"]
    assert frame["three_public", "budget", "abroad"] == Decimal("13100.00")
    assert frame.index[frame.isna()].tolist() == [blank]
