"""Columns: those that no record had, and those that a rejection is about."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from destination_mparticle.config import parse_config
from destination_mparticle.mapping.columns import ColumnWatch
from destination_mparticle.mapping.compile import compile_plans
from destination_mparticle.mapping.plan import Plan
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.protocol.catalog import parse_catalog
from destination_mparticle.validation.reasons import Reason, Rejection
from destination_mparticle.validation.rules import check

S = StreamKey("", "s")


def plan(object_name: str, *pairs: tuple[str, str], **stream: Any) -> Plan[Any]:
    entry: dict[str, Any] = {"stream": "s", "object": object_name, "unmapped": "attributes"}
    entry["fields"] = [{"field": name, "value": text} for name, text in pairs]
    access: dict[str, Any] = {
        "api_key": "an-api-key",
        "api_secret": "an-api-secret",
        "pod": "US1",
        "environment": "development",
    }
    access["platform"] = {"client_id": "a-client-id", "client_secret": "a-client-secret", "account_id": "1"}
    catalog = {"streams": [{"stream": {"name": "s"}, "destination_sync_mode": "append", **stream}]}
    return compile_plans(parse_config({**access, "streams": [entry]}), parse_catalog(catalog)).plans[S]


def watched(records: Sequence[Mapping[str, Any]], *pairs: tuple[str, str]) -> list[str]:
    watch = ColumnWatch({S: plan("user", *pairs).assignments})
    for record in records:
        watch.see(S, record)
    return [finding.text for finding in watch.findings()]


def test_a_column_that_no_record_had_is_reported_with_the_count_and_the_field() -> None:
    records = [{"ID": 1, "tier": None}] * 1000
    assert watched(records, ("customer_id", "{id}"), ("user_attributes.tier", "{teir}")) == [
        "0 of 1,000 records of stream s had the column `teir`, which `user_attributes.tier` is mapped from."
    ]


def test_a_column_that_one_record_had_is_none_even_if_it_was_null() -> None:
    records: list[dict[str, Any]] = [{"id": 1}, {"id": 2, "Tier": None}, {"id": 3}]
    assert watched(records, ("customer_id", "{id}"), ("user_attributes.tier", "{tier}")) == []


def test_a_step_into_a_column_is_seen_once_it_leads_to_a_value() -> None:
    pairs = [("customer_id", "{id}"), ("user_attributes.city", "{address.city}"), ("user_attributes.x", "{odd.name}")]
    records: list[dict[str, Any]] = [{"id": 1, "address": None, "odd.name": 1}, {"id": 2, "address": {"zip": 9000}}]

    (said,) = watched(records, *pairs)
    assert "`address.city`" in said
    assert watched([*records, {"id": 3, "address": {"City": "Ghent"}}], *pairs) == []


def test_a_stream_without_records_says_nothing_about_its_columns() -> None:
    assert watched([], ("customer_id", "{id}")) == []


def rejected(mapping: Plan[Any], data: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(Rejection) as caught:
        check({"environment": "development", **mapping.map(data)})
    mapping.name_columns(caught.value)
    return caught.value.field, caught.value.column


@pytest.mark.parametrize(
    ("pair", "data", "field", "column"),
    [
        (("timestamp", "{happened_at}"), {"happened_at": "soon"}, "timestamp", "happened_at"),
        (("timestamp", "{Day}T{Time}"), {"day": "x", "time": "y"}, "timestamp", "Day, Time"),
        (("products", "{order.Lines}"), {"order": {"lines": [{"price": "x"}]}}, "products.price", "order.Lines"),
        (("ip", "{address}"), {"address": "here", "action": "click"}, "ip", "address"),
        (("consent.gdpr.ads", "{ads}"), {"ads": True, "action": "click"}, "consent.gdpr.ads.timestamp", "ads"),
        (("action", "{what}"), {"what": None}, "action", "what"),
    ],
)
def test_a_rejection_names_the_field_and_the_column(
    pair: tuple[str, str], data: dict[str, Any], field: str, column: str
) -> None:
    rest = [] if pair[0] == "action" else [("action", "click")]
    assert rejected(plan("commerce_event", ("email", "{mail}"), pair, *rest), {"mail": "e", **data}) == (field, column)


def test_a_missing_identity_names_every_identity_that_was_mapped_and_its_column() -> None:
    mapping = plan("user", ("customer_id", "{idd}"), ("email", "{mail}"), ("user_attributes.x", "{x}"))
    assert rejected(mapping, {"id": 5, "mail": None}) == ("customer_id, email", "idd, mail")


def test_an_unmapped_column_that_cannot_be_an_attribute_is_named() -> None:
    mapping = plan("user", ("customer_id", "{id}"))
    assert rejected(mapping, {"id": 5, "Basket": ["x" * 5000, {}]}) == ("user_attributes", "Basket")


def test_with_data_activation_the_column_is_the_one_that_is_named_after_the_field() -> None:
    mapping = plan("user", destination_object_name="custom_event")
    assert rejected(mapping, {"Email": "e", "event_name": "x", "Timestamp": "soon"}) == ("timestamp", "Timestamp")


def test_an_account_without_a_name_names_its_column() -> None:
    mapping = plan("account", ("name", "{title}"))
    with pytest.raises(Rejection) as caught:
        mapping.map({"title": " "})
    mapping.name_columns(caught.value)
    assert (caught.value.reason, caught.value.field, caught.value.column) == (Reason.MISSING_FIELD, "name", "title")
