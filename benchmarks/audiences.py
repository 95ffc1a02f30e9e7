"""Reads the same audiences with source-mparticle and with a bare manifest, side by side, and prints both times.

    python benchmarks/audiences.py [--audiences 50000] [--rounds 5]

Both are whole processes, as Airbyte starts them, against one sandbox on this machine; rounds alternate, so that a
busy moment hits both. The bare manifest has the same schema and the same incremental sync, and the CDK's own
authenticator, requester and extractor.
"""

import argparse
import json
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
    config = {
        "client_id": sandbox.client_id,
        "client_secret": sandbox.client_secret,
        "account_id": sandbox.account_id,
        "api_url": sandbox.url,
        "token_url": f"{sandbox.url}/oauth/token",
    }
    stream = {"name": "audiences", "json_schema": {}, "supported_sync_modes": ["full_refresh", "incremental"]}
    configured = {"stream": stream, "sync_mode": "incremental", "destination_sync_mode": "append"}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "catalog.json").write_text(json.dumps({"streams": [configured]}))
    return ["--config", str(folder / "config.json"), "--catalog", str(folder / "catalog.json")]


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
