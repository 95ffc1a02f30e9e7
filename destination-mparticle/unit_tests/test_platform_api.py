"""Changes to accounts through the Platform API."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
import requests
from requests_mock import Mocker

from destination_mparticle.config import Platform, parse_config
from destination_mparticle.errors import FailureType, SyncError
from destination_mparticle.http.retry import PLATFORM_ACCEPTED
from destination_mparticle.http.settings import DEFAULT_SETTINGS
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.objects.account import AccountOperation
from destination_mparticle.pipeline.record import TrackedRecord
from destination_mparticle.platform_api.account_change import AccountChange
from destination_mparticle.platform_api.client import open_client
from destination_mparticle.platform_api.errors import credentials_error
from destination_mparticle.platform_api.sender import AccountSender
from destination_mparticle.sending.retrying_client import RetryContext, RetryingClient
from unit_tests.sending_helpers import ResultNotes, run_context

Deliver = Callable[..., None]

ACCOUNTS = "https://api.mparticle.com/v1/accounts"
TOKEN = "https://sso.auth.mparticle.com/oauth/token"
CONFIG = parse_config(
    {
        "api_key": "an-api-key",
        "api_secret": "an-api-secret",
        "pod": "US1",
        "environment": "development",
        "platform": {"client_id": "a-client-id", "client_secret": "a-secret", "account_id": "1201"},
    }
)
PLATFORM = Platform("a-client-id", "a-secret", "1201")
NONE: dict[str, Any] = {"json": {"data": [], "dataType": "account", "errors": None}}
THERE: dict[str, Any] = {"json": {"data": [{"id": 7, "name": "North"}], "dataType": "account", "errors": None}}


class AccountNotes(ResultNotes):
    """What became of changes."""

    @property
    def done(self) -> list[str]:
        """The kinds of the accepted changes."""
        return [change.operation.kind for change in self.accepted_shipments]

    @property
    def errors(self) -> list[str]:
        """What mParticle said about the refused changes."""
        return [text for _, text in self.refusals]

    @property
    def retries(self) -> float:
        """The retries of all requests."""
        return sum(request["retries"] for request in self.requests)


@pytest.fixture
def results() -> AccountNotes:
    return AccountNotes()


@pytest.fixture
def deliver(results: AccountNotes, requests_mock: Mocker) -> Deliver:
    def _deliver(*operations: AccountOperation, stop_at_refusal: bool = False) -> None:
        context = RetryContext(
            run_context(results),
            credentials_error=credentials_error,
            accepted=PLATFORM_ACCEPTED,
        )
        client = RetryingClient(open_client(CONFIG, PLATFORM, DEFAULT_SETTINGS), context)
        sender = AccountSender(client, results, account_id="1201", stop_at_refusal=stop_at_refusal)
        for operation in operations:
            sender.deliver(AccountChange(StreamKey("", "s"), TrackedRecord(b"", 1, 0), operation))
        sender.close()

    requests_mock.post(TOKEN, json={"access_token": "t-1", "expires_in": 28800, "token_type": "Bearer"})
    requests_mock.get(ACCOUNTS, **NONE)
    return _deliver


CREATE = AccountOperation("append", name="North")
RENAME = AccountOperation("update", "7", "South")
DELETE = AccountOperation("soft_delete", "7")


@pytest.mark.parametrize("status", [200, 201, 202, 204])
@pytest.mark.parametrize(
    "body", ["", '{"message":"Created"}', '{"data":[{"id":7}],"dataType":"account","errors":null}']
)
def test_every_success_counts_whatever_its_body(
    requests_mock: Mocker, deliver: Deliver, results: AccountNotes, status: int, body: str
) -> None:
    requests_mock.post(ACCOUNTS, status_code=status, text=body)
    requests_mock.delete(ACCOUNTS, status_code=status, text=body)
    requests_mock.put(f"{ACCOUNTS}/7", status_code=status, text=body)

    deliver(CREATE, RENAME, DELETE)

    assert results.done == ["append", "update", "soft_delete"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"data":{"id":1207,"name":"North"},"dataType":"account","errors":null}', True),
        ('{"data":[{"id":"1207","name":"North"}],"errors":null}', True),
        ('{"id":1207,"name":"North"}', True),
        ("", False),
        ('{"data":{"id":"North"}}', False),
        (f'{{"data":{{"id":"{"9" * 6_000}"}}}}', False),
        (f'{{"data":{{"id":{"9" * 6_000}}}}}', False),
        ('{"id":"²"}', False),
        ('{"data":[{"id":1},{"id":2}]}', False),
        ("[]", False),
    ],
)
def test_the_id_of_a_created_account_is_logged_where_the_response_tells_it_and_its_name_never(
    requests_mock: Mocker, deliver: Deliver, caplog: pytest.LogCaptureFixture, body: str, told: bool
) -> None:
    requests_mock.post(ACCOUNTS, status_code=201, text=body)
    caplog.set_level(logging.INFO, "airbyte")

    deliver(CREATE)

    assert [record.getMessage() for record in caplog.records] == (
        ["Stream s: created the account with id 1207."] if told else []
    )


@pytest.mark.parametrize(
    ("errors", "message"),
    [([{"message": "Not today."}], "Not today."), (["E1"], "E1"), ([{"code": 1}], "mParticle answered 202.")],
)
def test_a_success_with_errors_in_its_envelope_is_a_refusal(
    requests_mock: Mocker, deliver: Deliver, results: AccountNotes, errors: Any, message: str
) -> None:
    requests_mock.put(f"{ACCOUNTS}/7", status_code=202, json={"data": [], "errors": errors})

    deliver(RENAME)

    assert (results.done, results.errors) == ([], [message])


def test_the_token_is_asked_for_as_documented_and_sent_with_every_request(
    requests_mock: Mocker, deliver: Deliver
) -> None:
    requests_mock.post(ACCOUNTS, status_code=201)

    deliver(CREATE)

    token, listing, creation = requests_mock.request_history
    assert token.json() == {
        "client_id": "a-client-id",
        "client_secret": "a-secret",
        "audience": "https://api.mparticle.com",
        "grant_type": "client_credentials",
    }
    assert [request.headers["Authorization"] for request in (listing, creation)] == ["Bearer t-1"] * 2
    assert creation.json() == {"name": "North"}


def test_a_401_renews_the_token_once(requests_mock: Mocker, deliver: Deliver, results: AccountNotes) -> None:
    requests_mock.post(TOKEN, [{"json": {"access_token": "old"}}, {"json": {"access_token": "fresh"}}])
    requests_mock.put(f"{ACCOUNTS}/7", [{"status_code": 401}, {"status_code": 202}])

    deliver(RENAME)

    assert results.done == ["update"]
    assert requests_mock.request_history[-1].headers["Authorization"] == "Bearer fresh"


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_name_the_platform_credentials_and_stop(
    requests_mock: Mocker, deliver: Deliver, status: int
) -> None:
    requests_mock.put(f"{ACCOUNTS}/7", status_code=status)

    with pytest.raises(SyncError, match=f"`platform`\\) \\({status} to PUT /v1/accounts/7\\)") as error:
        deliver(RENAME)

    assert error.value.failure_type is FailureType.CONFIG
    assert requests_mock.call_count == (4 if status == 401 else 2)


def test_a_token_that_is_refused_is_a_configuration_error_without_the_secret(
    requests_mock: Mocker, deliver: Deliver
) -> None:
    requests_mock.post(TOKEN, status_code=401, json={"error_description": "a-secret is wrong"})

    with pytest.raises(SyncError, match="`platform`") as error:
        deliver(RENAME)

    assert "a-secret" not in str(error.value)


def test_a_token_that_cannot_be_had_for_the_moment_is_asked_for_again(
    requests_mock: Mocker, deliver: Deliver, results: AccountNotes
) -> None:
    busy: list[dict[str, Any]] = [{"status_code": 429}, {"status_code": 503}, {"exc": requests.ReadTimeout}]
    requests_mock.post(TOKEN, [*busy, {"json": {"access_token": "t-1"}}])
    requests_mock.put(f"{ACCOUNTS}/7", status_code=202)

    deliver(RENAME)

    assert (results.done, results.retries) == (["update"], 3)


def test_an_account_that_appears_after_a_lost_response_is_the_one_asked_for(
    requests_mock: Mocker, deliver: Deliver, results: AccountNotes
) -> None:
    requests_mock.post(ACCOUNTS, exc=requests.ReadTimeout)
    requests_mock.get(ACCOUNTS, [NONE, THERE])

    deliver(CREATE)

    assert results.done == ["append"]


def test_a_creation_that_came_through_late_is_found_when_the_next_one_is_refused(
    requests_mock: Mocker, deliver: Deliver, results: AccountNotes
) -> None:
    requests_mock.post(ACCOUNTS, [{"exc": requests.ReadTimeout}, {"status_code": 422}])
    requests_mock.get(ACCOUNTS, [NONE, NONE, THERE])

    deliver(CREATE)

    assert (results.done, results.errors) == (["append"], [])


def test_nothing_is_created_again_while_the_list_cannot_be_read(requests_mock: Mocker, deliver: Deliver) -> None:
    requests_mock.post(ACCOUNTS, exc=requests.ReadTimeout)
    requests_mock.get(ACCOUNTS, [NONE, {"text": "{}"}])

    with pytest.raises(SyncError, match="not a list of accounts"):
        deliver(CREATE)

    assert sum(request.method == "POST" and request.url == ACCOUNTS for request in requests_mock.request_history) == 1


def test_a_creation_that_is_never_answered_ends_as_a_transient_error(
    requests_mock: Mocker, deliver: Deliver, results: AccountNotes
) -> None:
    requests_mock.post(ACCOUNTS, status_code=504)

    with pytest.raises(SyncError, match="answered 504 to") as error:
        deliver(CREATE)

    assert error.value.failure_type is FailureType.TRANSIENT
    assert results.done == results.errors == []


def test_the_last_attempt_of_a_creation_is_checked_as_well(
    requests_mock: Mocker, deliver: Deliver, results: AccountNotes
) -> None:
    requests_mock.post(ACCOUNTS, status_code=503, headers={"Retry-After": "3600"})
    requests_mock.get(ACCOUNTS, [NONE, THERE])

    deliver(CREATE)

    assert results.done == ["append"]


def test_a_404_to_a_deletion_only_counts_when_the_account_is_not_listed(
    requests_mock: Mocker, deliver: Deliver, results: AccountNotes
) -> None:
    requests_mock.delete(ACCOUNTS, status_code=404)
    requests_mock.get(ACCOUNTS, [THERE, NONE, {"status_code": 404}])

    deliver(DELETE)
    deliver(DELETE)
    with pytest.raises(SyncError, match="404 to GET /v1/accounts"):
        deliver(DELETE)

    assert (results.errors, results.done) == (["mParticle answered 404."], ["soft_delete"])


@pytest.mark.parametrize("status", [302, 404, 418])
def test_a_wrong_token_url_is_named(requests_mock: Mocker, deliver: Deliver, status: int) -> None:
    requests_mock.post(TOKEN, status_code=status)
    with pytest.raises(SyncError, match=rf"The token endpoint answered {status}; check .*`token_url`"):
        deliver(CREATE)


def test_nothing_follows_a_refused_change_where_a_reject_ends_the_sync(
    requests_mock: Mocker, deliver: Deliver, results: AccountNotes
) -> None:
    requests_mock.put(f"{ACCOUNTS}/7", status_code=422)
    requests_mock.delete(ACCOUNTS, status_code=202)

    deliver(RENAME, DELETE, stop_at_refusal=True)

    assert (results.errors, results.done, results.held_back_records) == (["mParticle answered 422."], [], 1)
