"""What the person at the terminal sees: plain lines and small tables."""

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table as _Table

_console = Console(highlight=False, markup=False, emoji=False)


def say(line: str = "") -> None:
    """Print a line as it is, never wrapped: paths and commands must survive being copied."""
    _console.print(line, soft_wrap=True)


def show_table(title: str, columns: list[str], rows: list[list[str]]) -> None:
    """Print rows under their columns."""
    table = _Table(title=title, title_justify="left", title_style="bold", box=SIMPLE)
    for column in columns:
        table.add_column(column, no_wrap=True)
    for row in rows:
        table.add_row(*row)
    _console.print(table)
