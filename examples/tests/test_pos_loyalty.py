"""The point-of-sale example: each event of the data model, as mParticle accepts it, beside what the model asks for.

The expected batches are written by hand from the data model, event by event; the ids of batches are left out.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox.testing.fork_server import ForkServer

pytest.importorskip("duckdb")
pytest.importorskip("destination_mparticle", reason="pip install ./destination-mparticle")

from mparticle_sandbox import SandboxProcess

from examples.loyalty_sync import delivery
from examples.loyalty_sync.delivery import deliver
from examples.pos_loyalty.messages import CATALOG, messages
from examples.pos_loyalty.run import destination_config
from examples.pos_loyalty.warehouse import SAMPLE, new_warehouse
from examples.tests.pos_commerce_events import COMMERCE_EVENTS
from examples.tests.pos_custom_events import CUSTOM_EVENTS

pytestmark = pytest.mark.usefixtures("forked_destination")
CASES = COMMERCE_EVENTS | CUSTOM_EVENTS


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory, destination: ForkServer) -> Any:
    """What a sandbox of its own accepted of the whole sample: its batches, and how the run ended."""
    with (
        pytest.MonkeyPatch.context() as patch,
        SandboxProcess() as sandbox,
        new_warehouse(tmp_path_factory.mktemp("pos") / "pos.duckdb") as warehouse,
    ):
        patch.setattr(delivery, "DESTINATION", destination.command)
        outcome = deliver(destination_config(sandbox), CATALOG, list(messages(warehouse)))
        return {"delivery": outcome, "batches": sandbox.batches(), "report": sandbox.events_report()}


@pytest.mark.parametrize("event", CASES)
def test_an_accepted_batch_is_what_the_data_model_asks_for(accepted: Any, event: str) -> None:
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


def test_every_row_of_the_sample_arrives_and_nothing_else_does(accepted: Any) -> None:
    delivery = accepted["delivery"]
    assert delivery.exit_code == 0
    assert (delivery.count("recordCount"), delivery.count("rejectedRecordCount")) == (27, 0)
    assert accepted["report"]["events"] == 27
    assert (accepted["report"]["silently_dropped"], accepted["report"]["batches_refused"]) == ({}, {})


def test_the_profile_ends_with_what_happened_last_whatever_the_ids_and_the_views(deliver_rows: Any) -> None:
    joined = sample("evt-0006", event_id="z", occurred_at="2025-05-17T14:00:00+02:00", pointsBalance=0)
    settled = sample("evt-0001", event_id="m", occurred_at="2025-05-17T12:30:00+00:00", wallet=joined["wallet"])
    spent = sample("evt-0014", event_id="a", occurred_at="2025-05-17T13:00:00+00:00", wallet=joined["wallet"])
    _, batches = deliver_rows(spent, settled, joined)
    balances = [batch["user_attributes"]["points_balance"] for batch in batches if "user_attributes" in batch]
    assert balances == ["0", "123", "73"]


def test_a_list_too_long_for_mparticle_is_rejected_rather_than_cut(deliver_rows: Any) -> None:
    item = {"upc": "1", "description": "Coffee", "count": 1, "itemCost": 1000, "totalCost": 1000}
    row = sample("evt-0002")
    delivery, batches = deliver_rows(row | {"basket": row["basket"] | {"items": [item] * 120}})
    assert (delivery.count("recordCount"), delivery.count("rejectedRecordCount")) == (1, 1)
    assert [event["event_type"] for batch in batches for event in batch["events"]] == ["commerce_event"]


def test_only_coupons_count_as_redeemed_coupons(deliver_rows: Any) -> None:
    row = sample("evt-0001")
    row["operations"][0]["objectValue"]["account"]["type"] = "POINTS"
    _, (batch,) = deliver_rows(row)
    (event,) = batch["events"]
    assert event["data"]["custom_attributes"]["coupons_redeemed"] == "[]"


def test_a_row_without_operations_has_empty_lists(deliver_rows: Any) -> None:
    row = sample("evt-0001")
    del row["operations"]
    _, (batch,) = deliver_rows(row)
    assert batch["events"][0]["data"]["custom_attributes"]["coupons_redeemed"] == "[]"


def test_amounts_and_quantities_keep_their_decimals(deliver_rows: Any) -> None:
    row = sample("evt-0001")
    item = row["basket"]["items"][0] | {"count": 0.532, "itemCost": 19.99, "totalCost": 10.63}
    row["operations"][0]["objectValue"]["value"] = 7.5
    _, batches = deliver_rows(row | {"basket": row["basket"] | {"items": [item], "total": 19.99}})
    purchase, redeemed = (event["data"] for batch in batches for event in batch["events"])
    action = purchase["product_action"]
    (product,) = action["products"]
    amounts = (product["quantity"], product["price"], product["total_product_amount"], action["total_amount"])
    assert amounts == (0.532, 19.99, 10.63, 19.99)
    assert redeemed["custom_attributes"]["value"] == "7.5"
    assert '"value":7.5' in purchase["custom_attributes"]["coupons_redeemed"].replace(" ", "")


def test_a_row_that_comes_again_is_one_event_and_what_becomes_no_event_is_counted(tmp_path: Path) -> None:
    row = sample("evt-0016")
    unknown, nameless = sample("evt-0009", trigger="TIER.NEW"), sample("evt-0010")
    del nameless["event_id"]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(map(json.dumps, [row, unknown, row, nameless, nameless])))
    with new_warehouse(tmp_path / "pos.duckdb", file) as warehouse:
        assert [record["event_id"] for record in warehouse.records("loyalty_events")] == ["evt-0016-custom"]
        assert warehouse.left_out() == {"no event_id": 2, "sent again": 1, "unknown trigger TIER.NEW": 1}


def sample(event_id: Any, /, **changes: Any) -> Any:
    rows = map(json.loads, SAMPLE.read_text().splitlines())
    return next(row for row in rows if row["event_id"] == event_id) | changes


@pytest.fixture
def deliver_rows(sandbox: SandboxProcess, tmp_path: Path) -> Any:
    """Deliver rows of one's own: how the run ended, and the batches that were accepted."""

    def run(*rows: Any) -> Any:
        file = tmp_path / "rows.jsonl"
        file.write_text("\n".join(map(json.dumps, rows)))
        with new_warehouse(tmp_path / "pos.duckdb", file) as warehouse:
            return deliver(destination_config(sandbox), CATALOG, list(messages(warehouse))), sandbox.batches()

    return run
