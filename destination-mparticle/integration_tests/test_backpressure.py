"""mParticle is slow, and the input waits for it. `python -m reliability.backpressure` runs the same for minutes."""

from collections.abc import Sequence
from typing import Any

import pytest

from reliability.backpressure import MAX_AHEAD_BYTES, MAX_BYTES, Load, Measurement, Sample, measure

LOAD = Load(records=1_000_000, text=200, state_every=1_000)
"""Some 380 MB."""

PATIENCE = 90.0


def waits(samples: Sequence[Sample]) -> bool:
    """Whether for three seconds no more was read than was accepted, after a good deal had been."""
    if not samples or samples[-1].read < 5_000_000 or samples[-1].states < 2:
        return False
    last = samples[-1]
    earlier = next((sample for sample in reversed(samples) if sample.at < last.at - 3.0), last)
    accepted = (last.accepted - earlier.accepted) * LOAD.record_bytes
    return earlier is not last and last.read - earlier.read <= accepted + 500_000


def test_input_is_read_no_faster_than_it_is_sent() -> None:
    measurement = measure(LOAD, rate=10, seconds=PATIENCE, is_enough=waits)

    last = measurement.samples[-1]
    assert last.at < PATIENCE
    assert last.read < 100_000_000
    assert 0 < last.accepted < LOAD.records
    assert measurement.ahead < MAX_AHEAD_BYTES
    assert measurement.peak < MAX_BYTES
    assert measurement.code == 143


def run_of(*samples: tuple[float, int, int, int, int]) -> Measurement:
    return Measurement(LOAD, [Sample(*sample) for sample in samples], code=0)


GOOD = ((0.0, 60_000_000, 0, 0, 0), (10.0, 90_000_000, 40_000_000, 500, 1), (20.0, 90_000_000, 50_000_000, 900, 2))


@pytest.mark.parametrize(
    ("last", "problem"),
    [
        ((20.0, 201_000_000, 50_000_000, 900, 2), "Memory reached 201 MB."),
        ((20.0, 99_000_000, 50_000_000, 900, 2), "Memory grew to 165% in the second half."),
        ((20.0, 60_000_000, 150_000_000, 0, 2), "150 MB were read ahead of what was accepted."),
        ((2_000.0, 60_000_000, 50_000_000, 900, 1), "No state came for 1991 s."),
    ],
)
def test_the_measurement_finds_what_passes_a_limit(last: Any, problem: str) -> None:
    assert run_of(*GOOD).growth > 1.0
    assert problem in run_of(GOOD[0], (9.0, 60_000_000, 40_000_000, 500, 1), last).problems()
    assert run_of(GOOD[0], (9.0, 90_000_000, 40_000_000, 500, 1), GOOD[2]).problems() == []


def test_the_measurement_finds_that_the_connector_failed() -> None:
    measurement = run_of(*GOOD)
    measurement.code = 1
    assert "The connector ended with code 1." in measurement.problems()
