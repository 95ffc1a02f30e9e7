"""Times the destination writing events to a sandbox without a rate limit, and prints its speed and peak memory.

python benchmarks/writing.py [--records 100000] [--users 2000]
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mparticle_sandbox import SandboxProcess

DESTINATION = Path(sys.executable).parent / "destination-mparticle"
UNLIMITED = 1_000_000
RECORDS_BETWEEN_STATES = 10_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--users", type=int, default=2_000)
    chosen = parser.parse_args()
    with (
        SandboxProcess(rate=UNLIMITED, acceleration=0, keep_batches=0) as sandbox,
        tempfile.TemporaryDirectory() as folder,
    ):
        files = _files(Path(folder), sandbox)
        lines = b"".join(_lines(chosen.records, chosen.users))
        started = time.monotonic()
        subprocess.run([DESTINATION, "write", *files], input=lines, stdout=subprocess.DEVNULL, check=True)
        seconds = time.monotonic() - started
        # Of the children that have ended, which the sandbox has not.
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        report = sandbox.events_report()
    if report["events"] != chosen.records:
        raise RuntimeError(f"{report['events']} of {chosen.records} events arrived")
    batches = report["batches_accepted"]
    print(f"{chosen.records} records of {chosen.users} users in {seconds:.1f} s, start-up included:")
    print(f"{chosen.records / seconds:.0f} records/s, {batches} batches, peak memory {peak // 1024} MB")


def _files(folder: Path, sandbox: SandboxProcess) -> list[str]:
    fields = {"customer_id": "{user}", "event_name": "{name}", "timestamp": "{at}"}
    mapping = {
        "stream": "events",
        "object": "custom_event",
        "unmapped": "attributes",
        "fields": [{"field": field, "value": value} for field, value in fields.items()],
    }
    config = {
        "api_key": sandbox.api_key,
        "api_secret": sandbox.api_secret,
        "pod": "US1",
        "environment": "development",
        "events_url": sandbox.events_url,
        "max_batches_per_second": 100_000,
        "streams": [mapping],
    }
    stream = {"name": "events", "json_schema": {}, "supported_sync_modes": ["full_refresh"]}
    catalog = {"streams": [{"stream": stream, "sync_mode": "full_refresh", "destination_sync_mode": "append"}]}
    paths = []
    for name, content in (("config", config), ("catalog", catalog)):
        (folder / f"{name}.json").write_text(json.dumps(content))
        paths += [f"--{name}", str(folder / f"{name}.json")]
    return paths


def _lines(records: int, users: int) -> Iterator[bytes]:
    chance, now = random.Random(1), int(time.time() * 1000)  # noqa: S311 - the same rows in every run
    for number in range(1, records + 1):
        data = {"user": f"u-{chance.randrange(users)}", "name": "Item Viewed", "at": now - number, "price": number % 97}
        yield _line({"type": "RECORD", "record": {"stream": "events", "emitted_at": now, "data": data}})
        if number % RECORDS_BETWEEN_STATES == 0:
            body = {"stream_descriptor": {"name": "events"}, "stream_state": {"number": number}}
            yield _line({"type": "STATE", "state": {"type": "STREAM", "stream": body}})


def _line(message: dict[str, Any]) -> bytes:
    return json.dumps(message).encode() + b"\n"


if __name__ == "__main__":
    main()
