"""Tables that are made from code and stand between two markers in a page of the documentation."""

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

Tables = Mapping[str, str]
"""In Markdown, by the name that their markers have."""

PAGES = Path(__file__).resolve().parent.parent / "docs" / "integrations"


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [titles, (":---",) * len(titles), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def replaced(page: str, script: str, tables: Tables) -> str:
    """The text of a page with these tables between their markers. Raises `ValueError` where it lacks a marker."""
    for name, made in tables.items():
        begin, end = (f"<!-- Made by scripts/{script} ({name}): {border} -->" for border in ("begin", "end"))
        before, found_begin, rest = page.partition(begin)
        _, found_end, after = rest.partition(end)
        if not (found_begin and found_end):
            raise ValueError(f"The page must hold the lines {begin!r} and {end!r}, in this order.")
        page = f"{before}{begin}\n\n{made}\n\n{end}{after}"
    return page


def run(path: Path, script: str, tables: Callable[[], Tables], description: str) -> None:
    """Print the tables, or put them into the page."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--write", action="store_true", help="put them into the page instead of printing them")
    if parser.parse_args().write:
        path.write_text(replaced(path.read_text(encoding="utf-8"), script, tables()), encoding="utf-8")
    else:
        sys.stdout.write("\n\n".join(tables().values()) + "\n")
