"""What the probe sees of an response."""

import json
from typing import Any

import pytest
from mparticle_sandbox.probe.client import NOT_JSON, Response
from mparticle_sandbox.probe.observation import Observation, form, observe

URL = "https://api.example/v1/apps"


def observation(content: Any, call: str = "apps", status: int = 200, **headers: str) -> Observation:
    return observe(call, URL, Response(status, headers, json.dumps(content).encode(), content))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-05-02T09:11:08", "no zone"),
        ("2024-05-02T09:11:08.25", "no zone"),
        ("2024-05-02T09:11:08.1234567", "no zone, more than 3 digits"),
        ("2024-05-02T09:11:08.250Z", "Z"),
        ("2024-05-02T09:11:08.1183306Z", "Z, more than 3 digits"),
        ("2024-05-02T09:11:08-04:00", "an offset"),
        ("2024-06-11 09:03:27", "no zone, a blank for the T"),
        ("0001-01-01T00:00:00", "no zone, the year 1"),
        ("1969-12-31T23:59:59Z", "Z, before 1970"),
        ("2024-05-02", "a date"),
        ("yesterday", "text"),
        ("5318", "text of digits"),
        ("\u0665", "text"),
        (5318, "integer"),
        (1.5, "decimal"),
        (True, "boolean"),
        (None, "null"),
        ([], "list"),
        ({}, "object"),
    ],
)
def test_the_form_of_a_value(value: Any, expected: str) -> None:
    assert form(value) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ([], "bare list"),
        ({"data": [], "errors": None}, "envelope"),
        ({"data": [], "errors": [{"code": "A"}]}, "envelope with errors"),
        ({"errors": [{"code": "A", "message": "b"}]}, "errors with code and message"),
        ({"errors": [{"message": "b"}]}, "errors with message"),
        ({"errors": ["b"]}, "errors with other keys"),
        ({"statusCode": 404, "errors": [{"message": "b"}]}, "statusCode and errors with message"),
        ({"error": "a", "error_description": "b"}, "error and error_description"),
        ({"error": "a"}, "error"),
        ({"message": "a"}, "message"),
        ({"roles": []}, "object"),
        (7, "a single value"),
        (None, "a single value"),
    ],
)
def test_the_body_of_a_response(content: Any, expected: str) -> None:
    assert observation(content).body == expected


@pytest.mark.parametrize(
    ("body", "expected"), [(b"", "empty"), (b" \n", "empty"), (b"<html>", "HTML"), (b"\xff", "text")]
)
def test_a_body_that_is_no_json(body: bytes, expected: str) -> None:
    assert observe("apps", URL, Response(503, {}, body, NOT_JSON)).body == expected


def test_fields_are_seen_where_they_are_and_others_only_counted() -> None:
    seen = observation([{"id": 1, "platforms": [{"os": "iOS"}, {"os": None}], "mine": 1, "theirs": 2}])
    assert seen.forms == {
        "id": {"integer"},
        "platforms": {"list"},
        "platforms.os": {"text", "null"},
    }
    assert (seen.count, seen.unknown_keys) == ("one", "several")


def test_the_attributes_of_a_user_are_not_looked_into() -> None:
    seen = observation({"mpid": 1, "user_attributes": {"name": "Ann", "mine": 1}})
    assert set(seen.forms) == {"mpid", "user_attributes"}
    assert seen.unknown_keys == "none"


@pytest.mark.parametrize(
    ("values", "count"), [(["active"], "none"), (["active", "x"], "one"), (["x", "y", "x"], "several")]
)
def test_undocumented_values_of_an_enumeration_are_counted(values: list[str], count: str) -> None:
    assert observation([{"status": value} for value in values], "audiences").undocumented_values == {"status": count}


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/login", "to the same host"),
        ("https://api.example/login", "to the same host"),
        ("https://elsewhere.example/", "to another host"),
        ("https://[", "to no address"),
    ],
)
def test_where_a_redirect_leads(target: str, expected: str) -> None:
    assert observation(None, status=307, location=target).redirect == expected


def test_a_response_that_is_no_redirect_leads_nowhere() -> None:
    assert observation(None, status=201, location="https://elsewhere.example/").redirect == ""
