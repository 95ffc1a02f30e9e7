import json
import time
from typing import Any

import pytest
import requests
from mparticle_sandbox import SandboxProcess

from tests.helpers.sender import Sender, batch, custom_event

HOUR_MS = 3_600_000


def padded(size: int, **fields: Any) -> dict[str, Any]:
    """Return a batch whose JSON has exactly `size` bytes."""
    content = batch(user_attributes={"note": ""}, **fields)
    content["user_attributes"]["note"] = "x" * (size - len(json.dumps(content)))
    return content


def test_a_batch_is_accepted_with_an_empty_202_that_tells_the_rate(sender: Sender, sandbox: SandboxProcess) -> None:
    response = sender.one(batch())
    assert (response.status_code, response.content) == (202, b"")
    assert 0 <= int(response.headers["X-mp-rate-limit-percentage-used"]) <= 100
    assert sandbox.batches() == [batch()]


def test_a_batch_without_events_is_accepted(sender: Sender, sandbox: SandboxProcess) -> None:
    assert sender.one({}).status_code == 202
    assert sandbox.batches() == [{}]


def test_without_an_authorization_header_the_response_is_401(sandbox: SandboxProcess) -> None:
    assert requests.post(f"{sandbox.events_url}/events", json=batch(), timeout=5).status_code == 401


@pytest.mark.parametrize(("key", "secret"), [("wrong", None), (None, "wrong")])
def test_a_wrong_pair_is_forbidden(sandbox: SandboxProcess, key: str | None, secret: str | None) -> None:
    with Sender(sandbox, key, secret) as unauthorized:
        assert unauthorized.one(batch()).status_code == 403


@pytest.mark.parametrize("header", ["Bearer abc", "Basic ???", "Basic", "Basic c2FuZGJveC1rZXk="])
def test_a_header_that_is_no_pair_is_forbidden(sandbox: SandboxProcess, header: str) -> None:
    response = requests.post(f"{sandbox.events_url}/events", headers={"Authorization": header}, json={}, timeout=5)
    assert response.status_code == 403


def test_only_post_is_supported(sandbox: SandboxProcess) -> None:
    for path in ("/events", "/bulkevents", "/bulkevents/historical"):
        assert requests.get(f"{sandbox.events_url}{path}", timeout=5).status_code == 405


def test_a_missing_event_type_is_a_bad_request_in_the_documented_form(sender: Sender) -> None:
    response = sender.one(batch(events=[{"data": {}}]))
    assert response.status_code == 400
    assert response.json() == {
        "errors": [{"code": "BAD_REQUEST", "message": 'Required event field "event_type" is missing or empty.'}]
    }


@pytest.mark.parametrize("path", ["/events", "/bulkevents", "/bulkevents/historical"])
@pytest.mark.parametrize("body", [b"", b"{", b'[{"a": 1},]', b"\xff", b"null", b"7", b"[" * 100_000, b"{} {}"])
def test_a_body_that_is_no_batch_is_a_bad_request(sender: Sender, path: str, body: bytes) -> None:
    response = sender.raw(path, body)
    assert response.status_code == 400
    assert response.json()["errors"][0]["code"] == "BAD_REQUEST"


def test_a_list_for_one_batch_and_a_batch_for_a_list_are_bad_requests(sender: Sender) -> None:
    assert sender.one([batch()]).status_code == 400
    assert sender.bulk(batch()).status_code == 400


def test_a_hundred_batches_pass_and_one_more_does_not(sender: Sender, sandbox: SandboxProcess) -> None:
    assert sender.bulk([batch()] * 100).status_code == 202
    assert sender.bulk([batch()] * 101).status_code == 400
    assert sandbox.events_report()["batches_accepted"] == 100


def test_the_largest_batch_passes_and_one_byte_more_does_not(sender: Sender, sandbox: SandboxProcess) -> None:
    assert sender.one(padded(128_000)).status_code == 202
    assert sender.one(padded(128_001)).status_code == 413
    assert sender.bulk([batch(), padded(128_000)]).status_code == 202
    assert sender.bulk([batch(), padded(128_001)]).status_code == 413
    assert sandbox.events_report()["batches_accepted"] == 3


def test_a_request_must_stay_below_its_limit(sender: Sender, sandbox: SandboxProcess) -> None:
    # Brackets, comma and blank around two batches are four bytes.
    assert sender.bulk([padded(127_900), padded(128_095 - 4 + 4)]).status_code == 413
    assert sender.bulk([padded(127_999), padded(127_995)]).status_code == 202
    assert sender.bulk([padded(127_999), padded(127_997)]).status_code == 413
    assert sandbox.events_report()["refused"] == {"413": 2}


