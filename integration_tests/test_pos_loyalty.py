"""The point-of-sale example: each event of the data model, as mParticle accepts it, beside what the model asks for.

The expected batches are written by hand from the data model, event by event; the ids of batches are left out.
"""

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("destination_mparticle", reason="pip install ./destination-mparticle")

from mparticle_sandbox import SandboxProcess

from examples.loyalty_sync.delivery import deliver
from examples.pos_loyalty.messages import CATALOG, messages
from examples.pos_loyalty.run import destination_config
from examples.pos_loyalty.warehouse import new_warehouse
from integration_tests.pos_commerce_events import COMMERCE_EVENTS
from integration_tests.pos_custom_events import CUSTOM_EVENTS

CASES = COMMERCE_EVENTS | CUSTOM_EVENTS


@pytest.fixture(scope="module")
def accepted(tmp_path_factory):
    """What a sandbox of its own accepted of the whole sample: its batches, and how the run ended."""
    with SandboxProcess() as sandbox, new_warehouse(tmp_path_factory.mktemp("pos") / "pos.duckdb") as warehouse:
        delivery = deliver(destination_config(sandbox), CATALOG, list(messages(warehouse)))
        return {"delivery": delivery, "batches": sandbox.batches(), "report": sandbox.events_report()}


@pytest.mark.parametrize("event", CASES)
def test_an_accepted_batch_is_what_the_data_model_asks_for(accepted, event):
    row, expected_event, about_the_user = CASES[event]
    message_id = expected_event["data"]["source_message_id"]
    (batch,) = [
        batch
        for batch in accepted["batches"]
        if message_id in [each["data"]["source_message_id"] for each in batch["events"]]
    ]
    (found,) = [each for each in batch["events"] if each["data"]["source_message_id"] == message_id]
    rest = {name: value for name, value in batch.items() if name not in {"source_request_id", "events"}}
    assert (found, rest) == (
        expected_event,
        {
            "environment": "development",
            "user_identities": {"customer_id": f"{219153400 + row}", "other": f"63320042{row:04d}"},
            **about_the_user,
        },
    )


def test_every_row_of_the_sample_arrives_and_nothing_else_does(accepted):
    delivery = accepted["delivery"]
    assert delivery.exit_code == 0
    assert (delivery.count("recordCount"), delivery.count("rejectedRecordCount")) == (27, 0)
    assert accepted["report"]["events"] == 27
    assert accepted["report"]["silently_dropped"] == {}
