"""Reads the same audiences with source-mparticle and with a bare manifest, side by side.

Both are whole processes, as Airbyte starts them, against one sandbox on this machine; rounds alternate, so that a
busy moment hits both. The bare manifest has the same schema and the same incremental sync, and the CDK's own
authenticator, requester and extractor.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import command_files, configured_catalog, source_config

from benchmarks.processes import BIN, Usage, measured
from benchmarks.sections import Options, Requirement, Section, Table, megabytes
from source_mparticle import SourceMparticle

AUDIENCES: Final = 50_000
MOST_RATIO: Final = 1.0

_METHOD = """\
{audiences:,} audiences, incremental, as whole processes, from a sandbox on the same machine: with `source-mparticle`,
and with the same stream out of the CDK's own components, run by `source-declarative-manifest`. There are {rounds}
rounds, in each of which both run; the ratio is the median of the rounds' ratios, and requests are those of the last."""

OURS, BARE = "source-mparticle", "bare manifest"


@dataclass
class Reads:
    """What one of the two took in each round, and what it asked for in the last."""

    usages: list[Usage] = field(default_factory=list)
    requests: int = 0
    token_requests: int = 0


def run(options: Options) -> Section:
    """Measure both. Raises RuntimeError if one reads more or less than there is."""
    audiences = options.scaled(AUDIENCES)
    with SandboxProcess(audiences=audiences) as sandbox:
        reads = _alternating(sandbox, audiences, options)
    ratio = statistics.median(
        ours.seconds / bare.seconds for ours, bare in zip(reads[OURS].usages, reads[BARE].usages, strict=True)
    )
    required = Requirement("No slower than the bare manifest", f"{ratio:.2f}", ratio <= MOST_RATIO)
    method = _METHOD.format(audiences=audiences, rounds=options.rounds)
    return Section("Source: many audiences beside a bare manifest", method, (_table(reads),), (required,))


def _alternating(sandbox: SandboxProcess, audiences: int, options: Options) -> dict[str, Reads]:
    read = ["read", *_files(options.folder, sandbox)]
    commands: dict[str, Sequence[str | Path]] = {
        OURS: [BIN / "source-mparticle", *read],
        BARE: [BIN / "source-declarative-manifest", *read, "--manifest-path", _bare_manifest(options.folder)],
    }
    reads = {name: Reads() for name in commands}
    for number in range(1, options.rounds + 1):
        for name, command in commands.items():
            sandbox.clear_requests()
            usage = _read(command, audiences, options.folder / "output")
            print(f"round {number}: {name} {usage.seconds:.2f} s", flush=True)
            asked = sandbox.requests()
            reads[name].usages.append(usage)
            reads[name].token_requests = asked["by_route"].get("POST /oauth/token", 0)
            reads[name].requests = asked["total"] - reads[name].token_requests
    return reads


def _table(reads: dict[str, Reads]) -> Table:
    rows = tuple(
        (
            name,
            f"{statistics.median(usage.seconds for usage in each.usages):.2f} s",
            f"{statistics.median(usage.cpu for usage in each.usages):.2f} s",
            megabytes(max(usage.memory for usage in each.usages)),
            str(each.requests),
            str(each.token_requests),
        )
        for name, each in reads.items()
    )
    return Table(("", "Took", "CPU", "Peak memory", "Requests", "Token requests"), rows)


def _files(folder: Path, sandbox: SandboxProcess) -> list[str]:
    stream = configured_catalog("audiences", sync_mode="incremental")
    return command_files(folder, config=source_config(sandbox), catalog=stream)


def _bare_manifest(folder: Path) -> Path:
    manifest = yaml.safe_load((Path(__file__).parent / "bare_audiences.yaml").read_text())
    manifest["streams"][0]["schema_loader"]["schema"] = _audiences_schema()
    path = folder / "bare_manifest.yaml"
    path.write_text(yaml.safe_dump(manifest))
    return path


def _audiences_schema() -> dict[str, Any]:
    declared = SourceMparticle().resolved_manifest["streams"]
    schema: dict[str, Any] = next(s for s in declared if s["name"] == "audiences")["schema_loader"]["schema"]
    return schema


def _read(command: Sequence[str | Path], expected: int, output: Path) -> Usage:
    usage = measured(command, stdout=output)
    with output.open("rb") as lines:
        records = sum(b'"type":"RECORD"' in line for line in lines)
    if records != expected:
        raise RuntimeError(f"{command[0]} read {records} records instead of {expected}")
    return usage
