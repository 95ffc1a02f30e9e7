"""Runs the benchmarks, prints what they found, and writes docs/performance.md.

    python -m benchmarks [--only throughput] [--rounds 3] [--scale 1] [--strict] [--publish]
    python -m benchmarks --page

All results go to .bench/results.json. Those of the published size also go to benchmarks/results.json, each in place of
the former one of its benchmark, and the page and its charts are made out of that file; so do others with `--publish`.
With `--strict`, the exit code is 1 where a requirement was not met. With `--page`, nothing is measured: the page is
made again out of the results that there are.
"""

import argparse
import shlex
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from benchmarks import audiences, catalog, exports, limit, page, startup, throughput
from benchmarks.chart import svg
from benchmarks.machine import environment
from benchmarks.sections import FOLDER, ROOT, Benchmark, Options, Result
from benchmarks.sink import SinkMissingError

BENCHMARKS: Final[dict[str, Benchmark]] = {
    "throughput": throughput.run,
    "startup": startup.run,
    "limit": limit.run,
    "audiences": audiences.run,
    "catalog": catalog.run,
    "exports": exports.run,
}
"""Every benchmark, in the order of the page."""

RESULTS: Final = ROOT / "benchmarks" / "results.json"
PAGE: Final = ROOT / "docs" / "performance.md"


def main() -> int:
    """Measure, print, write. Return the exit code."""
    chosen = _arguments()
    if chosen.page:
        publish(read_results(RESULTS))
        return 0
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        measured = {}
        for name in chosen.only or BENCHMARKS:
            # Each has a folder of its own, so that none finds what another left.
            options = Options(Path(folder) / name, chosen.scale, chosen.rounds)
            options.folder.mkdir()
            measured[name] = _result(name, options)
            _write(FOLDER / "results.json", measured)
            _print(measured[name])
    if chosen.publish or (chosen.scale >= 1 and chosen.rounds >= Options.rounds):
        publish({**read_results(RESULTS), **measured})
        print(f"{RESULTS.relative_to(ROOT)} and {PAGE.relative_to(ROOT)} are written")
    is_met = all(each.is_met for result in measured.values() for each in result.section.requirements)
    return 1 if chosen.strict and not is_met else 0


def read_results(path: Path) -> dict[str, Result]:
    """Return the results in a file by the name of their benchmark, in the order of the page: none without a file."""
    found = msgspec.json.decode(path.read_bytes(), type=dict[str, Result]) if path.exists() else {}
    return {name: found[name] for name in BENCHMARKS if name in found}


def publish(results: Mapping[str, Result], results_file: Path = RESULTS, page_file: Path = PAGE) -> None:
    """Write the results, the page and its charts."""
    ordered = {name: results[name] for name in BENCHMARKS if name in results}
    _write(results_file, ordered)
    page_file.write_text(page.page(ordered), encoding="utf-8")
    for name, content in charts(ordered).items():
        file = page_file.parent / "images" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(content, encoding="utf-8")


def charts(results: Mapping[str, Result]) -> dict[str, str]:
    """Return the charts of the page by the names of their files."""
    found = (result.section.chart for result in results.values())
    return {f"{chart.name}.svg": svg(chart) for chart in found if chart}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", choices=list(BENCHMARKS), help="one benchmark; can be given again")
    parser.add_argument("--rounds", type=int, default=Options.rounds, help="how often each process runs")
    parser.add_argument("--scale", type=float, default=Options.scale, help="share of the published size, such as 0.05")
    parser.add_argument("--strict", action="store_true", help="fail where a requirement is not met")
    parser.add_argument("--publish", action="store_true", help="write the page, whatever the size")
    parser.add_argument("--page", action="store_true", help="measure nothing, and write the page again")
    return parser.parse_args()


def _result(name: str, options: Options) -> Result:
    print(f"== {name}", flush=True)
    before, started = environment(), time.monotonic()
    section = BENCHMARKS[name](options)
    size = [f"--{key}={value:g}" for key, value in (("scale", options.scale), ("rounds", options.rounds))]
    defaults = (options.scale, options.rounds) == (Options.scale, Options.rounds)
    command = f"make bench ONLY={name}" + ("" if defaults else f' ARGS="{shlex.join(size)}"')
    return Result(section, before, command, round(time.monotonic() - started, 1))


def _write(path: Path, results: Mapping[str, Result]) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")


def _print(result: Result) -> None:
    section = result.section
    tables = [*section.tables, *([page.requirements(section.requirements)] if section.requirements else [])]
    print(f"\n{section.title}\n", *map(page.table, tables), sep="\n\n", end="\n\n", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SinkMissingError as error:
        sys.exit(str(error))
