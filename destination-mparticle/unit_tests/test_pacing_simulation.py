"""Ten minutes at mParticle's limit, in virtual time: how much of it is used, and how often it is hit."""

from typing import NamedTuple

import pytest

from destination_mparticle.http.rate_limiter import RateLimiter

from .pacing import CalendarSeconds, SandboxService, StrictWindow, Sync, TokenBucket, World

LIMIT = 270
SECONDS = 600
SEEDS = range(3)
WAYS_TO_COUNT = [SandboxService, StrictWindow, CalendarSeconds, TokenBucket]


class _Run(NamedTuple):
    used: float
    """Share of the limit that all syncs used together."""
    refused: float
    """429s per request."""
    accelerated: int
    """429s because of acceleration."""


def _run(world: World, *syncs: Sync, limit: int = LIMIT) -> _Run:
    world.run(SECONDS, *syncs)
    requests = sum(sync.requests for sync in syncs)
    return _Run(
        sum(sync.batches() for sync in syncs) / (limit * SECONDS),
        sum(sync.refused for sync in syncs) / requests,
        sum(sync.accelerated for sync in syncs),
    )


def _sync(starts_at: float = 0.0) -> Sync:
    return Sync(RateLimiter(LIMIT), starts_at)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("jitter", [0.0, 0.01, 0.03, 0.05])
def test_one_sync_uses_the_limit_without_tripping_it(jitter: float, seed: int) -> None:
    run = _run(World(SandboxService(LIMIT, growth=LIMIT), jitter=jitter, seed=seed), _sync())
    assert run.used >= 0.97
    assert run.refused < 0.001


def test_threads_that_wake_late_and_responses_that_return_late_cost_nothing() -> None:
    world = World(SandboxService(LIMIT), latency=0.05, response_latency=0.15, oversleep=0.03)
    run = _run(world, _sync())
    assert run.used >= 0.97
    assert run.refused < 0.001


@pytest.mark.parametrize("growth", [60, 100, 200, LIMIT])
def test_the_ramp_does_not_trip_the_limit_of_acceleration(growth: int) -> None:
    assert _run(World(SandboxService(LIMIT, growth)), _sync()).accelerated == 0


def test_a_ramp_that_is_too_fast_is_tried_more_slowly() -> None:
    sync = _sync()
    run = _run(World(SandboxService(LIMIT, growth=25)), sync)
    assert 0 < run.accelerated < 10
    assert sync.batches(since=SECONDS - 60) >= 0.8 * LIMIT * 60


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("jitter", [0.01, 0.05])
def test_two_syncs_of_one_key_share_its_limit(jitter: float, seed: int) -> None:
    first, second = _sync(), _sync()
    run = _run(World(SandboxService(LIMIT, growth=LIMIT), jitter=jitter, seed=seed), first, second)
    assert run.used >= 0.9
    assert run.refused < 0.01
    assert min(first.batches(), second.batches()) >= 0.2 * LIMIT * SECONDS


@pytest.mark.parametrize("count", WAYS_TO_COUNT)
@pytest.mark.parametrize("starts_at", [20, 20.4, 60])
def test_a_sync_that_starts_later_gets_its_share(count: type[SandboxService], starts_at: float) -> None:
    second = _sync(starts_at)
    run = _run(World(count(LIMIT)), _sync(), second)
    assert run.used >= 0.9
    assert run.refused < 0.01
    assert second.batches(since=300) >= 0.15 * LIMIT * 300
    assert second.batches(since=540) >= 0.25 * LIMIT * 60


@pytest.mark.parametrize("limit", [50, 100, 200, 250, 265])
def test_a_limit_below_the_configured_rate_is_found_by_what_mparticle_reports(limit: int) -> None:
    run = _run(World(SandboxService(limit)), _sync(), limit=limit)
    assert run.used >= 0.9
    assert run.refused < 0.01


@pytest.mark.parametrize("count", WAYS_TO_COUNT)
@pytest.mark.parametrize("limit", [100, LIMIT])
def test_the_limit_is_used_however_mparticle_counts(count: type[SandboxService], limit: int) -> None:
    run = _run(World(count(limit)), _sync(), limit=limit)
    assert run.used >= 0.9
    assert run.refused < (0.001 if limit == LIMIT else 0.02)


@pytest.mark.parametrize("limit", [5, 10, 20, 40])
def test_two_syncs_of_a_low_limit_do_not_starve_each_other(limit: int) -> None:
    syncs = [Sync(RateLimiter(limit)) for _ in range(2)]
    World(SandboxService(limit)).run(SECONDS, *syncs)
    assert min(sync.batches() for sync in syncs) >= 0.2 * limit * SECONDS
    assert sum(sync.batches() for sync in syncs) >= 0.75 * limit * SECONDS
