"""The benchmarks measure whole processes, and run from end to end."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from benchmarks import sink
from benchmarks.contenders import BULK, CEILING, OURS, Contenders
from benchmarks.processes import measured

MB = 1_000_000
NO_NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin") is None
needs_nginx = pytest.mark.skipif(NO_NGINX, reason="needs nginx")


def python(code: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", code]


def test_the_peak_memory_is_that_of_the_process_and_not_of_the_one_that_measures(tmp_path: Path) -> None:
    held = b"x" * (200 * MB)
    small = measured(python("pass"), stdout=tmp_path / "out")
    large = measured(python(f"b'x' * {100 * MB}"), stdout=tmp_path / "out")
    assert small.memory < 50 * MB
    assert 100 * MB < large.memory < len(held)


def test_processor_time_is_not_the_time_that_passes(tmp_path: Path) -> None:
    asleep = measured(python("import time; time.sleep(0.5)"), stdout=tmp_path / "out")
    assert asleep.seconds >= 0.5
    assert asleep.cpu < 0.4


def test_a_process_gets_its_input_and_its_output_is_kept(tmp_path: Path) -> None:
    (tmp_path / "in").write_text("hello")
    command = python("import sys; sys.stdout.write(sys.stdin.read().upper())")
    measured(command, stdin=tmp_path / "in", stdout=tmp_path / "out")
    assert (tmp_path / "out").read_text() == "HELLO"


def test_a_process_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no such thing"):
        measured(python("raise SystemExit('no such thing')"), stdout=tmp_path / "out")


def test_without_nginx_and_without_a_way_to_get_one_it_says_how(tmp_path: Path) -> None:
    with pytest.raises(sink.SinkMissingError, match="apt-get install nginx"):
        sink.find_nginx(tmp_path / "nginx", path=str(tmp_path))


@needs_nginx
def test_the_destination_is_measured_beside_the_client_and_the_ceiling(tmp_path: Path) -> None:
    with sink.Sink(tmp_path / "sink", sink.find_nginx()) as server:
        measurement = Contenders(tmp_path, server, records=1_000, single=10).measure("sorted", rounds=1)
    assert list(measurement.rounds) == [OURS, CEILING, BULK]
    assert measurement.sent.batches == 100
    # A request takes up to a hundred events.
    assert len(measurement.sent.sizes) == 10
    assert all(1_000 < size < 256_000 for size in measurement.sent.sizes)
