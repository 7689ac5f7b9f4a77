"""Audits a publication: every identity and claim tried, the whole proved consistent or the error located."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from jcfs_etl.audit.block_findings import block_findings
from jcfs_etl.audit.block_repair import claims_noted, noted, undone
from jcfs_etl.audit.bounds import bounds_of_claims, bounds_of_forms, together
from jcfs_etl.audit.causes import causes_of, notes, with_claims, with_notes
from jcfs_etl.audit.certainty import uncertain_figures
from jcfs_etl.audit.consequences import contradicted
from jcfs_etl.audit.disclosure import undisclosed
from jcfs_etl.audit.explaining import impossible_claims
from jcfs_etl.audit.identifiers import line_number_slips
from jcfs_etl.audit.identities import try_identities
from jcfs_etl.audit.joint import Joint, examine
from jcfs_etl.audit.linear import Interval
from jcfs_etl.audit.misprinted import misprinted_figures
from jcfs_etl.audit.model import Check, Figures
from jcfs_etl.audit.names import near_names
from jcfs_etl.audit.performance import audit_performance
from jcfs_etl.audit.rounding import hardly_rounding
from jcfs_etl.audit.self_evaluation import self_evaluation_slips
from jcfs_etl.audit.statements import JudgedClaim, judge_narrative
from jcfs_etl.audit.suspicion import ReadAgain, with_suspects
from jcfs_etl.audit.unmarked import unmarked_figures
from jcfs_etl.audit.unnamed import without_unnamed_parts
from jcfs_etl.audit.wordings import wording_slips
from jcfs_etl.audit.words import Words
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Finding
from jcfs_etl.interpret import Interpretation
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Publication
from jcfs_etl.wording import worded


@dataclass(frozen=True)
class Audit:
    """Every identity and claim tried on a publication, and what follows from it.

    Attributes:
        checks: identities, in the order of the contracts.
        findings: what does not add up, and what is not certain.
        claims: statements of the narrative with their verdicts, in printed order.
        consistency: ``consistent`` when one set of true amounts fits every figure at once, else
            ``inconsistent``; None where there is nothing to try.
        intervals: of a consistent publication, the interval in 分 that each true amount lies in.
    """

    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]
    claims: tuple[JudgedClaim, ...] = ()
    consistency: str | None = None
    intervals: Mapping[Key, Interval] = field(default_factory=dict)


def audit(
    publication: Publication,
    contracts: Contracts,
    interpretation: Interpretation | None = None,
    read_again: ReadAgain | None = None,
    look_again: ReadAgain | None = None,
    *,
    goes_out: bool = True,
) -> Audit:
    """Try every identity of the contracts and every claim of the narrative on a publication.

    Args:
        publication: as recognised; a declined one has no tables and no checks.
        contracts: the contracts that named it.
        interpretation: its narrative and self-evaluation forms, where there are any.
        read_again: reads a box of a page with another engine; without it, a suspect is
            taken as it was read.
        look_again: what a scanned cell reads in each of several cuts and sizes.
        goes_out: whether its tables are handed on, and so must pass the gate; it shows faults of this program
            alone, and what is only looked at need not wait for pandera to load.

    Returns:
        Checks and claims with their verdicts; findings for each violated one, with the cells that would
        explain it, for each difference that rounding could explain but hardly does, and for each figure
        that is not certain.
    """
    if publication.declined is not None:
        return Audit((), ())
    said = interpretation or Interpretation()
    figures = Figures.of_tables(publication.tables, contracts)
    checks = try_identities(figures, contracts)
    findings = _misshapen(publication, figures, checks) if goes_out else []
    checks = without_unnamed_parts(checks, publication, contracts)
    words = Words(publication, contracts)
    printed = judge_narrative(said.narrative.claims, publication, contracts)
    repair = undone(said.narrative.claims, printed, checks, publication, contracts)
    checks, claims = noted(checks, repair), repair.claims
    left = [check for check in checks if not repair.explains(check)]
    form_checks, form_findings = audit_performance(said.performance, publication, contracts)
    if repair.blocks:
        form_findings = audit_performance(said.performance, repair.publication, contracts)[1]
    binding = _binding(claims, left)
    beside = together(
        bounds_of_claims(binding, publication.half),
        bounds_of_forms(said.performance, form_checks, figures.values, contracts),
    )
    units = contracts.publication.money_units
    joint = examine(figures, checks, publication.tables, units, beside, repair.meant)
    causes, claims = with_claims(
        causes_of(left, joint.conflicts, binding),
        said.narrative.claims,
        claims,
        repair.publication,
        contracts,
    )
    findings += misprinted_figures(publication, contracts, words, read_again)
    findings += block_findings(repair, publication, words, contracts)
    findings += with_suspects(
        causes,
        joint.conflicts,
        left,
        publication,
        words,
        contracts,
        read_again,
        binding,
        tuple(repair.meant),
    )
    wrong = frozenset(repair.meant).union(*(cause.keys for cause in causes if cause.places > 1))
    findings += [words.unlikely(c) for c in hardly_rounding(checks, figures) if not _speaks_of(c, wrong)]
    slips = wording_slips(said.narrative.sections, publication, contracts)
    slips += unmarked_figures(claims, slips, words, contracts)
    findings += contradicted(
        said.narrative.claims,
        claims,
        slips,
        repair.publication,
        Words(repair.publication, contracts),
        contracts,
    )
    findings += slips
    findings += impossible_claims(claims, words, contracts)
    members = [member.name for member in said.members]
    findings += undisclosed(said.narrative.sections, members, publication, contracts)
    findings += form_findings
    findings += self_evaluation_slips(said.narrative.claims, said.performance, contracts)
    findings += line_number_slips(publication)
    findings += uncertain_figures(publication, checks, contracts, look_again)
    findings += near_names(publication, checks, contracts)
    told = notes(causes)
    return Audit(
        (*with_notes(checks, checks, told), *form_checks),
        worded(findings, contracts),
        tuple(with_notes(claims_noted(printed, repair), repair.claims, told)),
        _consistency(publication, joint, printed),
        joint.intervals,
    )


def _binding(claims: Sequence[JudgedClaim], checks: Sequence[Check]) -> list[JudgedClaim]:
    """The claims that the whole is tried with.

    One that contradicts the tables while these agree among themselves is wrong itself and would only hide
    what the rest says. Where the tables contradict themselves, it may be right and tell which figure is not.
    """
    disputed = {
        term.key
        for check in checks
        if check.verdict == "violated" and check.equation is not None
        for term in check.equation.terms
    }
    return [
        judged
        for judged in claims
        if not _is_of_nothing(judged)
        and (
            judged.verdict != "violated"
            or any(key in disputed for _, key in (*judged.cells, *judged.base_cells))
        )
    ]


def _is_of_nothing(judged: JudgedClaim) -> bool:
    """Whether a claim is a percentage of what is not known or can be zero: it is told by itself."""
    return judged.claim.form in ("ratio", "growth") and judged.verdict == "not_applicable"


def _speaks_of(check: Check, keys: Container[Key]) -> bool:
    return check.equation is not None and any(term.key in keys for term in check.equation.terms)


def _consistency(publication: Publication, joint: Joint, claims: Sequence[JudgedClaim]) -> str | None:
    if not publication.facts:
        return None
    return "inconsistent" if any(c.verdict == "violated" for c in claims) else joint.verdict


def _misshapen(publication: Publication, figures: Figures, checks: Sequence[Check]) -> list[Finding]:
    """What the gate refuses beyond identities that do not hold: a fault of ours, never the publisher's."""
    # Imported late: pandera and pandas take longer to load than a document to read.
    import pandera.pandas as pan

    from jcfs_etl.audit.schemas import figures_frame, publication_schema, violations

    statements = {check.statement for check in checks}
    frame = figures_frame(publication.tables)
    try:
        publication_schema(figures, checks).validate(frame, lazy=True)
    except pan.errors.SchemaErrors as error:
        return [
            Finding(
                "schema_violation",
                "error",
                "extraction",
                f"{dataset or 'publication'} is not of the promised shape: {problem}",
                dataset=dataset,
            )
            for dataset, problem in violations(error, frame, statements)
        ]
    finally:
        # pandas ties a frame and pandera's accessor into a cycle, which would otherwise live until a garbage
        # collection, or until the interpreter's end, where pandera's clean-up fails noisily.
        vars(frame).pop("pandera", None)
    return []
