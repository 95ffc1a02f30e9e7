import time
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

from .harness import catalog, config, contents, record, state, written

NOW = int(time.time() * 1000)


def lines_of(count: int, users: int = 50) -> Any:
    return [
        *(
            record("events", customer=f"c-{n % users}", name="Bought", at=NOW, n=n, turn=n // users)
            for n in range(count)
        ),
        state("events", read=count),
    ]


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 503, "times": 5},
        {"status": 429, "headers": {"Retry-After": "0", "X-mp-rate-limit-exceeded": '"acceleration"'}, "times": 5},
        {"status": 500, "times": 3},
        {"reset": True, "times": 5},
        {"accept_then_reset": True, "times": 5},
        {"status": 400, "times": 4},
        {"status": 413, "times": 4},
    ],
    ids=lambda fault: str(fault.get("status") or next(iter(fault))),
)
def test_whatever_goes_wrong_on_the_way_everything_arrives_once_and_in_order(
    sandbox: SandboxProcess, fault: dict[str, Any]
) -> None:
    sandbox.add_fault(path="/v2/*", **fault)

    # What is refused is split. Where all four refusals meet one sender's request, so many batches leave none alone.
    users = 500 if fault.get("status") in {400, 413} else 50

    states, failure = written(config(sandbox), catalog(), lines_of(1_000, users))

    assert failure is None
    assert states[0]["state"]["destinationStats"] == {"recordCount": 1000.0, "rejectedRecordCount": 0.0}
    assert sorted(n for _, n in contents(sandbox.batches())) == list(range(1_000))
    for user in range(users):
        turns = [n for _, n in contents(sandbox.user(f"customer_id:c-{user}"))]
        assert turns == sorted(turns)


def test_what_mparticle_refuses_alone_is_rejected_with_its_message(sandbox: SandboxProcess, tmp_path: Path) -> None:
    sandbox.add_fault(
        path="/v2/*", status=400, body={"errors": [{"code": "BAD_REQUEST", "message": "No such partner."}]}
    )
    store = {"storage_type": "Local", "destination_path": str(tmp_path)}

    states, failure = written(config(sandbox, on_rejected="skip", object_storage_config=store), catalog(), lines_of(20))

    assert failure is None
    assert states[0]["state"]["destinationStats"] == {"recordCount": 0.0, "rejectedRecordCount": 20.0}
    kept = [line for path in tmp_path.rglob("*.jsonl") for line in path.read_text().splitlines()]
    assert len(kept) == 20
    assert all('"rejected_message":"No such partner."' in line for line in kept)


def test_batches_of_a_user_whose_attributes_change_arrive_in_the_order_of_the_records(sandbox: SandboxProcess) -> None:
    sandbox.add_fault(path="/v2/*", status=503, probability=0.3)
    rows = [record("users", customer=f"c-{n % 5}", step=n) for n in range(200)]

    written(config(sandbox), catalog(), rows)

    for user in range(5):
        steps = [batch["user_attributes"]["step"] for batch in sandbox.user(f"customer_id:c-{user}")]
        assert steps == list(range(user, 200, 5))


def test_old_events_go_to_the_historical_endpoint_and_fresh_ones_do_not(sandbox: SandboxProcess) -> None:
    day = 86_400_000
    rows = [record("events", customer="c-1", name="Bought", at=NOW - age * day, n=age) for age in (31, 29, 400, 0)]

    written(config(sandbox), catalog(), rows)

    report = sandbox.events_report()
    assert report["events"] == 4
    assert (report["silently_dropped"], report["batches_refused"]) == ({}, {})
    assert report["batches_by_endpoint"] == {"/v2/bulkevents": 2, "/v2/bulkevents/historical": 2}
    assert [n for _, n in contents(sandbox.user("customer_id:c-1"))] == [31, 29, 400, 0]
