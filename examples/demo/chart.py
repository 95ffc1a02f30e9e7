"""A bar chart of the audiences by their number of users."""

import logging
from dataclasses import dataclass
from pathlib import Path

import duckdb

_BARS = 20
_LONGEST_LABEL = 48
_BAR_COLOUR = "#3b6fb6"
_TEXT_COLOUR = "#222222"
_QUIET_COLOUR = "#6b6b6b"


@dataclass(frozen=True)
class Audiences:
    """The largest audiences, largest first, as (name, users), and how many audiences there are."""

    largest: list[tuple[str, int]]
    count: int


def largest_audiences(database: Path) -> Audiences:
    """Read them from the DuckDB file; audiences whose size mParticle does not tell are left out."""
    with duckdb.connect(str(database), read_only=True) as connection:
        sized = connection.table("audiences").filter("size IS NOT NULL")
        rows = sized.order("size DESC, name").limit(_BARS).select("name", "size").fetchall()
        return Audiences([(str(name), int(size)) for name, size in rows], len(sized))


def draw(audiences: Audiences, source: str, path: Path) -> None:
    """Write the chart as a PNG; `source` says below it where the numbers come from."""
    # Building its font cache, which happens once on a machine, is not worth a warning.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    from matplotlib import rc_context  # noqa: PLC0415 - takes about a second
    from matplotlib.figure import Figure  # noqa: PLC0415

    names = [_label(name) for name, _ in audiences.largest]
    sizes = [size for _, size in audiences.largest]
    # A dollar sign in an audience's name is a dollar sign, not the beginning of a formula.
    with rc_context({"text.parse_math": False, "text.color": _TEXT_COLOUR}):
        figure = Figure(figsize=(10, 1.8 + 0.32 * max(len(names), 1)), dpi=150, layout="constrained")
        figure.suptitle(_title(audiences), x=0.01, ha="left", fontsize=16, fontweight="bold")
        axes = figure.subplots()
        # Positions, not names: two audiences may have the same name.
        bars = axes.barh(range(len(names)), sizes, color=_BAR_COLOUR, height=0.72)
        axes.bar_label(bars, [f"{size:,}" for size in sizes], padding=4, fontsize=10)
        axes.set_yticks(range(len(names)), names, fontsize=10)
        axes.invert_yaxis()
        axes.margins(x=0.1, y=0.01)
        axes.set_xticks([])
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        figure.supxlabel(source, x=0.01, ha="left", fontsize=9, color=_QUIET_COLOUR)
        figure.savefig(path, bbox_inches="tight", pad_inches=0.25)


def _title(audiences: Audiences) -> str:
    shown = len(audiences.largest)
    which = f"The {shown} largest of {audiences.count:,} audiences" if shown < audiences.count else "Audiences"
    return f"{which}, by number of users"


def _label(name: str) -> str:
    return name if len(name) <= _LONGEST_LABEL else f"{name[: _LONGEST_LABEL - 1]}…"
