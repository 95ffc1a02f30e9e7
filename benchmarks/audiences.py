"""Reads the same audiences with source-mparticle and with a bare manifest, side by side, and prints both times.

    python benchmarks/audiences.py [--audiences 50000] [--rounds 5]

Both are whole processes, as Airbyte starts them, against one sandbox on this machine; rounds alternate, so that a
busy moment hits both. The bare manifest has the same schema and the same incremental sync, and the CDK's own
authenticator, requester and extractor.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import command_files, configured_catalog, source_config

from source_mparticle import SourceMparticle

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--audiences", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    with SandboxProcess(audiences=chosen.audiences) as sandbox, tempfile.TemporaryDirectory() as folder:
        read = ["read", *_files(Path(folder), sandbox)]
        manifest = _bare_manifest(Path(folder))
        ours, bare = [], []
        for number in range(1, chosen.rounds + 1):
            ours.append(_seconds([BIN / "source-mparticle", *read], chosen.audiences))
            bare.append(
                _seconds([BIN / "source-declarative-manifest", *read, "--manifest-path", manifest], chosen.audiences)
            )
            print(f"round {number}: source-mparticle {ours[-1]:.2f} s, bare manifest {bare[-1]:.2f} s")
    ratio = statistics.median(ours) / statistics.median(bare)
    print(
        f"{chosen.audiences} audiences, medians of {chosen.rounds}: source-mparticle {statistics.median(ours):.2f} s, "
        f"bare manifest {statistics.median(bare):.2f} s, ratio {ratio:.2f}"
    )


def _files(folder: Path, sandbox: SandboxProcess) -> list[str]:
    catalog = configured_catalog("audiences", sync_mode="incremental")
    return command_files(folder, config=source_config(sandbox), catalog=catalog)


def _bare_manifest(folder: Path) -> str:
    manifest = yaml.safe_load((HERE / "bare_audiences.yaml").read_text())
    manifest["streams"][0]["schema_loader"]["schema"] = _audiences_schema()
    path = folder / "bare_manifest.yaml"
    path.write_text(yaml.safe_dump(manifest))
    return str(path)


def _audiences_schema() -> dict[str, Any]:
    declared = SourceMparticle().resolved_manifest["streams"]
    schema: dict[str, Any] = next(s for s in declared if s["name"] == "audiences")["schema_loader"]["schema"]
    return schema


def _seconds(command: Sequence[str | Path], expected_records: int) -> float:
    started = time.monotonic()
    done = subprocess.run(command, check=True, capture_output=True)
    seconds = time.monotonic() - started
    records = done.stdout.count(b'"type":"RECORD"')
    if records != expected_records:
        raise RuntimeError(f"{command[0]} read {records} records instead of {expected_records}")
    return seconds


if __name__ == "__main__":
    main()
