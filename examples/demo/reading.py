"""The first half of the demo: an account is read into DuckDB."""

import time
from datetime import datetime
from itertools import chain
from pathlib import Path

from .account import Account
from .chart import draw, largest_audiences
from .pyairbyte import PyAirbyte
from .screen import say, show_table
from .source import Source
from .tables import row_counts, telling_tables

# Side by side, so that the list of all streams is short.
_COUNTS_IN_A_LINE = 2


def read_account(account: Account, database: Path, chart: Path, pyairbyte: PyAirbyte) -> None:
    """Read all streams of the account into the DuckDB file, show its tables and draw the chart."""
    say("Starting PyAirbyte")
    source = Source(account.config, pyairbyte)
    say("Checking the connection")
    source.check()
    say("Discovering the streams")
    streams = source.streams()
    say(f"Reading all {len(streams)} streams into DuckDB")
    started = time.monotonic()
    records = source.read(streams, database)
    say(f"    {records:,} records in {time.monotonic() - started:.1f} s\n")
    _show(database, streams)
    say("Drawing the audiences")
    date = datetime.now().astimezone().strftime("%Y-%m-%d")
    draw(largest_audiences(database), f"Source: {account.origin}, {date}", chart)


def _show(database: Path, streams: list[str]) -> None:
    cells = [[name, f"{count:,}"] for name, count in row_counts(database, streams).items()]
    height = -(-len(cells) // _COUNTS_IN_A_LINE)
    lines = [list(chain(*cells[line::height])) for line in range(height)]
    show_table("The tables", ["stream", "rows"] * _COUNTS_IN_A_LINE, lines)
    for table in telling_tables(database, streams):
        show_table(f"First rows of {table.name}", table.columns, table.rows)
