"""Draws a bar chart as SVG. Pure."""

from collections.abc import Iterator
from html import escape
from typing import Final

from benchmarks.sections import Bars, Chart

_WIDTH: Final = 760
_LABELS: Final = 190
"""Pixels left of the bars."""
_VALUES: Final = 90
"""Pixels right of the longest bar."""
_BAR: Final = 18
_STEP: Final = 24
_HEAD: Final = 56
_GROUP: Final = 30

_COLOURS: Final = ("#3b6fb6", "#9aa5b1", "#c98a3d", "#5f9e6e", "#a06fb0")
_INK: Final = "#222222"
_QUIET: Final = "#6b6b6b"


def svg(chart: Chart) -> str:
    """Return the chart as the text of an SVG file. A label has the same colour in all groups."""
    labels = list(dict.fromkeys(label for group in chart.groups for label, _ in group.bars))
    colours = {label: _COLOURS[index % len(_COLOURS)] for index, label in enumerate(labels)}
    most = max(value for group in chart.groups for _, value in group.bars)
    height = _HEAD + sum(_GROUP + _STEP * len(group.bars) for group in chart.groups) + 12
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img"',
        f'width="{_WIDTH}" height="{height}" font-family="system-ui, sans-serif">',
        f"<title>{escape(chart.title)}</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(16, 28, f"{chart.title}, {chart.unit}", 'font-size="16" font-weight="bold"'),
    ]
    top = _HEAD
    for group in chart.groups:
        lines += _group(group, top, most, colours)
        top += _GROUP + _STEP * len(group.bars)
    return "\n".join([*lines, "</svg>", ""])


def _group(group: Bars, top: int, most: float, colours: dict[str, str]) -> Iterator[str]:
    yield _text(16, top + 14, group.title, f'font-size="13" font-weight="bold" fill="{_QUIET}"')
    for index, (label, value) in enumerate(group.bars):
        y = top + 22 + index * _STEP
        length = value / most * (_WIDTH - _LABELS - _VALUES)
        yield _text(_LABELS - 8, y + 14, label, 'font-size="13" text-anchor="end"')
        yield f'<rect x="{_LABELS}" y="{y}" width="{length:.1f}" height="{_BAR}" fill="{colours[label]}"/>'
        yield _text(round(_LABELS + length) + 6, y + 14, f"{value:,.0f}", 'font-size="13"')


def _text(x: int, y: int, text: str, style: str) -> str:
    fill = "" if "fill=" in style else f' fill="{_INK}"'
    return f'<text x="{x}" y="{y}" {style}{fill}>{escape(text)}</text>'
