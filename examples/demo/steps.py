"""The demo's two halves, in order, and where they leave their files."""

import shutil
from pathlib import Path

from .account import open_account
from .pyairbyte import PyAirbyte
from .reading import read_account
from .screen import say
from .writing import write_back

_HOW_TO_READ_ONE_S_OWN = """\
To read an account of your own, save an API credential of it as secrets/config.json, a place that git ignores:

    {"client_id": "...", "client_secret": "...", "account_id": "1234"}

and run: make demo CONFIG=secrets/config.json
The demo writes nothing to such an account.
"""


def run_demo(config_file: Path | None, output: Path) -> None:
    """Run the demo, and write everything into a fresh folder `output`. Raise DemoError where it cannot go on."""
    say("Starting a sandbox" if config_file is None else f"Using the account of {config_file}")
    with open_account(config_file) as account:
        shutil.rmtree(output, ignore_errors=True)
        logs, rejects = output / "logs", output / "rejected"
        logs.mkdir(parents=True)
        database, chart = output / "mparticle.duckdb", output / "audience-sizes.png"
        pyairbyte = PyAirbyte(logs)
        read_account(account, database, chart, pyairbyte)
        if account.sandbox is None:
            say("\nThis is an account of your own, so nothing is written to it: the demo ends with reading.")
        else:
            write_back(account.sandbox, database, rejects, pyairbyte)
    say(f"\nDuckDB file: {database}\nChart:       {chart}\nLogs:        {logs}")
    if config_file is None:
        say(f"Rejected:    {rejects}\n\n{_HOW_TO_READ_ONE_S_OWN}")
