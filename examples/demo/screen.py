"""What the person at the terminal sees: plain lines and small tables."""

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table as _Table

_console = Console(highlight=False, markup=False, emoji=False)


def say(line: str = "") -> None:
    """Print a line as it is, never wrapped: paths and commands must survive being copied."""
    _console.print(line, soft_wrap=True)


def show_table(title: str, columns: list[str], rows: list[list[str]]) -> None:
    """Print rows under their columns."""
    # Not as the table's own title, which would be wrapped to its width.
    _console.print(title, style="bold")
    table = _Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=True)
    for row in rows:
        table.add_row(*row)
    _console.print(table)
    _console.print()
