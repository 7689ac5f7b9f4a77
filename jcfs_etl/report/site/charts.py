"""Charts drawn as static SVG."""

from __future__ import annotations

from decimal import Decimal

import pygal
from lxml import etree
from pygal.style import Style
from rich.cells import cell_len

from jcfs_etl.report.site.model import Bars

#: Okabe and Ito's colours, in an order in which neighbours differ in lightness too: they print in grey.
_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
_FONT = '"Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",sans-serif'
#: Sizes in pixels of the drawing.
WIDTH, _BAR, _TEXT = 600, 22, 14
#: Rules that put values beside their bars, and make words and lines follow the page's colour scheme.
_LOOKS = (
    ".text-overlay text.value{text-anchor:start;transform:translateX(5px)}"
    "@media (prefers-color-scheme:dark){.axis text,.legends .legend text,.series text,"
    ".text-overlay text.value{fill:#d8dade !important}"
    ".axis .line,.axis .guide.line{stroke:#6b7280 !important}}"
)
_SVG = "{http://www.w3.org/2000/svg}"
_STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground="#3a3f47",
    foreground_strong="#3a3f47",
    foreground_subtle="#9aa1ab",
    guide_stroke_color="#d5d8dd",
    major_guide_stroke_color="#b4b9c1",
    colors=_COLOURS,
    opacity="1",
    opacity_hover="1",
    transition="none",
    font_family=_FONT,
    value_font_size=13,
    label_font_size=_TEXT,
    major_label_font_size=_TEXT,
    legend_font_size=_TEXT,
    value_colors=("#1c1f24",) * len(_COLOURS),
)


def height(bars: Bars) -> int:
    """Height of a chart in pixels; all are equally wide."""
    series = 1 if bars.stacked else len(bars.series)
    legend = any(label for label, _ in bars.series)
    return 44 + len(bars.labels) * (_BAR * series + 14) + (30 if legend else 0)


def drawn(bars: Bars, divisor: Decimal) -> bytes:
    """A chart as SVG; its amounts are shown in a unit of ``divisor`` 元."""
    labels = _with_sums(bars, divisor) if bars.stacked else bars.labels
    kind = pygal.HorizontalStackedBar if bars.stacked else pygal.HorizontalBar
    legend = any(label for label, _ in bars.series)
    chart = kind(
        style=_STYLE,
        width=WIDTH,
        height=height(bars),
        margin=8,
        margin_left=8 + _shortfall(labels),
        margin_right=70,
        spacing=12,
        show_legend=legend,
        legend_at_bottom=True,
        print_values=not bars.stacked,
        print_values_position="top",
        # Labels of a horizontal chart run from below to above.
        x_labels=list(reversed(labels)),
        formatter=lambda value: "" if value is None else f"{value:,.2f}",
        value_formatter=lambda value: f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}",
        y_labels_major_count=5,
        max_scale=6,
        js=(),
        no_prefix=True,
        truncate_legend=-1,
        truncate_label=-1,
    )
    for label, values in bars.series:
        # Bars are drawn from numbers; what is printed beside them is rounded to the same unit.
        shown = [None if v is None else float(v / divisor) for v in reversed(values)]
        chart.add(label, shown)
    return _plain(chart.render_tree())


def _with_sums(bars: Bars, divisor: Decimal) -> tuple[str, ...]:
    """Labels with what their bars come to, as stacked bars have no room for it."""
    labels = []
    for at, label in enumerate(bars.labels):
        total = sum((v for _, values in bars.series if (v := values[at]) is not None), Decimal(0))
        labels.append(f"{label}  {total / divisor:,.2f}")
    return tuple(labels)


def _shortfall(labels: tuple[str, ...]) -> float:
    """Pixels that the library leaves out for labels: it takes every character for a narrow one."""
    wide = max((cell_len(label) - len(label) for label in labels), default=0)
    return 0.45 * _TEXT * wide


def _plain(root: etree._Element) -> bytes:
    """The drawing without script, comments and what only scripts show; the same figures, the same bytes."""
    unwanted = (f"{_SVG}script", "script", f"{_SVG}desc", "desc")
    for element in list(root.iter()):
        parent = element.getparent()
        drop = element.tag is etree.Comment or element.tag in unwanted
        if parent is not None and (drop or "tooltip-overlay" in (element.get("class") or "")):
            parent.remove(element)
    style = next(e for e in root.iter() if e.tag in (f"{_SVG}style", "style"))
    style.text = (style.text or "") + _LOOKS
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))
