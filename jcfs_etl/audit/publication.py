"""Audits a publication: every identity and claim tried, the whole proved consistent or the error located."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from jcfs_etl.audit.belonging import contradicted_unit, other_covers, tables_of_others, untied_tables
from jcfs_etl.audit.block_repair import Repair, block_findings, claims_noted, noted, undone
from jcfs_etl.audit.bounds import bounds_of_claims, bounds_of_forms, together
from jcfs_etl.audit.causes import Cause, causes_of, notes, with_claims, with_notes
from jcfs_etl.audit.certainty import uncertain_figures
from jcfs_etl.audit.consequences import contradicted
from jcfs_etl.audit.disclosure import undisclosed
from jcfs_etl.audit.explaining import impossible_claims
from jcfs_etl.audit.identities import try_identities, without_unnamed_parts
from jcfs_etl.audit.joint import Joint, examine
from jcfs_etl.audit.linear import Interval
from jcfs_etl.audit.misprints import line_number_slips, misprinted_figures
from jcfs_etl.audit.model import Check, Figures
from jcfs_etl.audit.names import near_names
from jcfs_etl.audit.performance import audit_performance
from jcfs_etl.audit.self_evaluation import self_evaluation_slips
from jcfs_etl.audit.spans import hardly_rounding
from jcfs_etl.audit.stated_sums import stated_sums
from jcfs_etl.audit.statements import JudgedClaim, judge_narrative
from jcfs_etl.audit.suspicion import ReadAgain, with_suspects
from jcfs_etl.audit.unmarked import unmarked_figures
from jcfs_etl.audit.wordings import contradicting_reasons, wording_slips
from jcfs_etl.audit.words import Words
from jcfs_etl.audit.years import of_meant_years, own_years_compared
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Finding
from jcfs_etl.interpret import Interpretation
from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Publication
from jcfs_etl.wording import worded


class Audit(Struct, frozen=True):
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
    claims, years = of_meant_years(said.narrative.claims, publication, contracts)
    said = replace(said, narrative=replace(said.narrative, claims=claims))
    tried = _tried(publication, contracts, said)
    findings = _misshapen(publication, tried.figures, tried.all_checks) if goes_out else []
    words = Words(publication, contracts)
    findings += _of_figures(tried, words, read_again)
    findings += _of_words(tried, words, said)
    findings += [*years, *own_years_compared(said.narrative.sections, publication, contracts)]
    findings += tried.form_findings
    findings += self_evaluation_slips(said.narrative.claims, said.performance, contracts)
    findings += line_number_slips(publication)
    findings += uncertain_figures(publication, tried.checks, contracts, look_again, tried.printed)
    findings += near_names(publication, tried.checks, contracts)
    findings += other_covers(publication, contracts)
    findings += contradicted_unit(publication, tried.checks, tried.printed, contracts)
    findings += tables_of_others(publication, tried.checks, tried.printed, contracts)
    findings += untied_tables(publication, tried.left, tried.claims, contracts)
    told = notes(tried.causes)
    return Audit(
        (*with_notes(tried.checks, tried.checks, told), *tried.form_checks),
        worded(findings, contracts),
        tuple(with_notes(claims_noted(tried.printed, tried.repair), tried.repair.claims, told)),
        _consistency(publication, tried.joint, tried.printed),
        tried.joint.intervals,
    )


class _Tried(Struct, frozen=True):
    """What was tried on a publication, and what explains it.

    Attributes:
        all_checks: identities as tried; ``checks`` are those that bind, with notes of blocks.
        left: those that no slip of a block explains.
        printed: claims of the narrative as printed.
        repair: slips of blocks, and what the figures are without them.
        claims: claims against the figures without them, those that follow from a wrong figure told with it.
        binding: the claims that the whole is tried with.
        causes: slips of single figures with what does not hold for them.
    """

    figures: Figures
    all_checks: Sequence[Check]
    checks: Sequence[Check]
    left: Sequence[Check]
    printed: Sequence[JudgedClaim]
    repair: Repair
    claims: Sequence[JudgedClaim]
    form_checks: Sequence[Check]
    form_findings: Sequence[Finding]
    binding: Sequence[JudgedClaim]
    joint: Joint
    causes: Sequence[Cause]


def _tried(publication: Publication, contracts: Contracts, said: Interpretation) -> _Tried:
    figures, stated = Figures.of_tables(publication.tables, contracts), said.narrative.claims
    all_checks = try_identities(figures, contracts)
    checks = without_unnamed_parts(all_checks, publication, contracts)
    printed = judge_narrative(stated, publication, contracts)
    repair = undone(stated, printed, checks, publication, contracts)
    checks = noted(checks, repair)
    left = [check for check in checks if not repair.explains(check)]
    form_checks, form_findings = audit_performance(said.performance, publication, contracts)
    if repair.blocks:
        form_findings = audit_performance(said.performance, repair.publication, contracts)[1]
    binding = _binding(repair.claims, left)
    beside = together(
        bounds_of_claims(binding, publication.half),
        bounds_of_forms(said.performance, form_checks, figures.values, contracts),
    )
    units = contracts.publication.money_units
    joint = examine(figures, checks, publication.tables, units, beside, repair.meant)
    found = causes_of(left, joint.conflicts, binding)
    causes, claims = with_claims(found, stated, repair.claims, repair.publication, contracts)
    of_forms = (form_checks, form_findings)
    return _Tried(
        figures, all_checks, checks, left, printed, repair, claims, *of_forms, binding, joint, causes
    )


def _of_figures(tried: _Tried, words: Words, read_again: ReadAgain | None) -> list[Finding]:
    """Findings about the figures of the tables."""
    repair, what = tried.repair, (tried.causes, tried.joint.conflicts, tried.left)
    findings = [*misprinted_figures(words, read_again), *block_findings(repair, words)]
    findings += with_suspects(*what, words, read_again, tried.binding, tuple(repair.meant))
    wrong = frozenset(repair.meant).union(*(cause.keys for cause in tried.causes if cause.places > 1))
    hardly = hardly_rounding(tried.checks, tried.figures)
    return findings + [words.unlikely(c) for c in hardly if wrong.isdisjoint(c.keys)]


def _of_words(tried: _Tried, words: Words, said: Interpretation) -> list[Finding]:
    """Findings about what the narrative says, and what it leaves out."""
    sections, publication, contracts = said.narrative.sections, words.publication, words.contracts
    slips = [*wording_slips(sections, publication, contracts), *contradicting_reasons(sections, contracts)]
    slips += unmarked_figures(tried.claims, slips, words)
    mended, stated = Words(tried.repair.publication, contracts), said.narrative.claims
    findings = [*contradicted(stated, tried.claims, slips, mended), *slips]
    findings += impossible_claims(tried.claims, words)
    findings += stated_sums(tried.claims, contracts)
    members = [member.name for member in said.members]
    return [*findings, *undisclosed(sections, members, publication, contracts)]


def _binding(claims: Sequence[JudgedClaim], checks: Sequence[Check]) -> list[JudgedClaim]:
    """The claims that the whole is tried with.

    One that contradicts the tables while these agree among themselves is wrong itself and would only hide
    what the rest says. Where the tables contradict themselves, it may be right and tell which figure is not.
    """
    disputed = {key for check in checks if check.verdict == "violated" for key in check.keys}
    # A percentage of what is not known or can be zero is told by itself.
    known = (j for j in claims if j.claim.form in ("level", "difference") or j.verdict != "not_applicable")
    return [j for j in known if j.verdict != "violated" or not disputed.isdisjoint(j.keys)]


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
