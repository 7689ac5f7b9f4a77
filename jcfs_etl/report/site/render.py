"""Values to HTML: the templates, their words, and the policy that lets nothing else run."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

import jcfs_etl
from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import SEVERITIES, Both
from jcfs_etl.report.site.charts import WIDTH, height
from jcfs_etl.report.site.inventory import unit_href, unit_key, year_href
from jcfs_etl.report.site.model import STATES, Bars, Picture, PublicationView, Summary, SuspectView
from jcfs_etl.report.site.prose import PARTS
from jcfs_etl.report.site.texts import kind_in_words, say, texts, vocabulary

_HERE = Path(__file__).parent
#: How many 元 make one of the unit that the overview and the charts are in.
WAN = Decimal(10_000)
#: Verdicts in the order in which they are counted.
VERDICTS = ("exact", "rounding", "violated", "unread", "not_applicable")
#: Columns of ``documents`` that say where a publication comes from.
_PROVENANCE = (
    "source",
    "title",
    "collected_from",
    "collected_at",
    "sha256",
    "page_count",
    "producer",
    "accepted_by",
    "accepted_reason",
    "contract_version",
    "extractor_version",
    "extractor_commit",
)


def site_version(contracts: Contracts) -> str:
    """Hash of all that pages depend on beside the data: this package, the contracts, the release."""
    # What is Chinese for what the data say is no part of the contracts' version.
    words = contracts.chinese.model_dump_json()
    digest = hashlib.sha256(f"{jcfs_etl.__version__} {contracts.version} {words}".encode())
    for path in sorted(p for p in _HERE.rglob("*") if p.suffix in (".py", ".html", ".css", ".js", ".yaml")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def wan(amount: str | Decimal | None) -> str:
    """An amount in 元 as 万元 with two decimals; empty where there is none."""
    return "" if amount is None else f"{Decimal(amount) / WAN:,.2f}"


class Renderer:
    """Makes pages, in the words that the contracts have for findings and columns."""

    def __init__(self, contracts: Contracts) -> None:
        self.contracts = contracts
        self._values = vocabulary(contracts)
        self._environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        style = (_HERE / "site.css").read_text(encoding="utf-8")
        script = (_HERE / "site.js").read_text(encoding="utf-8")
        self._environment.globals.update(
            texts=texts(),
            values=self._values,
            say=say,
            states=STATES,
            verdicts=VERDICTS,
            kind=partial(kind_in_words, contracts),
            wan=wan,
            num=_number,
            told=_told,
            chart_height=height,
            chart_width=WIDTH,
            should=_should,
            style=Markup(style),
            script=Markup(script),
            policy=_policy(style, script),
        )

    def publication(self, view: PublicationView, pictures: Sequence[Picture]) -> bytes:
        """The page of a publication, with pictures of its pages and the boxes on them."""
        prose = [(part, [s for s in view.sections if s.part == part]) for part in PARTS]
        return self.page(
            "publication.html",
            root="../../",
            view=view,
            s=view.summary,
            pictures=pictures,
            prose=[(part, found) for part, found in prose if found],
            reason=self._reason(view),
            hits=_hits(view),
            wanted=bool(view.pages()),
            provenance=self._provenance(view.document),
            shown=lambda amount: f"{wan(amount)} 万元",
            unit_href=unit_href(view.summary.unit),
            year_href=year_href(view.summary.year),
        )

    def page(self, template: str, **values: Any) -> bytes:
        """A page: a template with its values."""
        return self._environment.get_template(template).render(**values).encode("utf-8", "backslashreplace")

    def listing(self, summaries: Sequence[Summary], root: str) -> dict[str, Any]:
        """Publications as the script of the list takes them; ``root`` leads from the page to the site."""
        codes = sorted({code for s in summaries for code in s.codes})
        number = {code: at for at, code in enumerate(codes)}
        words = texts()
        keys = ("all_years", "all_states", "all_kinds", "shown", "shown_units", "none_found", "unit")
        return {
            "root": root,
            "names": STATES,
            "states": [_pair(self._values["status"][state]) for state in STATES],
            "kinds": [_pair(kind_in_words(self.contracts, code)) for code in codes],
            "severities": [_pair(self._values["severity"][s]) for s in SEVERITIES],
            "words": {key: _pair(words[key]) for key in keys},
            "rows": [_row(s, number) for s in summaries],
        }

    def _reason(self, view: PublicationView) -> Both:
        """Why a document is not published: in Chinese as its finding has it."""
        blocking = [f for f in view.findings if f.blocks]
        chinese = "；".join(dict.fromkeys(f.message.zh for f in blocking[:3]))
        return Both(view.summary.reason, chinese or view.summary.reason)

    def _provenance(self, document: Mapping[str, object]) -> list[tuple[Both, str, str]]:
        """Label, text and, for an address of the web, what it links to."""
        columns = self.contracts.datasets.datasets["documents"].columns
        found = []
        for name in _PROVENANCE:
            if (value := document.get(name)) is not None:
                label, text = Both(name.replace("_", " "), columns[name].label), str(value)
                link = name == "collected_from" and text.startswith(("https://", "http://"))
                found.append((label, text, text if link else ""))
        return found


def _row(summary: Summary, number: Mapping[str, int]) -> list[Any]:
    """One publication; the script knows these places by their numbers."""
    income, expenditure = (summary.amounts.get(name) for name in ("income", "expenditure"))
    return [
        summary.key,
        summary.unit,
        summary.year,
        STATES.index(summary.state),
        *(summary.severities.get(s, 0) for s in SEVERITIES),
        wan(income) or None,
        wan(expenditure) or None,
        [number[code] for code in summary.codes],
        "" if summary.unit else summary.source,
        unit_key(summary.unit) if summary.unit else "",
    ]


def _pair(words: Both) -> list[str]:
    return [words.zh, words.en]


def _hits(view: PublicationView) -> frozenset[str]:
    """Boxes of figures and statements that take part in a finding."""
    figures = {c.place.ref for t in view.tables for row in t.rows for c in row if c.place and c.findings}
    found = {f.place.ref for f in view.findings if f.place is not None}
    return frozenset(figures | found | {s.place.ref for s in view.statements if s.state == "violated"})


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _should(one: SuspectView) -> Both:
    """What a suspect is printed as, and what it should be."""
    if not one.printed:
        blank: Both = texts()["blank"]
        zh, en = blank.zh, blank.en
    else:
        zh = en = one.printed
    key = "suspect_printed"
    if one.low and one.high:
        key = "suspect_should" if one.low == one.high else "suspect_between"
    chinese = say(key, printed=zh, low=one.low, high=one.high)
    english = say(key, printed=en, low=one.low, high=one.high)
    return Both(english.en, chinese.zh)


def _told(chart: Bars) -> str:
    """A chart in words."""
    parts = []
    for at, label in enumerate(chart.labels):
        values = [f"{name} {wan(v[at])}".strip() for name, v in chart.series if v[at] is not None]
        parts.append(f"{label} {'、'.join(values)}")
    return f"{chart.title.zh}（万元）：{'；'.join(parts)}"


def _policy(style: str, script: str) -> str:
    """The content policy: the two texts by their hashes, pictures of the site, and nothing else.

    Pages are opened from folders too, where browsers differ on what ``'self'`` is; hence ``file:``.
    """
    return (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; "
        "img-src 'self' file: data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
