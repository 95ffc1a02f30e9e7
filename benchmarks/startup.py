"""The time that a command takes before it does anything, beside that of a stock connector of Airbyte's CDK."""

import statistics
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import (
    command_files,
    configured_catalog,
    destination_config,
    source_config,
    stream_mapping,
)

from benchmarks.processes import BIN, Usage, measured
from benchmarks.sections import Options, Requirement, Section, Table

OURS: Final = "ours"
STOCK: Final = "stock"
MOST_OF_STOCK: Final = {
    "source spec": 0.5,
    "source check": 0.5,
    "destination spec": 0.2,
    "destination check": 0.5,
}
"""Which share of the stock connector's time a command may take."""

_METHOD: Final = """\
Whole processes, against a sandbox without latency; medians of {rounds} rounds, in which all commands take turns, and a
ratio is the median of those of the rounds. `read` reads a stream that has no records, `write` gets an empty input.

- The stock source is `source-declarative-manifest` with a manifest of one stream (`benchmarks/bare_audiences.yaml`).
  Its `check` asks for a token and reads that stream; ours asks for a token and tries four resources. Its `spec` reads
  no manifest.
- The stock destination is a class of a few lines below the CDK's `Destination` (`benchmarks/stock_destination.py`),
  which asks nobody in its `check`; ours asks the Events API."""

Command = Sequence[str | Path]
_HERE: Final = Path(__file__).parent


def run(options: Options) -> Section:
    """Measure every command of both connectors. Raises RuntimeError if one fails."""
    with SandboxProcess(audiences=0) as sandbox:
        pairs = {
            **_source_commands(sandbox, options.folder / "source"),
            **_destination_commands(sandbox, options.folder / "destination"),
        }
        usages = _in_turns(pairs, options)
    return section(usages, options.rounds)


def section(usages: Mapping[str, Mapping[str, Sequence[Usage]]], rounds: int) -> Section:
    """Return what the rounds of each command show, ours and the stock connector's."""
    ratios = {name: _ratio(each) for name, each in usages.items()}
    table = Table(
        ("", "Took", "CPU", "Stock took", "Stock CPU", "Ratio"),
        tuple(
            (f"`{name}`", *_cells(each[OURS]), *_cells(each[STOCK]), f"{ratios[name]:.2f}")
            for name, each in usages.items()
        ),
    )
    required = tuple(
        Requirement(
            f"`{name}` takes at most {most:.2f} of the stock connector's time",
            f"{ratios[name]:.2f}",
            ratios[name] <= most,
        )
        for name, most in MOST_OF_STOCK.items()
    )
    return Section("Start-up", _METHOD.format(rounds=rounds), (table,), required)


def _source_commands(sandbox: SandboxProcess, folder: Path) -> dict[str, dict[str, Command]]:
    config, catalog = _files(folder, source_config(sandbox), "audiences")
    commands = {"spec": [], "check": config, "read": [*config, *catalog]}
    manifest = ["--manifest-path", _HERE / "bare_audiences.yaml"]
    return {
        f"source {name}": {
            OURS: [BIN / "source-mparticle", name, *files],
            STOCK: [BIN / "source-declarative-manifest", name, *files, *(manifest if files else ())],
        }
        for name, files in commands.items()
    }


def _destination_commands(sandbox: SandboxProcess, folder: Path) -> dict[str, dict[str, Command]]:
    mapping = stream_mapping("events", "custom_event", {"customer_id": "{user}", "event_name": "{name}"})
    config, catalog = _files(folder, destination_config(sandbox, mapping), "events")
    commands = {"spec": [], "check": config, "write": [*config, *catalog]}
    return {
        f"destination {name}": {
            OURS: [BIN / "destination-mparticle", name, *files],
            STOCK: [sys.executable, _HERE / "stock_destination.py", name, *files],
        }
        for name, files in commands.items()
    }


def _files(folder: Path, config: object, stream: str) -> tuple[list[str], list[str]]:
    folder.mkdir(parents=True)
    return command_files(folder, config=config), command_files(folder, catalog=configured_catalog(stream))


def _in_turns(pairs: Mapping[str, Mapping[str, Command]], options: Options) -> dict[str, dict[str, list[Usage]]]:
    usages: dict[str, dict[str, list[Usage]]] = {name: {OURS: [], STOCK: []} for name in pairs}
    output = options.folder / "output"
    for number in range(1, options.rounds + 1):
        for name, pair in pairs.items():
            for whose, command in pair.items():
                usages[name][whose].append(measured(command, stdout=output))
                _require_success(output)
        print(f"round {number} of {options.rounds}", flush=True)
    return usages


def _require_success(output: Path) -> None:
    said = output.read_text(encoding="utf-8")
    if '"FAILED"' in said:
        raise RuntimeError(said)


def _ratio(usages: Mapping[str, Sequence[Usage]]) -> float:
    return statistics.median(
        ours.seconds / stock.seconds for ours, stock in zip(usages[OURS], usages[STOCK], strict=True)
    )


def _cells(usages: Sequence[Usage]) -> tuple[str, str]:
    return (
        f"{statistics.median(each.seconds for each in usages):.2f} s",
        f"{statistics.median(each.cpu for each in usages):.2f} s",
    )
