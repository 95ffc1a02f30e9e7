"""What a benchmark takes and what it returns."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".bench"


@dataclass(frozen=True)
class Options:
    """How much is measured. A `scale` of 1 is the published size; less is for trying the benchmark itself.

    `folder` is for files of the run and is removed after it.
    """

    folder: Path
    scale: float = 1.0
    rounds: int = 3

    def scaled(self, count: int) -> int:
        """Return a count at this scale."""
        return max(1, round(count * self.scale))


class Table(msgspec.Struct, frozen=True):
    """Cells as they are shown. The first column is text, the others are numbers."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


class Requirement(msgspec.Struct, frozen=True):
    """A sentence that says what is required, and what was measured."""

    text: str
    measured: str
    is_met: bool


class Bars(msgspec.Struct, frozen=True):
    """Bars that stand together in a chart, as (label, value)."""

    title: str
    bars: tuple[tuple[str, float], ...]


class Chart(msgspec.Struct, frozen=True):
    """A bar chart. `name` is that of its file, without the ending."""

    name: str
    title: str
    unit: str
    groups: tuple[Bars, ...]


class Section(msgspec.Struct, frozen=True):
    """What one benchmark found. `method` is Markdown: what was run, on what, and what the words of the tables mean."""

    title: str
    method: str
    tables: tuple[Table, ...]
    requirements: tuple[Requirement, ...] = ()
    chart: Chart | None = None


class Environment(msgspec.Struct, frozen=True):
    """What a section was measured on: names and what they are, such as ("CPython", "3.11.7")."""

    date: str
    machine: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]
    load: float
    """Processes that wanted a processor in the minute before."""


class Result(msgspec.Struct, frozen=True):
    """A section, and where, when and with which command it was measured."""

    section: Section
    environment: Environment
    command: str
    seconds: float


def megabytes(memory: float) -> str:
    """Return bytes as a cell shows them."""
    return f"{memory / 1e6:.0f} MB"


def percent(share: float) -> str:
    """Return a share, 1 for all, as a cell shows it."""
    return f"{share * 100:.0f} %"


Benchmark = Callable[[Options], Section]