def test_documented_a_bad_batch_of_a_bulk_vanishes_and_the_sandbox_tells(
    sender: Sender, sandbox: SandboxProcess
) -> None:
    sandbox.settings(answers="documented")
    good = batch(user_identities={"customer_id": "c-2"})
    response = sender.bulk([batch(events=[{"data": {}}]), good, 7])
    assert (response.status_code, response.content) == (202, b"")
    assert sandbox.batches() == [good]
    assert sandbox.events_report()["silently_dropped"] == {"event_type_missing": 1, "batch_not_an_object": 1}
    assert sandbox.events_report()["batches_refused"] == {}


def test_a_historical_batch_is_kept_if_all_its_events_are_old_enough(sender: Sender, sandbox: SandboxProcess) -> None:
    now_ms = int(time.time() * 1000)
    old = custom_event(timestamp_unixtime_ms=now_ms - 73 * HOUR_MS)
    recent = custom_event(timestamp_unixtime_ms=now_ms - 71 * HOUR_MS)
    kept = batch(events=[old])
    response = sender.historical(
        [kept, batch(events=[old, recent]), batch(events=[old, custom_event()]), batch(events=[])]
    )
    assert response.status_code == 202
    assert sandbox.batches() == [kept]
    assert sandbox.events_report()["silently_dropped"] == {
        "historical_too_recent": 1,
        "historical_without_timestamp": 1,
        "historical_without_events": 1,
    }


def test_a_batch_that_was_sent_before_is_accepted_and_not_stored(sender: Sender, sandbox: SandboxProcess) -> None:
    assert sender.one(batch(source_request_id="r-1")).status_code == 202
    assert sender.bulk([batch(source_request_id="r-1"), batch(source_request_id="r-2")] * 2).status_code == 202
    assert [content["source_request_id"] for content in sandbox.batches()] == ["r-1", "r-2"]
    assert sandbox.events_report()["duplicates"] == 3


def test_batches_without_a_request_id_are_never_duplicates(sender: Sender, sandbox: SandboxProcess) -> None:
    sender.bulk([batch(), batch(), batch(source_request_id=None), batch(source_request_id="")])
    assert sandbox.events_report()["batches_accepted"] == 4


def test_a_bad_batch_does_not_use_up_its_request_id(sender: Sender, sandbox: SandboxProcess) -> None:
    sender.bulk([batch(source_request_id="r-1", events=[{}]), batch(source_request_id="r-1")])
    assert sandbox.events_report()["batches_accepted"] == 1


def test_each_key_has_its_own_memory_and_forgets_the_oldest(small_sandbox: SandboxProcess) -> None:
    with Sender(small_sandbox) as first, Sender(small_sandbox, "b", "y") as second:
        for request_id in ("1", "2", "1", "3"):
            first.one(batch(source_request_id=request_id))
        assert [content["source_request_id"] for content in small_sandbox.batches()] == ["1", "2", "3"]
        first.one(batch(source_request_id="1"))
        second.one(batch(source_request_id="1"))
        report = small_sandbox.events_report()
        assert (report["batches_accepted"], report["duplicates"]) == (5, 1)


def test_integers_of_64_bits_come_back_as_they_were_sent(sender: Sender, sandbox: SandboxProcess) -> None:
    sent = batch(mpid=-(2**63), events=[custom_event(session_id=2**63 - 1)])
    sender.one(sent)
    sender.bulk([sent])
    assert sandbox.batches() == [sent, sent]
    assert sandbox.user(f"mpid:{-(2**63)}") == [sent, sent]


def test_a_user_is_followed_through_both_endpoints_in_order(sender: Sender, sandbox: SandboxProcess) -> None:
    for number in range(3):
        sender.bulk([batch(user_attributes={"n": number}), batch(user_identities={"email": f"{number}@x.example"})])
    sender.one(batch(user_identities={"customerid": "c-1"}, user_attributes={"n": 3}))
    assert [content["user_attributes"]["n"] for content in sandbox.user("customer_id:c-1")] == [0, 1, 2, 3]
    assert len(sandbox.user("email:1@x.example")) == 1


def test_a_user_key_may_hold_any_character(sender: Sender, sandbox: SandboxProcess) -> None:
    key = "a/b c?d%é\ud800"
    sender.one(batch(user_identities={"customer_id": key}))
    users = requests.get(f"{sandbox.url}/_sandbox/events/users", timeout=5).json()["users"]
    assert users == [{"key": f"customer_id:{key}", "batches": 1}]
    sender.one(batch(user_identities={"customer_id": "a/b c?d%é"}))
    assert len(sandbox.user("customer_id:a/b c?d%é")) == 1


