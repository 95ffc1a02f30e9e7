import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from mparticle_sandbox import SandboxProcess

from .harness import EVENTS, catalog, config, files, process_command, record

MEGABYTE = 1_000_000
ROWS = 7_000


@pytest.mark.parametrize("streams", [1, 400])
def test_memory_stays_bounded_when_the_input_is_large_and_mparticle_is_slow(
    sandbox: SandboxProcess, tmp_path: Path, streams: int
) -> None:
    names = [f"s{n}" for n in range(streams)]
    sandbox.add_fault(path="/v2/*", latency_ms=150)
    now = int(time.time() * 1000)
    paths = files(tmp_path, config(sandbox, *({**EVENTS, "stream": name} for name in names)), catalog(*names))
    output = tmp_path / "output"
    with output.open("wb") as stdout:
        process = subprocess.Popen(process_command("write", *paths), stdin=subprocess.PIPE, stdout=stdout)
    while not output.stat().st_size:
        assert process.poll() is None
        time.sleep(0.05)
    # It speaks, so all that it imports is there.
    idle = _size(process)
    feeder = threading.Thread(target=_feed, args=(process, names, now))
    feeder.start()
    peak = 0
    while process.poll() is None:
        peak = max(peak, _size(process))
        time.sleep(0.05)
    feeder.join()

    assert process.returncode == 0
    assert sandbox.events_report()["events"] == ROWS
    assert peak - idle < 90 * MEGABYTE


def _size(process: Any) -> Any:
    return psutil.Process(process.pid).memory_info().rss


def _feed(process: Any, names: list[str], now: Any) -> None:
    texts = {f"text_{number}": "x" * 3_000 for number in range(4)}
    for n in range(ROWS):
        process.stdin.write(
            record(names[n % len(names)], customer=f"c-{n % 3_000}", name="Bought", at=now, n=n, **texts)
        )
    process.stdin.close()
