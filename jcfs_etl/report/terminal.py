"""Reports for the terminal, drawn with rich."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table

from jcfs_etl.contracts.naming import figure_name
from jcfs_etl.curate.manifest import Seen
from jcfs_etl.findings import SEVERITIES
from jcfs_etl.money import in_unit
from jcfs_etl.report.summary import RunSummary
from jcfs_etl.report.texts import Texts

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


def run_table(summary: RunSummary, say: Texts) -> RenderableType:
    """A run in 80 columns: what needs a person's eye first, and the rest as a count.

    A document that is not published has its reason in full below its row.
    """
    table = Table()
    table.add_column(say("head.status"), no_wrap=True)
    table.add_column(say("head.whose"), overflow="fold")
    table.add_column(say("head.findings"), overflow="fold", max_width=24)
    looked = summary.needing_attention
    for line in looked[:_SHOWN_DOCUMENTS]:
        whose = " ".join(filter(None, (line.unit, line.year)))
        table.add_row(
            _status(line.status, say),
            f"{escape(whose)}\n[dim]{escape(line.source)}[/]" if whose else escape(line.source),
            line.counted_findings(say),
        )
        if line.reason:
            table.add_row("", f"[{_STYLE[line.status]}]{escape(line.reason)}[/]", "")
    parts: list[RenderableType] = [table] if looked else []
    more = len(looked) - _SHOWN_DOCUMENTS
    if more > 0:
        parts.append(say("run.more", n=more))
    fine = len(summary.lines) - len(looked)
    if fine:
        parts.append(say("run.fine", n=fine))
    metrics = [summary.metrics(say)] if summary.metrics(say) else []
    return Group(*parts, summary.sentence(say), *metrics)


def _status(status: str, say: Texts) -> str:
    """A status in its colour; English keeps the word that the data have, which people search for."""
    return f"[{_STYLE[status]}]{say.word('status', status) if say.language == 'zh' else status}[/]"


def quarantine_table(refused: Sequence[Seen], say: Texts) -> RenderableType:
    """Documents that are not published, one row each, with the reason in full."""
    table = Table()
    for name in ("document", "status", "unit", "year", "reason"):
        table.add_column(say(f"head.{name}"), overflow="fold")
    for seen in refused:
        table.add_row(
            escape(seen.source),
            _status(seen.status, say),
            escape(seen.unit or ""),
            str(seen.year or ""),
            escape(seen.reason or ""),
        )
    return table


def findings_report(
    findings: Sequence[Mapping[str, Any]], money_units: Mapping[str, str | None], say: Texts
) -> RenderableType:
    """Findings in words, grouped by document, the worst document and the worst finding first.

    Args:
        findings: rows of ``findings`` with ``unit`` and ``year``.
        money_units: the unit that each document, by its source, prints its amounts in.
        say: the language.
    """
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for finding in findings:
        groups.setdefault(finding["source"], []).append(finding)
    parts: list[RenderableType] = []
    counts = {source: Counter(f["severity"] for f in found) for source, found in groups.items()}
    # The more findings of the worst severity, the worse.
    for source in sorted(groups, key=lambda s: ([-counts[s][severity] for severity in SEVERITIES], s)):
        mine = groups[source]
        whose = " ".join(str(mine[0][key]) for key in ("unit", "year") if mine[0][key] is not None)
        parts.append(f"[bold]{escape(whose)}[/] {escape(source)}".strip())
        for finding in ranked(mine):
            parts += _told(finding, money_units.get(source), say, indent="  ")
    return Group(*parts)


def _told(finding: Mapping[str, Any], money_unit: str | None, say: Texts, indent: str = "") -> list[str]:
    """A finding in lines: what it says, then its suspects."""
    suspects = suspect_lines(finding["suspects"] or (), money_unit, say)
    return [indent + finding_line(finding, say), *(f"      {line}" for line in suspects)]


def suspect_lines(suspects: Sequence[Mapping[str, Any]], money_unit: str | None, say: Texts) -> list[str]:
    """The best sets of cells that would explain a finding, a line each, in rich markup."""
    sets: dict[int, list[Mapping[str, Any]]] = {}
    for suspect in suspects:
        sets.setdefault(suspect["rank"], []).append(suspect)
    lines = []
    for rank in sorted(sets)[:_SHOWN_SUSPECTS]:
        shown = (_suspect(s, money_unit, say) for s in sets[rank][:_SHOWN_SUSPECTS])
        cells = say("suspect.together").join(shown)
        more = len(sets[rank]) - _SHOWN_SUSPECTS
        rest = say("suspect.more", n=more) if more > 0 else ""
        lines.append(f"[dim]{say('suspect.line', rank=rank)}[/] {escape(cells)}{rest}")
    return lines


def _suspect(suspect: Mapping[str, Any], money_unit: str | None, say: Texts) -> str:
    contracts = say.contracts
    table = contracts.tables[suspect["dataset"]]
    is_count = table.columns[suspect["column"]].measure == "count"
    unit = "" if is_count else money_unit or "元"
    fen = 100 if is_count else contracts.publication.money_units[unit]
    low = high = ""
    if suspect["implied_low"] is not None and suspect["implied_high"] is not None:
        low, high = (
            in_unit(int(Decimal(suspect[end]) * 100), fen, unit).strip()
            for end in ("implied_low", "implied_high")
        )
    reason = (suspect.get("reason_zh") if say.language == "zh" else None) or suspect["reason"]
    return say(
        "suspect.cell",
        page=suspect["page"],
        name=figure_name(table, suspect["row"], suspect["column"]),
        printed=f"{suspect['printed']} {unit}".strip() if suspect["printed"] else say("suspect.blank"),
        value=low if low == high else "",
        low=low if low != high else "",
        high=high if low != high else "",
        reason=reason,
    )


def finding_line(finding: Mapping[str, Any], say: Texts) -> str:
    """One finding in one line of rich markup; English where data of an older release hold no Chinese."""
    severity = finding["severity"]
    message, shown = finding["message"], f"{severity:>12}"
    if say.language == "zh":
        message = finding.get("message_zh") or message
        shown = f"{say.contracts.chinese.values['severity'][severity]:>6}"
    return f"[{_STYLE[severity]}]{shown}[/] {finding['code']}: {escape(message)}"


def ranked(findings: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Findings by severity, then by the money at stake times how sure we are; else in their order."""
    return sorted(findings, key=lambda f: (SEVERITIES.index(f["severity"]), -at_stake(f)))


