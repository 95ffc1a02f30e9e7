"""Times the destination writing events to a sandbox without a rate limit, and prints its speed and peak memory.

python benchmarks/writing.py [--records 100000] [--users 2000]
"""

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import (
    NO_RATE_LIMIT,
    command_files,
    configured_catalog,
    destination_config,
    record,
    state,
    stream_mapping,
)

DESTINATION = Path(sys.executable).parent / "destination-mparticle"
RECORDS_BETWEEN_STATES = 10_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--users", type=int, default=2_000)
    chosen = parser.parse_args()
    with (
        SandboxProcess(**NO_RATE_LIMIT, keep_batches=0) as sandbox,
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
    mapping = stream_mapping("events", "custom_event", fields, unmapped="attributes")
    config = destination_config(sandbox, mapping, max_batches_per_second=100_000)
    return command_files(folder, config=config, catalog=configured_catalog("events"))


def _lines(records: int, users: int) -> Iterator[bytes]:
    chance, now = random.Random(1), int(time.time() * 1000)  # noqa: S311 - the same rows in every run
    for number in range(1, records + 1):
        data = {"user": f"u-{chance.randrange(users)}", "name": "Item Viewed", "at": now - number, "price": number % 97}
        yield record("events", data, emitted_at=now)
        if number % RECORDS_BETWEEN_STATES == 0:
            yield state("events", {"number": number})


if __name__ == "__main__":
    main()
