"""The loyalty example's way back: what mParticle exports becomes the loyalty platform's queue."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

pytest.importorskip("duckdb")
pytest.importorskip("destination_mparticle", reason="pip install ./destination-mparticle")
pytest.importorskip("source_mparticle_exports", reason="pip install ./source-mparticle-exports")

from examples.loyalty_sync.connection import sandbox_config
from examples.loyalty_sync.inbound import app
from examples.loyalty_sync.inbound.job import Inbound
from examples.loyalty_sync.messages import messages
from examples.loyalty_sync.report import show_inbound
from examples.loyalty_sync.steps import exporting_sandbox, go_back
from examples.loyalty_sync.warehouse import Warehouse, new_warehouse
from examples.tests.loyalty_delivery import TODAY, delivered_here

OWN_EVENTS = 8
APP_EVENTS = 7
EVERY_FIRST = [
    ("club", "M-1001", "visit", {"channel": "app"}),
    ("club", "M-1001", "checkout", {"channel": "app", "total": 42.5, "transaction_id": "A-501"}),
    ("club", "M-1003", "coupon_redeem", {"coupon_code": "APP-5X1"}),
    ("club-test", "M-1002", "checkout", {"channel": "app", "total": 1000.0, "transaction_id": "TEST-1"}),
]


@dataclass
class WayBack:
    """A platform's warehouse, a mParticle that exports, and the way from there back to the warehouse."""

    sandbox: SandboxProcess
    warehouse: Warehouse
    inbound: Inbound

    def send(self, *events: dict[str, Any], environment: str = "production", **identities: str) -> None:
        """Have the app send events of one user in one batch, and mParticle export it."""
        batch = {"environment": environment, "user_identities": identities, "events": events}
        app.send(self.sandbox.events_url, [json.dumps(batch)])
        self.sandbox.flush_exports()

    def outcomes(self) -> dict[tuple[Any, ...], Any]:
        return {row[:-1]: row[-1] for row in self.inbound.report()}


@pytest.fixture(scope="module")
def new_way_back(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WayBack]:
    """Before the queue is worked off for the first time."""
    folder = tmp_path_factory.mktemp("loyalty")
    with new_warehouse(folder / "loyalty.duckdb", TODAY) as warehouse, exporting_sandbox(folder / "exports") as sandbox:
        delivered_here(sandbox_config(sandbox), messages(warehouse.members(), warehouse.events()))
        yield WayBack(sandbox, warehouse, go_back(sandbox, warehouse, folder / "exports"))


@pytest.fixture
def way_back(new_way_back: WayBack) -> Iterator[WayBack]:
    """What a test does to the tables is undone. What it has read counts as read: one test alone reads more."""
    new_way_back.warehouse.connection.begin()
    yield new_way_back
    new_way_back.warehouse.connection.rollback()


def custom_event(name: str, at: str = "12:00", **attributes: Any) -> dict[str, Any]:
    data = {"event_name": name, "custom_event_type": "other", "custom_attributes": attributes}
    return {"event_type": "custom_event", "data": data | {"source_message_id": f"{name} {at}"}}


def registered(way_back: WayBack) -> list[tuple[Any, ...]]:
    return [(*row[1:-1], json.loads(row[-1])) for row in way_back.inbound.registered()]


def test_the_platform_takes_what_has_an_association_and_a_member_in_the_order_of_the_queue(way_back: WayBack) -> None:
    way_back.inbound.work_off()

    assert registered(way_back) == EVERY_FIRST
    assert [number for number, *_ in way_back.inbound.registered()] == [1, 2, 3, 4]


def test_every_event_has_one_outcome_and_the_report_counts_it(way_back: WayBack) -> None:
    way_back.inbound.work_off()

    outcomes = way_back.outcomes()
    assert sum(outcomes.values()) == OWN_EVENTS + APP_EVENTS
    own = {key: count for key, count in outcomes.items() if key[0] == "own event"}
    assert sum(own.values()) == OWN_EVENTS
    assert {key: count for key, count in outcomes.items() if key not in own} == {
        ("no association", "production", "commerce_event add_to_cart"): 1,
        ("no identity", "production", "session_start"): 1,
        ("no member", "production", "commerce_event purchase"): 1,
        ("registered", "development", "commerce_event purchase"): 1,
        ("registered", "production", "commerce_event purchase"): 1,
        ("registered", "production", "custom_event Loyalty Coupon Redeemed"): 1,
        ("registered", "production", "session_start"): 1,
    }


