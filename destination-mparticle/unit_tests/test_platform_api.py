import logging
import threading

import pytest
import requests

from destination_mparticle.config import parse_config
from destination_mparticle.http.retry import RetryPolicy
from destination_mparticle.objects.account import AccountOperation
from destination_mparticle.pipeline.batch import Row
from destination_mparticle.platform_api.change import AccountChange
from destination_mparticle.platform_api.client import PlatformClient
from destination_mparticle.platform_api.listing import Listing, read_listing
from destination_mparticle.platform_api.sender import AccountSender
from destination_mparticle.protocol.catalog import StreamKey

ACCOUNTS = "https://api.mparticle.com/v1/accounts"
TOKEN = "https://sso.auth.mparticle.com/oauth/token"
CONFIG = parse_config(
    {
        "api_key": "k",
        "api_secret": "s",
        "pod": "US1",
        "environment": "development",
        "platform": {"client_id": "an-id", "client_secret": "a-secret", "account_id": "1201"},
    }
)
QUICK = RetryPolicy(base_seconds=0.001, cap_seconds=0.002, total_seconds=0.05)
NONE = {"json": {"data": [], "dataType": "account", "errors": None}}
THERE = {"json": {"data": [{"id": 7, "name": "North"}], "dataType": "account", "errors": None}}


class Book:
    def __init__(self):
        self.done, self.refusals, self.retries = [], [], 0

    def changed(self, change):
        self.done.append(change.operation.kind)

    def refused(self, _change, words):
        self.refusals.append(words)

    def requested(self, _changes, *, retries, **_counts):
        self.retries += retries


@pytest.fixture
def book():
    return Book()


@pytest.fixture
def deliver(book, requests_mock):
    def _deliver(operation):
        client = PlatformClient(CONFIG, CONFIG.platform)
        sender = AccountSender(client, book, account_id="1201", stopped=threading.Event(), retry=QUICK)
        sender.deliver(AccountChange(StreamKey("", "s"), Row(b"", 1, 0), operation))
        client.close()

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
def test_every_success_counts_whatever_its_body(requests_mock, deliver, book, status, body):
    requests_mock.post(ACCOUNTS, status_code=status, text=body)
    requests_mock.delete(ACCOUNTS, status_code=status, text=body)
    requests_mock.put(f"{ACCOUNTS}/7", status_code=status, text=body)

    for operation in (CREATE, RENAME, DELETE):
        deliver(operation)

    assert book.done == ["append", "update", "soft_delete"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"data":{"id":1207,"name":"North"},"dataType":"account","errors":null}', True),
        ('{"data":[{"id":"1207","name":"North"}],"errors":null}', True),
        ('{"id":1207,"name":"North"}', True),
        ("", False),
        ('{"data":{"id":"North"}}', False),
        ('{"data":[{"id":1},{"id":2}]}', False),
        ("[]", False),
    ],
)
def test_the_id_of_a_created_account_is_logged_where_the_answer_tells_it_and_its_name_never(
    requests_mock, deliver, caplog, body, told
):
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
def test_a_success_with_errors_in_its_envelope_is_a_refusal(requests_mock, deliver, book, errors, message):
    requests_mock.put(f"{ACCOUNTS}/7", status_code=202, json={"data": [], "errors": errors})

    deliver(RENAME)

    assert (book.done, book.refusals) == ([], [message])


def test_the_token_is_asked_for_as_documented_and_sent_with_every_request(requests_mock, deliver):
    requests_mock.post(ACCOUNTS, status_code=201)

    deliver(CREATE)

    token, listing, creation = requests_mock.request_history
    assert token.json() == {
        "client_id": "an-id",
        "client_secret": "a-secret",
        "audience": "https://api.mparticle.com",
        "grant_type": "client_credentials",
    }
    assert [request.headers["Authorization"] for request in (listing, creation)] == ["Bearer t-1"] * 2
    assert creation.json() == {"name": "North"}


def test_a_401_renews_the_token_once(requests_mock, deliver, book):
    requests_mock.post(TOKEN, [{"json": {"access_token": "old"}}, {"json": {"access_token": "fresh"}}])
    requests_mock.put(f"{ACCOUNTS}/7", [{"status_code": 401}, {"status_code": 202}])

    deliver(RENAME)

    assert book.done == ["update"]
    assert requests_mock.request_history[-1].headers["Authorization"] == "Bearer fresh"


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_name_the_platform_credentials_and_stop(requests_mock, deliver, status):
    requests_mock.put(f"{ACCOUNTS}/7", status_code=status)

    with pytest.raises(Exception, match=f"`platform`\\) \\({status} to PUT /v1/accounts/7\\)") as error:
        deliver(RENAME)

    assert error.value.failure_type.value == "config_error"
    assert requests_mock.call_count == (4 if status == 401 else 2)


