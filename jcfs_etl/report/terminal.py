"""Reports for the terminal, drawn with rich."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.contracts.naming import figure_name
from jcfs_etl.curate.manifest import Seen
from jcfs_etl.findings import SEVERITIES, SEVERITY_ZH, Language
from jcfs_etl.money import in_unit
from jcfs_etl.report.ranking import ranked
from jcfs_etl.report.summary import RunSummary

_STYLE = {
    "published": "green",
    "quarantined": "yellow",
    "declined": "cyan",
    "duplicate": "dim",
    "superseded": "dim",
    "rolled_back": "cyan",
    "missing": "yellow",
    "error": "red",
    "inconsistent": "magenta",
    "warning": "yellow",
    "info": "dim",
}

#: Suspects of a finding, and cells of a suspect, that the terminal shows; the data hold all.
_SHOWN_SUSPECTS = 3
#: Documents to look at that the summary of a run lists; `jcfs findings` has all.
_SHOWN_DOCUMENTS = 40


def run_table(summary: RunSummary) -> RenderableType:
    """A run in 80 columns: what needs a person's eye first, and the rest as a count.

    A document that is not published has its reason in full below its row.
    """
    table = Table(title=None, show_lines=False)
    table.add_column("status", no_wrap=True)
    table.add_column("unit, year, file", overflow="fold")
    table.add_column("findings", overflow="fold", max_width=24)
    looked = summary.needing_attention
    for line in looked[:_SHOWN_DOCUMENTS]:
        whose = " ".join(filter(None, (line.unit, line.year)))
        table.add_row(
            f"[{_STYLE[line.status]}]{line.status}[/]",
            f"{escape(whose)}\n[dim]{escape(line.source)}[/]" if whose else escape(line.source),
            line.findings,
        )
        if line.reason:
            table.add_row("", f"[{_STYLE[line.status]}]{escape(line.reason)}[/]", "")
    parts: list[RenderableType] = [table] if looked else []
    more = len(looked) - _SHOWN_DOCUMENTS
    if more > 0:
        parts.append(f"… and {more} more to look at: jcfs findings, jcfs quarantine list")
    fine = len(summary.lines) - len(looked)
    if fine:
        parts.append(f"{fine} published with nothing to look at.")
    metrics = [summary.metrics()] if summary.metrics() else []
    return Group(*parts, summary.sentence(), *metrics)


def quarantine_table(refused: Sequence[Seen]) -> RenderableType:
    """Documents that are not published, one row each, with the reason in full."""
    table = Table(title=None, show_lines=False)
    for name in ("document", "status", "unit", "year", "reason"):
        table.add_column(name, overflow="fold")
    for seen in refused:
        table.add_row(
            escape(seen.source),
            f"[{_STYLE[seen.status]}]{seen.status}[/]",
            escape(seen.unit or ""),
            str(seen.year or ""),
            escape(seen.reason or ""),
        )
    return table


def findings_report(
    findings: Sequence[Mapping[str, Any]],
    contracts: Contracts,
    money_units: Mapping[str, str | None],
    language: Language = "en",
) -> RenderableType:
    """Findings in words, grouped by document, the worst document and the worst finding first.

    Args:
        findings: rows of ``findings`` with ``unit`` and ``year``.
        contracts: for the words of the forms.
        money_units: the unit that each document, by its source, prints its amounts in.
        language: of the messages.
    """
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for finding in findings:
        groups.setdefault(finding["source"], []).append(finding)
    parts: list[RenderableType] = []
    for source in sorted(groups, key=lambda s: (_badness(groups[s]), s)):
        mine = groups[source]
        whose = " ".join(str(mine[0][key]) for key in ("unit", "year") if mine[0][key] is not None)
        parts.append(f"[bold]{escape(whose)}[/] {escape(source)}".strip())
        for finding in ranked(mine):
            parts.append("  " + finding_line(finding, language))
            parts += [
                "      " + line
                for line in suspect_lines(finding["suspects"] or (), contracts, money_units.get(source))
            ]
    return Group(*parts)


def _badness(findings: Sequence[Mapping[str, Any]]) -> tuple[int, ...]:
    """Fewer is worse: how many findings of each severity, the worst severity first, negated."""
    counts = Counter(f["severity"] for f in findings)
    return tuple(-counts[severity] for severity in SEVERITIES)


def suspect_lines(
    suspects: Sequence[Mapping[str, Any]], contracts: Contracts, money_unit: str | None
) -> list[str]:
    """The best sets of cells that would explain a finding, a line each, in rich markup.

    Args:
        suspects: of one finding.
        contracts: for the words of the forms.
        money_unit: the unit that the document prints its amounts in.
    """
    sets: dict[int, list[Mapping[str, Any]]] = {}
    for suspect in suspects:
        sets.setdefault(suspect["rank"], []).append(suspect)
    lines = []
    for rank in sorted(sets)[:_SHOWN_SUSPECTS]:
        cells = "; together with ".join(
            _suspect(s, contracts, money_unit) for s in sets[rank][:_SHOWN_SUSPECTS]
        )
        more = len(sets[rank]) - _SHOWN_SUSPECTS
        lines.append(f"[dim]suspect {rank}:[/] {escape(cells)}" + (f" and {more} more" if more > 0 else ""))
    return lines


def _suspect(suspect: Mapping[str, Any], contracts: Contracts, money_unit: str | None) -> str:
    table = contracts.tables[suspect["dataset"]]
    is_count = table.columns[suspect["column"]].measure == "count"
    unit = "" if is_count else money_unit or "元"
    fen = 100 if is_count else contracts.publication.money_units[unit]
    should = ""
    if suspect["implied_low"] is not None and suspect["implied_high"] is not None:
        low, high = (
            in_unit(int(Decimal(suspect[end]) * 100), fen, unit).strip()
            for end in ("implied_low", "implied_high")
        )
        should = f", should be {low}" if low == high else f", should be between {low} and {high}"
    name = figure_name(table, suspect["row"], suspect["column"])
    printed = f"{suspect['printed']} {unit}".strip() if suspect["printed"] else "blank"
    return f"page {suspect['page']}, {name}: {printed}{should} ({suspect['reason']})"


def finding_line(finding: Mapping[str, Any], language: Language) -> str:
    """One finding in one line of rich markup; English where data of an older release hold no Chinese."""
    severity = finding["severity"]
    message = (finding.get("message_zh") if language == "zh" else None) or finding["message"]
    shown = f"{SEVERITY_ZH[severity]:>6}" if language == "zh" else f"{severity:>12}"
    return f"[{_STYLE[severity]}]{shown}[/] {finding['code']}: {escape(message)}"


def inspection(report: Mapping[str, Any], contracts: Contracts, language: Language = "en") -> RenderableType:
    """What was recognised in one PDF, page by page, and the verdict.

    Args:
        report: as :func:`jcfs_etl.report.inspect.inspect_document` makes it.
        contracts: for the titles of the datasets.
        language: of the messages of findings.
    """
    head = [f"[bold]{escape(report['source'])}[/]  {report['page_count']} pages"]
    if report["unit"]:
        scope = {"department": "部门决算", "unit": "单位决算"}.get(report["scope"] or "", "")
        head.append(
            f"{escape(report['unit'])} {report['year']} {scope} {report['money_unit'] or ''}".rstrip()
        )
    table = Table()
    for name in ("page", "recognised", "rows", "figures", "state"):
        table.add_column(name, justify="right" if name in ("page", "rows", "figures") else "left")
    for page in report["pages"]:
        for item in page["tables"]:
            table.add_row(
                str(page["page"]),
                escape(item["title"]),
                str(item["rows"]),
                str(item["figures"]),
                item["state"],
            )
        if not page["tables"]:
            table.add_row(str(page["page"]), f"[dim]{escape(page['kind'])}[/]", "", "", "")
    checks = ", ".join(f"{n} {v}" for v, n in report["checks"].items())
    tail: list[RenderableType] = [f"checks: {checks}"] if checks else []
    if report["consistency"]:
        tail.append(f"as a whole: {_as_a_whole(report)}")
    if report["claims"]:
        tail.append("narrative: " + ", ".join(f"{n} {v}" for v, n in report["claims"].items()))
    for finding in ranked(report["findings"]):
        tail.append(finding_line(finding, language))
        tail += [
            "      " + line for line in suspect_lines(finding["suspects"], contracts, report["money_unit"])
        ]
    verdict = f"[{_STYLE[report['status']]}]{escape(report['verdict'])}[/]"
    return Group(*head, table, *tail, verdict)


def _as_a_whole(report: Mapping[str, Any]) -> str:
    """The verdict on all figures at once, and why violated identities may stand beside it."""
    violated = report["checks"].get("violated", 0)
    if report["consistency"] != "consistent" or not violated:
        return str(report["consistency"])
    apart = "the violated one holds" if violated == 1 else f"the {violated} violated ones hold"
    return (
        "consistent: one set of true amounts fits all figures that identities tie together; "
        f"{apart} texts or forms against them, and are judged one by one"
    )


def console(*, error: bool = False) -> Console:
    """A console that does not cut long lines when it is not a terminal."""
    plain = Console(stderr=error)
    return plain if plain.is_terminal else Console(stderr=error, width=200, soft_wrap=True)