def test_an_unknown_user_is_an_error(sandbox: SandboxProcess) -> None:
    with pytest.raises(ValueError, match="No batch of this user"):
        sandbox.user("customer_id:nobody")


def test_old_batches_are_forgotten_and_the_counts_stay_exact(small_sandbox: SandboxProcess) -> None:
    sandbox = small_sandbox
    with Sender(sandbox) as sender:
        for number in range(5):
            sender.one(batch(user_identities={"customer_id": str(number)}))
        assert [content["user_identities"]["customer_id"] for content in sandbox.batches()] == ["2", "3", "4"]
        page = requests.get(f"{sandbox.url}/_sandbox/events/batches?limit=1&offset=1", timeout=5).json()
        assert (page["total"], page["forgotten"]) == (5, 2)
        (entry,) = page["batches"]
        assert entry.keys() == {"user", "endpoint", "at_ms", "batch"}
        assert (entry["user"], entry["endpoint"]) == ("customer_id:3", "/v2/events")
        assert sandbox.events_report()["batches_accepted"] == 5
        with pytest.raises(ValueError, match="No batch of this user"):
            sandbox.user("customer_id:0")


def test_a_page_asks_for_whole_numbers(sandbox: SandboxProcess) -> None:
    response = requests.get(f"{sandbox.url}/_sandbox/events/batches?limit=ten", timeout=5)
    assert (response.status_code, response.json()) == (
        422,
        {"error": "limit must be a whole number of at most 18 digits."},
    )


def test_the_report_counts_by_endpoint_environment_and_refusal(sender: Sender, sandbox: SandboxProcess) -> None:
    sender.one(batch(events=[custom_event(), custom_event()]))
    sender.bulk([batch(environment="production"), batch(environment="production")])
    sender.bulk({})
    assert sandbox.events_report() == {
        "requests": 3,
        "batches_accepted": 3,
        "events": 4,
        "duplicates": 0,
        "silently_dropped": {},
        "batches_refused": {},
        "refused": {"400": 1},
        "rate_limited": {},
        "requests_by_endpoint": {"/v2/events": 1, "/v2/bulkevents": 2},
        "batches_by_endpoint": {"/v2/events": 1, "/v2/bulkevents": 2},
        "batches_by_environment": {"development": 1, "production": 2},
    }


def test_an_accepted_batch_whose_response_is_lost_is_a_duplicate_when_sent_again(
    sender: Sender, sandbox: SandboxProcess
) -> None:
    sandbox.add_fault(path="/v2/*", accept_then_reset=True, times=1)
    with pytest.raises(requests.ConnectionError):
        sender.bulk([batch(source_request_id="r-1")])
    assert sender.bulk([batch(source_request_id="r-1")]).status_code == 202
    report = sandbox.events_report()
    assert (report["batches_accepted"], report["duplicates"]) == (1, 1)


def test_a_fault_comes_before_the_events_api(sender: Sender, sandbox: SandboxProcess) -> None:
    sandbox.add_fault(path="/v2/bulkevents", status=503, times=1)
    assert [sender.bulk([batch()]).status_code for _ in range(2)] == [503, 202]
    assert sandbox.events_report()["requests"] == 1


def test_reset_forgets_batches_counts_and_request_ids(sender: Sender, sandbox: SandboxProcess) -> None:
    sender.one(batch(source_request_id="r-1"))
    sandbox.reset()
    assert sandbox.batches() == []
    sender.one(batch(source_request_id="r-1"))
    assert sandbox.events_report()["batches_accepted"] == 1


def test_a_rate_over_the_limit_is_refused_with_the_limit_named(sender: Sender, sandbox: SandboxProcess) -> None:
    sandbox.settings(rate=5, acceleration=0)
    responses = [sender.one(batch()) for _ in range(7)]
    assert [response.status_code for response in responses] == [202] * 5 + [429] * 2
    assert [response.headers["X-mp-rate-limit-percentage-used"] for response in responses[:5]] == [
        "20",
        "40",
        "60",
        "80",
        "100",
    ]
    assert {response.headers["X-mp-rate-limit-exceeded"] for response in responses[5:]} == {"app"}
    assert [response.headers.get("Retry-After") for response in responses[5:]] == ["1", None]
    time.sleep(1.05)
    assert sender.one(batch()).status_code == 202
    report = sandbox.events_report()
    assert (report["rate_limited"], report["refused"]) == ({"app": 2}, {"429": 2})
