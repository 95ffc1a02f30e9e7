"""The demo's steps, in order."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from .account import Account, open_account
from .chart import draw, largest_audiences
from .connector import Connector
from .screen import say, show_table
from .tables import tables

_HOW_TO_READ_ONE_S_OWN = """\
To read an account of your own, save an API credential of it as secrets/config.json, a place that git ignores:

    {"client_id": "...", "client_secret": "...", "account_id": "1234"}

and run: make demo CONFIG=secrets/config.json
"""


@dataclass
class _Demo:
    """What the steps hand on: later ones use what earlier ones have filled in."""

    account: Account
    connector: Connector
    output: Path
    streams: list[str] = field(default_factory=list)

    @property
    def database(self) -> Path:
        return self.output / "mparticle.duckdb"

    @property
    def chart(self) -> Path:
        return self.output / "audience-sizes.png"


def run_demo(config_file: Path | None, output: Path) -> None:
    """Run every step, and write everything into a fresh folder `output`. Raise DemoError where one cannot go on."""
    say("Starting a sandbox" if config_file is None else f"Using the account of {config_file}")
    with open_account(config_file) as account:
        shutil.rmtree(output, ignore_errors=True)
        logs = output / "logs"
        logs.mkdir(parents=True)
        say("Starting PyAirbyte")
        demo = _Demo(account, Connector(account.config, logs), output)
        for step in _STEPS:
            step(demo)
    say(f"\nDuckDB file: {demo.database}\nChart:       {demo.chart}\nLogs:        {logs}")
    if config_file is None:
        say(f"\n{_HOW_TO_READ_ONE_S_OWN}")


def _check(demo: _Demo) -> None:
    say("Checking the connection")
    demo.connector.check()


def _discover(demo: _Demo) -> None:
    say("Discovering the streams")
    demo.streams = demo.connector.streams()
    say(f"    {', '.join(demo.streams)}")


def _read(demo: _Demo) -> None:
    say("Reading all streams into DuckDB")
    started = time.monotonic()
    records = demo.connector.read(demo.streams, demo.database)
    say(f"    {records:,} records in {time.monotonic() - started:.1f} s")


def _show(demo: _Demo) -> None:
    say()
    for table in tables(demo.database, demo.streams):
        show_table(f"{table.name}: {table.count:,} rows", table.columns, table.rows)


def _draw(demo: _Demo) -> None:
    say("Drawing the audiences")
    date = datetime.now().astimezone().strftime("%Y-%m-%d")
    draw(largest_audiences(demo.database), f"Source: {demo.account.origin}, {date}", demo.chart)


_STEPS: tuple[Callable[[_Demo], None], ...] = (_check, _discover, _read, _show, _draw)