def at_stake(finding: Mapping[str, Any]) -> Fraction:
    """How far what is stated is from what the other figures allow, for each explanation that there is.

    Of ten explanations each is right in a tenth of the cases. Amounts in 元; 0 where nothing is compared.
    """
    reported = finding.get("reported")
    implied = (finding.get(name) for name in ("implied_low", "implied_high"))
    ends = [Fraction(str(end)) for end in implied if end is not None]
    if reported is None or not ends:
        return Fraction(0)
    stated = Fraction(str(reported))
    off = max(min(ends) - stated, stated - max(ends), Fraction(0))
    return off / max([s["rank"] for s in finding.get("suspects") or ()], default=1)


def inspection(report: Mapping[str, Any], say: Texts) -> RenderableType:
    """What was recognised in one PDF, page by page, and the verdict, as ``inspect_document`` has it."""
    title = say("inspect.head", source=report["source"], pages=report["page_count"])
    head = [escape(title).replace(escape(report["source"]), f"[bold]{escape(report['source'])}[/]", 1)]
    if report["unit"]:
        scope = say.contracts.chinese.values["scope"].get(report["scope"] or "", "")
        head.append(
            f"{escape(report['unit'])} {report['year']} {scope} {report['money_unit'] or ''}".rstrip()
        )
    tail: list[RenderableType] = []
    if report["checks"]:
        tail.append(say("inspect.checks", counts=_verdicts(report["checks"], say)))
    if report["consistency"]:
        tail.append(say("inspect.whole", verdict=_as_a_whole(report, say)))
    if report["claims"]:
        tail.append(say("inspect.narrative", counts=_verdicts(report["claims"], say)))
    for finding in ranked(report["findings"]):
        tail += _told(finding, report["money_unit"], say)
    verdict = say(f"inspect.verdict.{report['status']}", reason=report["reason"] or "")
    return Group(*head, _page_table(report, say), *tail, f"[{_STYLE[report['status']]}]{escape(verdict)}[/]")


def _page_table(report: Mapping[str, Any], say: Texts) -> Table:
    """What was recognised on each page."""
    table = Table()
    for name in ("page", "recognised", "rows", "figures", "state"):
        table.add_column(
            say(f"head.{name}"), justify="right" if name in ("page", "rows", "figures") else "left"
        )
    for page in report["pages"]:
        for item in page["tables"]:
            table.add_row(
                str(page["page"]),
                escape(item["title"].replace("(continued)", say("inspect.continued"))),
                str(item["rows"]),
                str(item["figures"]),
                say.word("state", item["state"]),
            )
        if not page["tables"]:
            table.add_row(str(page["page"]), f"[dim]{escape(say.word('kind', page['kind']))}[/]", "", "", "")
    return table


def _verdicts(counts: Mapping[str, int], say: Texts) -> str:
    """How often which verdict was reached."""
    return say.listed(say("run.counted", n=n, what=say.word("verdict", v)) for v, n in counts.items())


def _as_a_whole(report: Mapping[str, Any], say: Texts) -> str:
    """The verdict on all figures at once, and why violated identities may stand beside it."""
    violated = report["checks"].get("violated", 0)
    if report["consistency"] != "consistent" or not violated:
        return say.word("inspect.whole", report["consistency"])
    return say("inspect.whole.apart_one" if violated == 1 else "inspect.whole.apart", n=violated)


def console() -> Console:
    """A console that does not cut long lines when it is not a terminal."""
    plain = Console()
    return plain if plain.is_terminal else Console(width=200, soft_wrap=True)
