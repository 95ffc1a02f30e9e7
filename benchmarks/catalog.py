"""Reads a whole account from a slow mParticle, beside the time that its requests alone must take."""

from collections import Counter
from pathlib import Path
from typing import Any, Final

import orjson
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import command_files, configured_catalog, source_config

from benchmarks.processes import BIN, Usage, measured
from benchmarks.sections import Options, Requirement, Section, Table, megabytes

ACCOUNT: Final = {"workspaces": 10, "calculated_attributes": 50, "apps": 20, "services": 30}
LATENCY: Final = 0.2
WORKERS: Final = 8
MOST_RATIO: Final = 1.05

_METHOD = """\
An account of {workspaces} workspaces with {calculated_attributes} calculated attributes each, {apps} apps and
{services} services. Every response of the sandbox is {latency:.0f} ms late. All streams but the looked-up ones,
{workers} workers, one run. "Needed" is start-up + token + requests / workers x latency, where start-up is the time of a
`discover`, which asks mParticle nothing."""


def run(options: Options) -> Section:
    """Measure one read. The latency is scaled, the account is not."""
    latency = LATENCY * options.scale
    with SandboxProcess(**ACCOUNT) as sandbox:
        config = source_config(sandbox, org_id=sandbox.org_id, num_workers=WORKERS)
        files = command_files(options.folder, config=config)
        output = options.folder / "output"
        start_up = measured([BIN / "source-mparticle", "discover", *files], stdout=output)
        files += command_files(options.folder, catalog=configured_catalog(*_discovered(output)))
        sandbox.add_fault(path="*", latency_ms=round(latency * 1000))
        sandbox.clear_requests()
        read = measured([BIN / "source-mparticle", "read", *files], stdout=output)
        asked = sandbox.requests()
    tokens = asked["by_route"].get("POST /oauth/token", 0)
    requests = asked["total"] - tokens
    needed = start_up.seconds + latency + requests / WORKERS * latency
    ratio = read.seconds / needed
    method = _METHOD.format(**ACCOUNT, latency=latency * 1000, workers=WORKERS)
    required = Requirement(f"At most {MOST_RATIO} of the needed time", f"{ratio:.2f}", ratio <= MOST_RATIO)
    counts = (f"{requests:,}", str(tokens))
    tables = (_amounts(output, counts), _times(start_up, needed, read))
    return Section("Source: a whole account against a slow mParticle", method, tables, (required,))


def _amounts(output: Path, counts: tuple[str, ...]) -> Table:
    with output.open("rb") as lines:
        messages = (orjson.loads(line) for line in lines if b'"type":"RECORD"' in line)
        records = Counter(message["record"]["stream"] for message in messages)
    return Table(
        ("Streams", "Records", "Requests", "Token requests"), ((str(len(records)), f"{records.total():,}", *counts),)
    )


def _times(start_up: Usage, needed: float, read: Usage) -> Table:
    header = ("Start-up", "Needed", "Took", "Ratio", "CPU", "Peak memory")
    seconds = (f"{start_up.seconds:.1f} s", f"{needed:.1f} s", f"{read.seconds:.1f} s", f"{read.seconds / needed:.2f}")
    return Table(header, ((*seconds, f"{read.cpu:.1f} s", megabytes(read.memory)),))


def _discovered(output: Path) -> list[dict[str, Any]]:
    messages = [orjson.loads(line) for line in output.read_bytes().splitlines()]
    (streams,) = (message["catalog"]["streams"] for message in messages if message["type"] == "CATALOG")
    return list(streams)
