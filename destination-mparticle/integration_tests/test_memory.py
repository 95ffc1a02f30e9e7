import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import psutil
from mparticle_sandbox import SandboxProcess

from .harness import catalog, config, files, process_command, record

MEGABYTE = 1_000_000


def test_memory_stays_bounded_when_the_input_is_large_and_mparticle_is_slow(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    sandbox.add_fault(path="/v2/*", latency_ms=150)
    now = int(time.time() * 1000)
    paths = files(tmp_path, config(sandbox), catalog())
    process = subprocess.Popen(process_command("write", *paths), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    idle = _settled_size(process)
    feeder = threading.Thread(target=_feed, args=(process, now))
    feeder.start()
    peak = 0
    while process.poll() is None:
        peak = max(peak, _size(process))
        time.sleep(0.05)
    feeder.join()

    assert process.returncode == 0
    assert sandbox.events_report()["events"] == 40_000
    assert peak - idle < 120 * MEGABYTE


def _size(process: Any) -> Any:
    return psutil.Process(process.pid).memory_info().rss


def _settled_size(process: Any) -> Any:
    size = 0
    while (now := _size(process)) != size or now < 60 * MEGABYTE:
        assert process.poll() is None
        size = now
        time.sleep(0.5)
    return size


def _feed(process: Any, now: Any) -> None:
    for n in range(40_000):
        process.stdin.write(record("events", customer=f"c-{n % 3_000}", name="Bought", at=now, n=n, text="x" * 3_000))
    process.stdin.close()
