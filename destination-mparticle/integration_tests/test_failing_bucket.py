"""A bucket that fails: the sync goes on once it works again, or fails and keeps its state. No record is dropped."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

from destination_mparticle.errors import FailureType

from .harness import catalog, config, record, state, written
from .s3 import BUCKET, Failure, failing, storage

NOW = 1_714_557_600_000
STEPS = 6
_PATIENCE = 0.5


def lines(sandbox: SandboxProcess, first: int = 1) -> Iterator[Any]:
    """Steps of a good and a rejected record and a state, with both records' number.

    Each comes once the step before it was accepted, so that its rejected record is uploaded by itself.
    """
    for n in range(first, STEPS + 1):
        yield record("events", customer=f"c-{n}", name="Bought", at=NOW, n=n)
        yield record("events", customer=None, name="Bought", at=NOW, n=n)
        yield state("events", step=n)
        deadline = time.monotonic() + _PATIENCE
        while sandbox.events_report()["events"] < n and time.monotonic() < deadline:
            time.sleep(0.02)


def stored(client: Any) -> list[int]:
    """The numbers of the records in the bucket."""
    keys = [entry["Key"] for entry in client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
    bodies = [client.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys]
    return sorted(json.loads(line)["data"]["n"] for body in bodies for line in body.splitlines())


def steps(states: Any) -> list[int]:
    return [line["state"]["stream"]["stream_state"]["step"] for line in states]


def settings(sandbox: SandboxProcess, endpoint: str) -> Any:
    return config(sandbox, on_rejected="skip", object_storage_config=storage(endpoint))


def written_while(failure: Failure, sandbox: SandboxProcess, endpoint: str) -> tuple[Any, Any]:
    """The states and the error of a sync whose uploads fail."""
    with failing(endpoint, failure) as address:
        states, error = written(settings(sandbox, address), catalog(), lines(sandbox))
    return states, error


FOR_A_WHILE: dict[str, Failure] = {
    "two errors 500": lambda upload: 500 if upload in {2, 3} else None,
    "two errors 503": lambda upload: 503 if upload in {1, 2} else None,
    "slow uploads": lambda _upload: 0.4,
}


@pytest.mark.parametrize("failure", FOR_A_WHILE.values(), ids=FOR_A_WHILE)
def test_a_bucket_that_fails_for_a_while_delays_the_sync_and_changes_nothing(
    sandbox: SandboxProcess, bucket: Any, failure: Failure
) -> None:
    endpoint, client = bucket
    states, error = written_while(failure, sandbox, endpoint)

    assert error is None
    assert steps(states)[-1] == STEPS
    assert stored(client) == list(range(1, STEPS + 1))
    assert sandbox.events_report()["events"] == STEPS


FOR_GOOD: dict[str, tuple[Failure, FailureType, str]] = {
    "403 from the third upload on": (lambda upload: 403 if upload >= 3 else None, FailureType.CONFIG, "403"),
    "403 from the first upload on": (lambda _upload: 403, FailureType.CONFIG, "403"),
    "500 from the second upload on": (lambda upload: 500 if upload >= 2 else None, FailureType.TRANSIENT, "500"),
    "503 from the first upload on": (lambda _upload: 503, FailureType.TRANSIENT, "503"),
}


@pytest.mark.parametrize(("failure", "kind", "cause"), FOR_GOOD.values(), ids=FOR_GOOD)
def test_a_bucket_that_fails_for_good_fails_the_sync_and_the_next_one_stores_the_rest(
    sandbox: SandboxProcess, bucket: Any, failure: Failure, kind: FailureType, cause: str
) -> None:
    endpoint, client = bucket
    states, error = written_while(failure, sandbox, endpoint)

    assert error.failure_type is kind
    assert "`s3://rejects/mparticle` cannot be written to" in str(error)
    assert f", {cause}); " in str(error)
    assert ("S3 Bucket Name (`s3_bucket_name`), " in str(error)) is (kind is FailureType.CONFIG)
    assert ("try again later" in str(error)) is (kind is FailureType.TRANSIENT)
    confirmed = steps(states)
    assert confirmed == list(range(1, len(confirmed) + 1))
    assert set(range(1, len(confirmed) + 1)) <= set(stored(client))
    assert len(confirmed) < STEPS

    states, error = written(settings(sandbox, endpoint), catalog(), lines(sandbox, len(confirmed) + 1))

    assert error is None
    assert set(stored(client)) == set(range(1, STEPS + 1))
    assert sandbox.events_report()["events"] == STEPS


def _delete(client: Any) -> None:
    """Delete the bucket, however often the sync writes to it in the meantime."""
    while True:
        for entry in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
            client.delete_object(Bucket=BUCKET, Key=entry["Key"])
        with suppress(client.exceptions.ClientError):
            client.delete_bucket(Bucket=BUCKET)
            return


def test_a_bucket_that_is_deleted_half_way_fails_the_sync_and_no_state_passes_what_is_lost(
    sandbox: SandboxProcess, bucket: Any
) -> None:
    endpoint, client = bucket

    def deleting() -> Iterator[Any]:
        for n, line in enumerate(lines(sandbox)):
            if n == 3 * (STEPS // 2):
                _delete(client)
            yield line

    states, error = written(settings(sandbox, endpoint), catalog(), deleting())

    assert error.failure_type is FailureType.CONFIG
    assert "`s3://rejects/mparticle` cannot be written to (FileNotFoundError, NoSuchBucket)" in str(error)
    assert len(steps(states)) <= STEPS // 2


def test_a_bucket_that_cannot_be_reached_may_be_there_later(sandbox: SandboxProcess, bucket: Any) -> None:
    endpoint, _ = bucket
    with failing(endpoint, lambda _upload: None) as address:
        """Only for an address at which nobody listens any more."""

    states, error = written(settings(sandbox, address), catalog(), lines(sandbox))

    assert error.failure_type is FailureType.TRANSIENT
    assert "cannot be written to at the moment (EndpointConnectionError); try again later" in str(error)
    assert "S3 Endpoint (`s3_endpoint`)" in str(error)
    assert states == []
