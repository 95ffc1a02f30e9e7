import threading
from concurrent.futures import ThreadPoolExecutor

import requests

from source_mparticle.api.bearer import BearerAuth
from source_mparticle.api.token import Grant, TokenKeeper

URL = "https://api.test.example/v1/accounts"


class Mint:
    def __init__(self) -> None:
        self.issued = 0

    def __call__(self) -> Grant:
        self.issued += 1
        return Grant(f"token-{self.issued}", 28800)


def auth_with(mint: Mint) -> BearerAuth:
    return BearerAuth(TokenKeeper(mint, lambda: 0.0))


def tokens_sent(mocker) -> list[str]:
    return [request.headers["Authorization"] for request in mocker.request_history]


def test_a_request_carries_the_token(requests_mock):
    requests_mock.get(URL)
    requests.get(URL, auth=auth_with(Mint()), timeout=1)
    assert tokens_sent(requests_mock) == ["Bearer token-1"]


def test_a_401_is_answered_with_a_new_token_once(requests_mock):
    requests_mock.get(URL, [{"status_code": 401}, {"text": "fine"}])
    response = requests.get(URL, auth=auth_with(Mint()), timeout=1)
    assert response.text == "fine"
    assert tokens_sent(requests_mock) == ["Bearer token-1", "Bearer token-2"]


def test_a_401_that_stays_is_returned_and_ends_all_replacing(requests_mock):
    requests_mock.get(URL, status_code=401)
    mint = Mint()
    auth = auth_with(mint)
    assert requests.get(URL, auth=auth, timeout=1).status_code == 401
    assert requests.get(URL, auth=auth, timeout=1).status_code == 401
    assert mint.issued == 2
    assert len(tokens_sent(requests_mock)) == 3


def test_signing_a_request_again_for_a_retry_does_not_double_the_replacing(requests_mock):
    requests_mock.get(URL, [{"status_code": 500}, {"status_code": 401}, {"text": "fine"}])
    auth = auth_with(Mint())
    session = requests.Session()
    session.auth = auth
    request = session.prepare_request(requests.Request("GET", URL))
    assert session.send(request).status_code == 500
    auth(request)
    assert session.send(request).text == "fine"
    assert len(tokens_sent(requests_mock)) == 3


def test_requests_that_are_rejected_at_the_same_time_share_one_replacement_and_its_verdict(requests_mock):
    requests_mock.get(URL, status_code=401)
    mint = Mint()
    auth = auth_with(mint)
    together = threading.Barrier(8)

    def ask() -> None:
        together.wait()
        assert requests.get(URL, auth=auth, timeout=1).status_code == 401

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: ask(), range(8)))
    assert mint.issued == 2
