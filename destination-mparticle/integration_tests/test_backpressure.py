"""mParticle is slow, and the input waits for it. `python -m reliability.backpressure` runs the same for minutes."""

from collections.abc import Sequence
from typing import Any

import pytest

from reliability.backpressure import MAX_AHEAD_BYTES, MAX_BYTES, Counts, Load, Measurement, Sample, measure

LOAD = Load(records=1_000_000, text=200, state_every=1_000)
"""Some 380 MB."""

PATIENCE = 90.0


def waits(samples: Sequence[Sample]) -> bool:
    """Whether for three seconds, and half of the run, no more was read than was accepted."""
    if not samples or samples[-1].read < 5_000_000 or samples[-1].states < 2:
        return False
    last = samples[-1]
    earlier = next((sample for sample in reversed(samples) if sample.at < min(last.at - 3.0, last.at / 2)), last)
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
    assert measurement.problems() == []


def test_an_input_that_ends_is_accepted_to_its_last_record() -> None:
    measurement = measure(Load(records=2_500, text=20, state_every=1_000), rate=100, seconds=PATIENCE)

    assert measurement.counts == Counts(arrived=2_500, covered=2_500, accepted=2_500, rejected=0)
    assert measurement.code == 0


def run_of(*samples: tuple[float, int, int, int, int]) -> Measurement:
    return Measurement(LOAD, [Sample(*sample) for sample in samples], code=143, counts=Counts(1_500, 1_000, 950, 50))


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


FINISHED = Counts(999_000, 1_000_000, 999_000, 1_000)


@pytest.mark.parametrize(
    ("code", "counts", "problem"),
    [
        (143, Counts(900, 1_000, 950, 50), "States say that 950 records were accepted, and 900 were."),
        (143, Counts(1_500, 1_000, 949, 50), "States count 999 of the 1,000 records before them."),
        (143, Counts(1_000_001, 0, 0, 0), "Of 1,000,000 records 1,000,001 were accepted and 0 rejected."),
        (0, FINISHED._replace(arrived=998_999), "Of 1,000,000 records 998,999 were accepted and 1,000 rejected."),
        (0, FINISHED._replace(covered=999_000), "States cover 999,000 of 1,000,000 records."),
        (0, None, "What became of the records was not counted."),
    ],
)
def test_the_measurement_finds_that_records_are_missing_or_miscounted(
    code: int, counts: Counts | None, problem: str
) -> None:
    measurement = run_of(GOOD[0], (9.0, 90_000_000, 40_000_000, 500, 1), GOOD[2])
    assert measurement.problems() == []
    measurement.code, measurement.counts = 0, FINISHED
    assert measurement.problems() == []
    measurement.code, measurement.counts = code, counts
    assert problem in measurement.problems()


def test_the_measurement_finds_that_more_was_accepted_than_was_read() -> None:
    measurement = run_of(GOOD[0], (10.0, 60_000_000, 40_000_000, 500, 1), (20.0, 60_000_000, 40_000_000, 900_000, 2))
    assert "More was accepted than had been read." in measurement.problems()
