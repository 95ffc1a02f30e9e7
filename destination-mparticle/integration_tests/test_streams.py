import time
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

from .harness import catalog, config, contents, record, state, written

NOW = int(time.time() * 1000)
GLOBAL = b'{"type":"STATE","id":3,"state":{"type":"GLOBAL","global":{"stream_states":[]}}}\n'


def event(stream: str = "events", **data: Any) -> Any:
    return record(stream, **{"customer": "c-1", "name": "Bought", "at": NOW, **data})


def test_a_record_of_a_stream_outside_the_catalog_is_an_error(sandbox: SandboxProcess) -> None:
    _, failure = written(config(sandbox), catalog("events"), [event("strangers")])
    assert "strangers" in failure.message
    assert "not in the catalog" in failure.message


def test_a_stream_without_mapping_has_to_show_batches_with_its_first_record(sandbox: SandboxProcess) -> None:
    _, failure = written(config(sandbox), catalog("unknown"), [record("unknown", id=1)])
    assert "Stream unknown has no mapping" in failure.message
    assert failure.failure_type.value == "config_error"
    assert sandbox.requests()["total"] == 0


def test_a_global_state_waits_for_all_streams_and_counts_all_of_them(sandbox: SandboxProcess) -> None:
    lines = [event(n=1), record("users", customer="c-2", tier="gold"), GLOBAL, event(n=2), GLOBAL]

    states, failure = written(config(sandbox), catalog(), lines)

    assert failure is None
    assert [line["state"]["destinationStats"]["recordCount"] for line in states] == [2.0, 1.0]
    assert {line["id"] for line in states} == {3}


def test_streams_never_share_a_batch_so_that_each_replays_alone(sandbox: SandboxProcess) -> None:
    lines = [event("a", n=1), event("b", n=2), event("a", n=3), state("a"), event("b", n=4), state("b")]
    mapping = config(sandbox)["streams"][0]
    settings = config(sandbox, {**mapping, "stream": "a"}, {**mapping, "stream": "b"})

    written(settings, catalog("a", "b"), lines)
    accepted = sandbox.events_report()["batches_accepted"]
    written(settings, catalog("a", "b"), [event("b", n=2), event("b", n=4), state("b")])

    assert accepted == sandbox.events_report()["batches_accepted"] == 2
    assert sorted(n for _, n in contents(sandbox.batches())) == [1, 2, 3, 4]


@pytest.mark.parametrize("mode", ["append", "update"])
def test_data_activation_writes_columns_to_the_fields_they_are_named_after(sandbox: SandboxProcess, mode: Any) -> None:
    chosen = catalog(
        "people", mode=mode, object_name="user", schema={"properties": {"email": {}, "user_attributes": {}}}
    )
    chosen["streams"][0]["primary_key"] = [["email"]]

    _, failure = written(config(sandbox), chosen, [record("people", email="a@b.c", user_attributes={"$city": "Ghent"})])

    assert failure is None
    (batch,) = sandbox.user("email:a@b.c")
    assert batch["user_attributes"] == {"$city": "Ghent"}


def test_the_data_plan_of_the_configuration_is_named_by_every_batch(sandbox: SandboxProcess) -> None:
    settings = config(sandbox, data_plan={"plan_id": "trips", "plan_version": 3})

    written(settings, catalog("events", "raw"), [event(n=1), record("raw", mpid=5, events=[])])

    plans = [batch["context"]["data_plan"] for batch in sandbox.batches()]
    assert plans == [{"plan_id": "trips", "plan_version": 3}] * 2


def test_a_production_batch_does_not_slip_through_a_development_connection(sandbox: SandboxProcess) -> None:
    _, failure = written(config(sandbox), catalog("raw"), [record("raw", mpid=5, events=[], environment="production")])
    assert "environment in `environment`: 1" in failure.message
    assert sandbox.batches() == []
