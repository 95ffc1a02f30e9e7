"""The Events API responds as clients saw the live service respond."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import requests
from mparticle_sandbox import SandboxProcess

from tests.helpers.sender import Sender, batch, custom_event

NO_EVENT_TYPE = batch(events=[{"data": {}}])
OBJECT_IN_AN_ATTRIBUTE = batch(events=[custom_event(), custom_event(custom_attributes={"currency": {"code": "EUR"}})])
NO_GUID = batch(device_info={"ios_advertising_id": "not-a-guid"})
Layout = Callable[[Any], str]

LAYOUTS: list[Layout] = [
    json.dumps,
    lambda content: json.dumps(content, separators=(",", ":")),
    lambda content: json.dumps(content, indent=3, ensure_ascii=False),
    lambda content: f" \n\t{json.dumps(content, indent=1, separators=(' , ', ' : '), ensure_ascii=False)}\r\n ",
]


def messages(response: requests.Response) -> list[str]:
    errors = response.json()["errors"]
    assert all(error.keys() == {"code", "message"} and error["code"] == "BAD_REQUEST" for error in errors)
    return [error["message"] for error in errors]


def position(message: str) -> int:
    found = re.search(r"line 1, position (\d+)\.$", message)
    assert found is not None
    return int(found[1])


def test_a_bulk_with_some_refused_batches_is_a_202_with_an_error_for_each(
    sender: Sender, sandbox: SandboxProcess
) -> None:
    good = [batch(user_identities={"customer_id": f"c-{number}"}) for number in range(2)]
    response = sender.bulk([good[0], NO_EVENT_TYPE, NO_GUID, good[1]])
    assert response.status_code == 202
    assert messages(response)[0] == 'Required event field "event_type" is missing or empty.'
    assert messages(response)[1].startswith("Error converting value &quot;not-a-guid&quot; to type 'System.Guid'.")
    assert sandbox.batches() == good
    report = sandbox.events_report()
    assert report["batches_refused"] == {"event_type_missing": 1, "device_info_invalid": 1}
    assert (report["silently_dropped"], report["refused"], report["batches_accepted"]) == ({}, {}, 2)


def test_a_batch_that_holds_the_refused_value_is_refused_wherever_it_stands(
    sender: Sender, sandbox: SandboxProcess
) -> None:
    sandbox.settings(refused_value="sour")
    batches = [
        batch(user_attributes={"list": ["sweet", "sour"]}),
        batch(),
        batch(events=[custom_event(), custom_event(custom_attributes={"taste": "sour"})]),
    ]
    in_the_batch, in_an_event = messages(sender.bulk(batches))
    assert in_the_batch.startswith("Error converting value &quot;sour&quot; to type 'System.Int32'.")
    assert "Path '[0].user_attributes.list[1]'" in in_the_batch
    assert "Path 'data.custom_attributes.taste'" in in_an_event
    assert sandbox.events_report()["batches_refused"] == {"refused_value": 2}


@pytest.mark.parametrize("content", [[NO_GUID], [NO_GUID, NO_EVENT_TYPE]])
@pytest.mark.parametrize("path", ["/bulkevents", "/bulkevents/historical"])
def test_a_bulk_of_which_nothing_is_taken_is_a_400(
    sender: Sender, sandbox: SandboxProcess, path: str, content: Any
) -> None:
    response = sender.raw(path, json.dumps(content).encode())
    assert (response.status_code, len(messages(response))) == (400, len(content))
    report = sandbox.events_report()
    assert (report["refused"], sum(report["batches_refused"].values())) == ({"400": 1}, len(content))


def test_a_bulk_of_good_batches_is_an_empty_202_that_tells_the_rate(sender: Sender) -> None:
    response = sender.bulk([batch(), {}, batch(schema_version=2), batch(user_identities={"customerid": "c-1"})])
    assert (response.status_code, response.content) == (202, b"")
    assert "X-mp-rate-limit-percentage-used" in response.headers
    assert "X-mp-rate-limit-percentage-used" in sender.bulk([batch(), NO_GUID]).headers


def test_an_empty_bulk_is_accepted(sender: Sender) -> None:
    assert (sender.bulk([]).status_code, sender.bulk([]).content) == (202, b"")


@pytest.mark.parametrize("path", ["/events", "/bulkevents", "/bulkevents/historical"])
def test_the_service_says_nothing_about_a_missing_or_wrong_pair(sandbox: SandboxProcess, path: str) -> None:
    nobody = requests.post(f"{sandbox.events_url}{path}", json=batch(), timeout=5)
    assert (nobody.status_code, nobody.content) == (401, b"")
    with Sender(sandbox, "wrong") as unauthorized:
        refused = unauthorized.raw(path, b"{}")
    assert (refused.status_code, refused.content) == (403, b"")
    assert sandbox.events_report()["refused"] == {"401": 1, "403": 1}


def test_documented_a_wrong_pair_is_named(sandbox: SandboxProcess) -> None:
    sandbox.settings(answers="documented")
    with Sender(sandbox, "wrong") as unauthorized:
        assert unauthorized.one({}).json()["errors"][0]["code"] == "FORBIDDEN"


def test_an_error_of_a_batch_has_its_index_in_the_path(sender: Sender) -> None:
    text = json.dumps([batch(), NO_GUID])
    (message,) = messages(sender.raw("/bulkevents", text.encode()))
    end = text.index('"not-a-guid"') + len('"not-a-guid"')
    assert message == (
        "Error converting value &quot;not-a-guid&quot; to type 'System.Guid'."
        f" Path '[1].device_info.ios_advertising_id', line 1, position {end}."
    )


def test_an_error_of_an_event_has_a_path_that_starts_at_the_event(sender: Sender) -> None:
    text = json.dumps([batch(), OBJECT_IN_AN_ATTRIBUTE])
    bracket = text.index('{"code"') + 1
    (message,) = messages(sender.raw("/bulkevents", text.encode()))
    assert message == (
        "Error reading string. Unexpected token: StartObject."
        f" Path 'data.custom_attributes.currency', line 1, position {bracket}."
    )


def test_a_batch_on_its_own_has_no_index(sender: Sender) -> None:
    (message,) = messages(sender.one(NO_GUID))
    assert "Path 'device_info.ios_advertising_id', line 1" in message


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("bad", [NO_GUID, OBJECT_IN_AN_ATTRIBUTE, 7, batch(ümläut={"a": [1]}), batch(events=["x"])])
def test_a_position_lies_in_its_batch_whatever_the_layout(sender: Sender, layout: Layout, bad: Any) -> None:
    sent = [batch(user_attributes={"name": 'Zoë {[\\"'}), bad, batch(), bad]
    text = layout(sent)
    spans = spans_of(text)
    response = sender.raw("/bulkevents", text.encode())
    assert response.status_code == 202
    named = [
        next(number for number, (start, end) in enumerate(spans) if start <= position(message) - 1 < end)
        for message in messages(response)
    ]
    assert named == [1, 3]


def spans_of(text: str) -> list[tuple[int, int]]:
    spans = []
    decoder = json.JSONDecoder()
    at = text.index("[") + 1
    while (found := re.compile(r"[\s,]*(?=[^\s,\]])").match(text, at)) is not None:
        _, end = decoder.raw_decode(text, found.end())
        spans.append((found.end(), end))
        at = end
    return spans


def test_the_position_is_that_of_the_value_and_of_the_last_of_several(sender: Sender) -> None:
    text = '[{}, {"mpid" : 1 , "ip" : "203.0.113.9", "mpid" : "x" , "mp_deviceid" : null}]'
    (message,) = messages(sender.raw("/bulkevents", text.encode()))
    assert text[: position(message)].endswith('"mpid" : "x"')


def test_an_odd_name_is_quoted_in_the_path_and_the_message_is_escaped_for_html(sender: Sender) -> None:
    (message,) = messages(sender.bulk([batch(user_attributes={"a <b>.'c'": {}})]))
    assert "Path '[0].user_attributes['a &lt;b&gt;.\\'c\\'']', line 1" in message
    (message,) = messages(sender.bulk([batch(environment="<&>")]))
    assert message.startswith("Error converting value &quot;&lt;&amp;&gt;&quot; to type 'Environment'.")


def test_what_the_reader_does_not_find_has_neither_path_nor_position(sender: Sender) -> None:
    response = sender.bulk([NO_EVENT_TYPE, batch(events=[custom_event()] * 101)])
    assert all("Path" not in message and "position" not in message for message in messages(response))


@pytest.mark.parametrize(
    ("error_paths", "path", "has_position"),
    [
        ("path_and_position", "Path '[1].device_info.ios_advertising_id'", True),
        ("position", "Path 'device_info.ios_advertising_id'", True),
        ("none", None, False),
    ],
)
def test_errors_tell_less_about_their_batch_if_so_set(
    sender: Sender, sandbox: SandboxProcess, error_paths: str, path: str | None, has_position: bool
) -> None:
    sandbox.settings(error_paths=error_paths)
    messages_of_both = messages(sender.bulk([OBJECT_IN_AN_ATTRIBUTE, NO_GUID, batch()]))
    assert all(("position" in message) == has_position for message in messages_of_both)
    assert all(("Path" in message) == has_position for message in messages_of_both)
    if path is not None:
        assert path in messages_of_both[1]


def test_historical_a_batch_that_breaks_its_rules_vanishes_and_a_bad_one_is_told(
    sender: Sender, sandbox: SandboxProcess
) -> None:
    response = sender.historical([batch(), NO_GUID, batch(events=[])])
    assert (response.status_code, len(messages(response))) == (202, 1)
    report = sandbox.events_report()
    assert report["silently_dropped"] == {"historical_without_timestamp": 1, "historical_without_events": 1}
    assert report["batches_refused"] == {"device_info_invalid": 1}


def test_a_refused_batch_does_not_use_up_its_request_id(sender: Sender, sandbox: SandboxProcess) -> None:
    sender.bulk([batch(source_request_id="r-1", ip="nowhere"), batch(source_request_id="r-1")])
    report = sandbox.events_report()
    assert (report["batches_accepted"], report["duplicates"]) == (1, 0)


def test_without_deduplication_a_batch_that_comes_twice_is_stored_twice(
    sender: Sender, sandbox: SandboxProcess
) -> None:
    sandbox.settings(deduplicate=False)
    sender.bulk([batch(source_request_id="r-1")] * 2)
    assert len(sandbox.batches()) == 2
    assert sandbox.events_report()["duplicates"] == 0


def test_the_answers_can_be_chosen_at_the_start() -> None:
    with SandboxProcess(answers="documented", error_paths="none", deduplicate=False) as sandbox:
        settings = sandbox.settings()
    assert [settings[name] for name in ("answers", "error_paths", "deduplicate")] == ["documented", "none", False]
