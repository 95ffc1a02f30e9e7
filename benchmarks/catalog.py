"""Times a sync of a whole account against a slow mParticle, beside the time that its requests alone must take.

    python benchmarks/catalog.py [--latency-ms 200] [--workers 8]

The account has 10 workspaces with 50 calculated attributes each, 20 apps and 30 services. Every response of the sandbox
is late by the latency. What the requests must take is start-up + token + requests / workers x latency, where start-up
is the time of a `discover`, which asks mParticle nothing.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import command_files, configured_catalog, source_config

SOURCE = Path(sys.executable).parent / "source-mparticle"
ACCOUNT = {"workspaces": 10, "calculated_attributes": 50, "apps": 20, "services": 30}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--latency-ms", type=int, default=200)
    parser.add_argument("--workers", type=int, default=8)
    chosen = parser.parse_args()
    with SandboxProcess(**ACCOUNT) as sandbox, tempfile.TemporaryDirectory() as folder:
        config = source_config(sandbox, org_id=sandbox.org_id, num_workers=chosen.workers)
        config_file = command_files(Path(folder), config=config)
        start_up, messages = _run("discover", *config_file)
        (found,) = (message["catalog"] for message in messages if message["type"] == "CATALOG")
        catalog_file = command_files(Path(folder), catalog=configured_catalog(*found["streams"]))
        sandbox.add_fault(path="*", latency_ms=chosen.latency_ms)
        sandbox.clear_requests()
        seconds, messages = _run("read", *config_file, *catalog_file)
        requests = sandbox.requests()["total"] - 1
    latency = chosen.latency_ms / 1000
    needed = start_up + latency + requests / chosen.workers * latency
    records = Counter(message["record"]["stream"] for message in messages if message["type"] == "RECORD")
    print(f"{len(records)} streams, {records.total()} records, {requests} requests and 1 token request")
    print(f"start-up {start_up:.1f} s, latency {latency:.1f} s, {chosen.workers} workers")
    print(f"needed {needed:.1f} s, took {seconds:.1f} s, ratio {seconds / needed:.2f}")


def _run(*arguments: str) -> tuple[float, list[dict[str, Any]]]:
    started = time.monotonic()
    done = subprocess.run([SOURCE, *arguments], check=True, capture_output=True, text=True)
    return time.monotonic() - started, [json.loads(line) for line in done.stdout.splitlines()]


if __name__ == "__main__":
    main()
