"""Rows of a warehouse go into mParticle by the destination, and come back as its exports by the source: none is lost,
none is doubled, none is changed but as mParticle itself changes it.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import requests
from moto.server import ThreadedMotoServer
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import NO_RATE_LIMIT

from integration_tests.circle import CUSTOMERS, Row, deduplicated, read, send, warehouse

# What mParticle does to files: it compresses them, sorts them by day, delivers lines again and late, with several
# batches in a file, several files a day, and numbers as text.
EXPORTS: Any = {
    **NO_RATE_LIMIT,
    "export_dates": "event",
    "export_gzip": "true",
    "export_changes": "true",
    "export_every": 11,
    "export_redelivered": 0.4,
    "export_late": 0.2,
    "export_text_numbers": 0.3,
}
COUNT = 40


@pytest.fixture(params=["folder", "bucket"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Row]]:
    """Where the sandbox writes exports to, and the storage from which the source reads them."""
    if request.param == "folder":
        folder = tmp_path / "exports"
        yield str(folder), {"storage_type": "Local", "path": str(folder)}
        return
    with pytest.MonkeyPatch.context() as patch:
        yield from _bucket(patch)


def _bucket(patch: pytest.MonkeyPatch) -> Iterator[tuple[str, Row]]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    # For the sandbox. The source has all of it in its configuration.
    for name, value in {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        patch.setenv(name, value)
    # All servers of a process share their buckets.
    requests.post(f"{endpoint}/moto-api/reset", timeout=10)
    requests.put(f"{endpoint}/circle", timeout=10).raise_for_status()
    keys = {"access_key_id": "key", "secret_access_key": "secret", "s3_endpoint": endpoint}
    yield "s3://circle/of/rows", {"storage_type": "S3", "s3_bucket_name": "circle", "bucket_path": "of/rows", **keys}
    server.stop()


def text(value: Any) -> str:
    """As mParticle stores attributes."""
    return value if isinstance(value, str) else json.dumps(value)


def moment(value: str) -> datetime:
    return datetime.fromisoformat(value.replace("Z", "+00:00")).astimezone(timezone.utc)


def sent_event(row: Row) -> Row:
    return {
        "source_message_id": row["id"],
        "customer_id": row["customer"],
        "email": row["mail"],
        "environment": "development",
        "timestamp": moment(row["at"]),
    }


def sent_click(row: Row) -> Row:
    attributes = {name: text(value) for name, value in row["details"].items()}
    facts = {"event_name": row["name"], "custom_event_type": row["kind"], "custom_attributes": attributes}
    return {"event_type": "custom_event", **sent_event(row), **facts}


def sent_order(row: Row) -> Row:
    facts = {"transaction_id": row["number"], "total_amount": row["total"], "currency_code": row["currency"]}
    return {"event_type": "commerce_event", "product_action_type": "purchase", **sent_event(row), **facts}


def sent_items(row: Row) -> Iterator[Row]:
    shared = {"transaction_id": row["number"], "currency_code": row["currency"], "total_amount": row["total"]}
    for item in row["items"]:
        product = {"product_id": item["id"], "product_name": item["name"], "category": item["category"]}
        amounts = {"price": item["price"], "quantity": item["quantity"], "tax_amount": row["tax"]}
        about = {"product_list": "product_action", "action": "purchase"}
        yield {**sent_event(row), **shared, **product, **amounts, **about}


def came(row: Row, *like: Row) -> Row:
    """The columns of a row that the warehouse knows something of."""
    known = {name for each in like for name in each}
    return {name: moment(row[name]) if name == "timestamp" else row[name] for name in row if name in known}


def in_order(rows: Any) -> list[Row]:
    return sorted(rows, key=lambda row: (row["source_message_id"], row.get("product_id", "")))


def assert_events_came(rows: dict[str, list[Row]], sent: dict[str, list[Row]]) -> None:
    events = [row for row in deduplicated("events", rows["events"]) if not row["event_type"].startswith("user_")]
    expected = [*map(sent_click, sent["clicks"]), *map(sent_order, sent["orders"])]
    by_type = {each["event_type"]: each for each in expected}
    assert in_order(came(row, by_type[row["event_type"]]) for row in events) == in_order(expected)

    items = [item for order in sent["orders"] for item in sent_items(order)]
    products = deduplicated("commerce_event_products", rows["commerce_event_products"])
    assert in_order(came(row, items[0]) for row in products) == in_order(items)
    cents = sum(round(row["price"] * row["quantity"] * 100) for row in products)
    assert cents == sum(round(order["total"] * 100) for order in sent["orders"])


def assert_members_came(rows: dict[str, list[Row]], sent: dict[str, list[Row]]) -> None:
    batches = deduplicated("event_batches", rows["event_batches"])
    users = {row["customer_id"]: row for row in batches if "tier" in row.get("user_attributes", {})}
    found = {customer: (row["email"], row["mobile_number"], row["user_attributes"]) for customer, row in users.items()}
    assert found == {
        row["customer"]: (row["mail"], row["phone"], {"tier": row["tier"], "points": str(row["points"])})
        for row in sent["members"]
    }


def changed_attributes(rows: dict[str, list[Row]]) -> list[tuple[Any, ...]]:
    names = ("customer_id", "user_attribute_name", "old_value", "new_value")
    changes = deduplicated("user_attribute_changes", rows["user_attribute_changes"])
    return sorted((tuple(row.get(name) for name in names) for row in changes), key=str)


def files(rows: dict[str, list[Row]]) -> set[str]:
    return {row["_ab_source_file_url"] for each in rows.values() for row in each}


def test_what_the_warehouse_sends_comes_back_and_the_next_sync_brings_only_what_is_new(
    places: tuple[str, Row], tmp_path: Path
) -> None:
    destination, storage = places
    first, second = warehouse(0, COUNT), warehouse(COUNT, COUNT)
    with SandboxProcess(export_to=destination, **EXPORTS) as sandbox:
        send(sandbox, first, tmp_path)
        sandbox.flush_exports()
        assert sandbox.exports()["lines"]["redelivered"] > 5
        assert sandbox.exports()["lines"]["late"] > 5
        rows, state, log = read(storage, tmp_path)

        assert len(rows["events"]) > len(deduplicated("events", rows["events"]))
        assert_events_came(rows, first)
        assert_members_came(rows, first)
        assert changed_attributes(rows) == sorted(
            ((row["customer"], name, None, str(row[name])) for row in first["members"] for name in ("tier", "points")),
            key=str,
        )
        assert len(files(rows)) > 5
        assert any("Ignored: 1 verification." in line for line in log)

        send(sandbox, second, tmp_path)
        paths = set(sandbox.flush_exports())
        paths |= set(sandbox.exports()["files"]) - files(rows)
        more, _, _ = read(storage, tmp_path, state)

    # Late files have the folder of an earlier day; no file that was read before is read again.
    assert files(more) == {path for path in paths if "Verification" not in path}
    assert_events_came(more, second)
    assert_members_came(more, second)
    old = {row["customer"]: row for row in first["members"]}
    assert changed_attributes(more) == sorted(
        (
            (row["customer"], name, str(old[row["customer"]][name]), str(row[name]))
            for row in second["members"]
            for name in ("tier", "points")
            if row[name] != old[row["customer"]][name]
        ),
        key=str,
    )
    both = {name: rows[name] + more[name] for name in rows}
    assert_events_came(both, {table: first[table] + second[table] for table in first})
    assert {row["mpid"] for row in both["events"]} == {row["mpid"] for row in more["event_batches"]}
    assert len({row["mpid"] for row in both["events"]}) == CUSTOMERS


def test_events_that_are_exported_one_by_one_come_back_too(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    sent = warehouse(0, COUNT)
    with SandboxProcess(export_to=exports, export_single_events="true", **EXPORTS) as sandbox:
        send(sandbox, sent, tmp_path)
        sandbox.flush_exports()
        rows, _, _ = read({"storage_type": "Local", "path": str(exports)}, tmp_path)
    assert_events_came(rows, sent)
    assert_members_came(rows, sent)


def test_changes_of_audiences_come_back(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    storage = {"storage_type": "Local", "path": str(exports)}
    at_ms = 1_760_000_000_123
    enters = {"is_add": True, "identities": {"customer_id": "c-1", "email": "a@example.com"}, "changed_at_ms": at_ms}
    leaves = {"is_add": False, "identities": {"mpid": "-7346244611012968789"}, "changed_at_ms": at_ms + 1}
    with SandboxProcess(export_to=exports, **EXPORTS) as sandbox:
        sandbox.export_audience_changes(9140, [enters, leaves])
        rows, state, _ = read(storage, tmp_path)
        sandbox.export_audience_changes(9140, [enters, {**enters, "is_add": False, "changed_at_ms": at_ms + 2}])
        more, _, _ = read(storage, tmp_path, state)
    added, removed = rows["audience_membership_changes"]
    assert (added["action"], added["customer_id"], added["email"]) == ("add", "c-1", "a@example.com")
    assert moment(added["membership_changed_timestamp"]).timestamp() == at_ms / 1000
    assert (removed["action"], removed["mpid"]) == ("remove", "-7346244611012968789")
    assert added["audience_id"] == removed["audience_id"] == "9140"
    changes = "audience_membership_changes"
    assert [row["action"] for row in more[changes]] == ["add", "remove"]
    # The first of the second file was known.
    assert len(deduplicated(changes, rows[changes] + more[changes])) == 3