def test_a_token_that_is_refused_is_a_configuration_error_without_the_secret(requests_mock, deliver):
    requests_mock.post(TOKEN, status_code=401, json={"error_description": "a-secret is wrong"})

    with pytest.raises(Exception, match="`platform`") as error:
        deliver(RENAME)

    assert "a-secret" not in str(error.value)


def test_a_token_that_cannot_be_had_for_the_moment_is_asked_for_again(requests_mock, deliver, book):
    busy = [{"status_code": 429}, {"status_code": 503}, {"exc": requests.ReadTimeout}]
    requests_mock.post(TOKEN, [*busy, {"json": {"access_token": "t-1"}}])
    requests_mock.put(f"{ACCOUNTS}/7", status_code=202)

    deliver(RENAME)

    assert (book.done, book.retries) == (["update"], 3)


def test_an_account_that_appears_after_a_lost_answer_is_the_one_asked_for(requests_mock, deliver, book):
    requests_mock.post(ACCOUNTS, exc=requests.ReadTimeout)
    requests_mock.get(ACCOUNTS, [NONE, THERE])

    deliver(CREATE)

    assert book.done == ["append"]


def test_a_creation_that_came_through_late_is_found_when_the_next_one_is_refused(requests_mock, deliver, book):
    requests_mock.post(ACCOUNTS, [{"exc": requests.ReadTimeout}, {"status_code": 422}])
    requests_mock.get(ACCOUNTS, [NONE, NONE, THERE])

    deliver(CREATE)

    assert (book.done, book.refusals) == (["append"], [])


def test_nothing_is_created_again_while_the_list_cannot_be_read(requests_mock, deliver):
    requests_mock.post(ACCOUNTS, exc=requests.ReadTimeout)
    requests_mock.get(ACCOUNTS, [NONE, {"text": "{}"}])

    with pytest.raises(Exception, match="no list of accounts"):
        deliver(CREATE)

    assert sum(request.method == "POST" and request.url == ACCOUNTS for request in requests_mock.request_history) == 1


def test_a_creation_that_is_never_answered_ends_as_a_transient_error(requests_mock, deliver, book):
    requests_mock.post(ACCOUNTS, status_code=504)

    with pytest.raises(Exception, match="answered 504 to") as error:
        deliver(CREATE)

    assert error.value.failure_type.value == "transient_error"
    assert book.done == book.refusals == []


def test_the_last_try_of_a_creation_is_looked_into_as_well(requests_mock, deliver, book):
    requests_mock.post(ACCOUNTS, status_code=503, headers={"Retry-After": "3600"})
    requests_mock.get(ACCOUNTS, [NONE, THERE])

    deliver(CREATE)

    assert book.done == ["append"]


def test_a_404_to_a_deletion_is_only_believed_when_the_account_is_not_listed(requests_mock, deliver, book):
    requests_mock.delete(ACCOUNTS, status_code=404)
    requests_mock.get(ACCOUNTS, [THERE, NONE, {"status_code": 404}])

    deliver(DELETE)
    deliver(DELETE)
    with pytest.raises(Exception, match="404 to GET /v1/accounts"):
        deliver(DELETE)

    assert (book.refusals, book.done) == (["mParticle answered 404."], ["soft_delete"])


@pytest.mark.parametrize("text", [b'[{"id":"7","name":"North"}]', b'{"data":[{"id":7,"name":"North"}],"errors":null}'])
def test_a_list_of_accounts_is_read_bare_or_wrapped_with_either_kind_of_id(text):
    listing = read_listing(text)

    assert listing.has("7")
    assert listing.gained(Listing(frozenset()), " North")
    assert not listing.gained(listing, "North")
    assert not listing.gained(Listing(frozenset()), "South")


@pytest.mark.parametrize(
    "text", [b"", b"5", b"{}", b'{"data":null}', b'{"data":[{"name":"x"}]}', b'{"data":[],"errors":[{"message":"x"}]}']
)
def test_what_is_no_list_of_accounts_never_passes_for_an_empty_one(text):
    with pytest.raises(ValueError):  # noqa: PT011 - any sentence
        read_listing(text)


@pytest.mark.parametrize("status", [302, 404, 418])
def test_a_token_address_that_is_not_one_is_named(requests_mock, deliver, status):
    requests_mock.post(TOKEN, status_code=status)
    with pytest.raises(Exception, match=rf"The token's address answered {status}; check .*`token_url`"):
        deliver(CREATE)