def test_the_screen_shows_the_queue_in_order_what_was_missing_and_every_outcome(
    way_back: WayBack, capsys: pytest.CaptureFixture[str]
) -> None:
    way_back.inbound.work_off()

    show_inbound(way_back.inbound)

    shown = capsys.readouterr().out
    assert '\n    3. club: coupon_redeem of M-1003 {"coupon_code":"APP-5X1"}\n    4. club-test: checkout' in shown
    assert "coupon_redeem without shop" in shown
    assert "no association   production    commerce_event add_to_cart" in shown


def test_the_platforms_own_event_is_left_out_though_the_same_name_of_another_system_has_an_association(
    way_back: WayBack,
) -> None:
    named = {key: count for key, count in way_back.outcomes().items() if key[2].endswith("Coupon Redeemed")}

    assert named == {
        ("own event", "development", "custom_event Loyalty Coupon Redeemed"): 1,
        ("waiting", "production", "custom_event Loyalty Coupon Redeemed"): 1,
    }


def test_each_event_is_exported_twice_and_taken_once(way_back: WayBack) -> None:
    assert way_back.inbound.records == 2 * (OWN_EVENTS + APP_EVENTS)
    assert way_back.inbound.events() == OWN_EVENTS + APP_EVENTS

    way_back.inbound.work_off()
    way_back.inbound.work_off()

    assert len(way_back.inbound.registered()) == len(EVERY_FIRST)
    assert way_back.inbound.waiting() == 0


def test_an_environment_without_settings_sends_nothing_to_the_platform(way_back: WayBack) -> None:
    way_back.warehouse.connection.execute("DELETE FROM inbound_settings WHERE environment = 'development'")

    way_back.inbound.work_off()

    assert {environment for environment, *_ in registered(way_back)} == {"club"}
    assert way_back.outcomes()["no settings", "development", "commerce_event purchase"] == 1


def test_an_identity_that_several_members_share_is_nobodys(way_back: WayBack) -> None:
    way_back.warehouse.connection.execute("UPDATE members SET email = 'tom@example.com' WHERE member_id = 'M-1004'")

    assert way_back.outcomes()["several members", "development", "commerce_event purchase"] == 1


def test_several_lines_that_ask_for_the_same_make_one_loyalty_event_and_another_makes_another(
    way_back: WayBack,
) -> None:
    way_back.warehouse.connection.execute(
        "INSERT INTO inbound_associations VALUES ('visit', 'session_start', NULL), ('return', 'session_start', NULL), "
        "('coupon_redeem', 'custom_event', NULL)"
    )

    way_back.inbound.work_off()

    taken = [(event, data) for _, _, event, data in registered(way_back)]
    assert taken == [("return", {}), *((event, data) for _, _, event, data in EVERY_FIRST)]


def test_a_field_takes_the_custom_attribute_else_the_column_else_it_is_left_out_and_counted(way_back: WayBack) -> None:
    way_back.warehouse.connection.execute(
        "INSERT INTO inbound_fields VALUES ('coupon_redeem', 'name', '{event_name}'), ('coupon_redeem', 'note', '{}s')"
    )

    way_back.inbound.work_off()

    assert registered(way_back)[2][-1] == {
        "coupon_code": "APP-5X1",
        "name": "Loyalty Coupon Redeemed",
        "note": "{}s",
    }
    assert way_back.inbound.missing_fields() == [("coupon_redeem", "shop", 1)]


def test_the_next_run_reads_and_queues_only_what_was_exported_since(way_back: WayBack) -> None:
    way_back.inbound.work_off()
    way_back.send(custom_event("Loyalty Coupon Redeemed", shop="S-3", event_name="Spring"), customer_id="M-1004")
    way_back.warehouse.connection.execute("INSERT INTO inbound_fields VALUES ('coupon_redeem', 'name', '{event_name}')")

    assert way_back.inbound.read_again() == 2
    assert way_back.inbound.waiting() == 1
    way_back.inbound.work_off()

    assert registered(way_back) == [
        *EVERY_FIRST,
        ("club", "M-1004", "coupon_redeem", {"name": "Spring", "shop": "S-3"}),
    ]
