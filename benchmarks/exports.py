"""What reading exports from a bucket takes, beside the CDK's own file-based source reading the same files.

    python -m benchmarks.exports [--files 400] [--file-bytes 5000000] [--rounds 1]

`make bench` measures a part of that. The whole is 2 GB, and takes minutes for each reading.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from mparticle_sandbox.testing import command_files

from benchmarks import bucket, page
from benchmarks.export_files import file_name, lines
from benchmarks.processes import BIN, Usage, measured
from benchmarks.sections import FOLDER, Options, Requirement, Section, Table, megabytes
from source_mparticle_exports.records.streams import STREAMS

OURS: Final = "`events`"
ALL: Final = "all six streams"
STOCK: Final = "stock, one raw stream"
MOST_OF_STOCK: Final = 1.5
MOST_MEMORY: Final = 300e6

_FILES: Final = 16
_FILE_BYTES: Final = 5_000_000
_STOCK_SOURCE: Final = Path(__file__).parent / "stock_exports.py"
_METHOD: Final = """\
{files} files of {size} together, {batches:,} batches with {events:,} events, on an S3 server of this machine (moto,
which is written in Python and shares the processors). Whole processes, whose output nobody reads; medians of {rounds}
rounds, in which they take turns, and a ratio is the median of those of the rounds. Peak memory is of the process and
those that it starts. `python -m benchmarks.exports` does the same with 2 GB in 400 files.

The stock source is the CDK's `FileBasedSource` as Airbyte's own sources use it, with its parser of JSON lines and one
stream without a schema (`benchmarks/stock_exports.py`): it writes each batch as it is. Ours writes a row for each event
that repeats what the batch says of its user."""


def run(options: Options) -> Section:
    """Measure a part of what the module measures. Raises RuntimeError if a process fails."""
    return measure(options.folder, options.scaled(_FILES), _FILE_BYTES, options.rounds)


def measure(folder: Path, files: int, file_bytes: int, rounds: int) -> Section:
    """Write so many files of so many bytes, and read them in so many rounds. `folder` is for files of the run."""
    with bucket.Bucket() as server:
        written = _Written(server, files, file_bytes)
        commands = _commands(server, folder)
        usages: dict[str, list[Usage]] = {name: [] for name in commands}
        for number in range(1, rounds + 1):
            for name, command in commands.items():
                usages[name].append(measured(command, stdout=Path("/dev/null")))
            print(f"round {number} of {rounds}", flush=True)
    return section(usages, written.facts, rounds)


def section(usages: Mapping[str, Sequence[Usage]], facts: Mapping[str, Any], rounds: int) -> Section:
    """Return what the rounds show. `facts`: files, bytes, batches and events that were read."""
    pairs = list(zip(usages[OURS], usages[STOCK], strict=True))
    ratio = statistics.median(ours.seconds / stock.seconds for ours, stock in pairs)
    memory = max(usage.memory for name, each in usages.items() if name != STOCK for usage in each)
    table = Table(
        ("", "Took", "CPU", "Per GB", "Peak memory"),
        tuple((name, *_cells(each, facts["bytes"])) for name, each in usages.items()),
    )
    requirements = (
        Requirement(
            f"`events` takes at most {MOST_OF_STOCK} times the stock source's time",
            f"{ratio:.2f}",
            ratio <= MOST_OF_STOCK,
        ),
        Requirement(f"Peak memory under {megabytes(MOST_MEMORY)}", megabytes(memory), memory < MOST_MEMORY),
    )
    size = f"{facts['bytes'] / 1e6:,.0f} MB"
    counts = {name: facts[name] for name in ("files", "batches", "events")}
    return Section("Exports: reading", _METHOD.format(size=size, rounds=rounds, **counts), (table,), requirements)


class _Written:
    """The files in the bucket, and what is in them."""

    def __init__(self, server: bucket.Bucket, files: int, file_bytes: int) -> None:
        self.facts = {"files": files, "bytes": 0, "batches": 0, "events": 0}
        for number in range(files):
            found = list(lines(number, file_bytes))
            content = b"".join(found)
            server.write(file_name(number), content)
            self.facts["bytes"] += len(content)
            self.facts["batches"] += len(found)
            self.facts["events"] += content.count(b'"event_type":')


def _commands(server: bucket.Bucket, folder: Path) -> dict[str, list[str | Path]]:
    storage = {
        "storage_type": "S3",
        "s3_bucket_name": bucket.NAME,
        "access_key_id": bucket.CREDENTIAL,
        "secret_access_key": bucket.CREDENTIAL,
        "s3_endpoint": server.endpoint,
    }
    stock = {
        "url": f"s3://{bucket.NAME}",
        "file_system": server.file_system,
        "streams": [{"name": "raw", "globs": ["**"], "schemaless": True, "format": {"filetype": "jsonl"}}],
    }
    ours: list[str | Path] = [BIN / "source-mparticle-exports", "read"]
    files = {
        OURS: _files(folder / "events", {"storage": storage}, ["events"]),
        ALL: _files(folder / "all", {"storage": storage}, list(STREAMS)),
        STOCK: _files(folder / "stock", stock, ["raw"]),
    }
    return {
        OURS: [*ours, *files[OURS]],
        STOCK: [sys.executable, "-W", "ignore", _STOCK_SOURCE, "read", *files[STOCK]],
        ALL: [*ours, *files[ALL]],
    }


def _files(folder: Path, config: object, names: Sequence[str]) -> list[str]:
    folder.mkdir(parents=True)
    streams = [
        {
            "stream": {"name": name, "json_schema": {}, "supported_sync_modes": ["full_refresh", "incremental"]},
            "sync_mode": "incremental",
            "destination_sync_mode": "append",
        }
        for name in names
    ]
    return command_files(folder, config=config, catalog={"streams": streams})


def _cells(usages: Sequence[Usage], size: int) -> tuple[str, ...]:
    seconds = statistics.median(each.seconds for each in usages)
    return (
        f"{seconds:.1f} s",
        f"{statistics.median(each.cpu for each in usages):.1f} s",
        f"{seconds / size * 1e9:.0f} s",
        megabytes(max(each.memory for each in usages)),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=400)
    parser.add_argument("--file-bytes", type=int, default=_FILE_BYTES)
    parser.add_argument("--rounds", type=int, default=1)
    chosen = parser.parse_args(arguments)
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        found = measure(Path(folder), chosen.files, chosen.file_bytes, chosen.rounds)
    print(*map(page.table, (*found.tables, page.requirements(found.requirements))), sep="\n\n")


if __name__ == "__main__":
    main()
