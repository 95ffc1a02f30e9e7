import threading
from typing import Any

import pytest

from source_mparticle.api.auth import AccessToken, TokenKeeper
from source_mparticle.api.errors import ConfigurationError, Unavailable


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Mint:
    """Issues token-1, token-2, ... and counts."""

    def __init__(self, expires_in: float = 28800) -> None:
        self.issued = 0
        self.expires_in = expires_in

    def __call__(self) -> AccessToken:
        self.issued += 1
        return AccessToken(f"token-{self.issued}", self.expires_in)


def test_many_threads_that_need_a_token_at_once_share_one_request() -> None:
    mint = Mint()
    keeper = TokenKeeper(mint, Clock())
    together = threading.Barrier(16)
    seen = []

    def need_a_token() -> None:
        together.wait()
        seen.append(keeper.current())

    threads = [threading.Thread(target=need_a_token) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == ["token-1"] * 16
    assert mint.issued == 1


@pytest.mark.parametrize(
    ("expires_in", "still_good_after", "renewed_after"), [(28800, 28739, 28741), (100, 89, 91), (2, 1.7, 1.9)]
)
def test_a_token_is_renewed_a_margin_before_it_expires(
    expires_in: Any, still_good_after: Any, renewed_after: Any
) -> None:
    clock = Clock()
    keeper = TokenKeeper(Mint(expires_in), clock)
    assert keeper.current() == "token-1"
    clock.seconds = 1000 + still_good_after
    assert keeper.current() == "token-1"
    clock.seconds = 1000 + renewed_after
    assert keeper.current() == "token-2"


def test_the_time_that_a_token_took_to_arrive_is_part_of_its_life() -> None:
    clock, mint = Clock(), Mint(100)

    def slow() -> AccessToken:
        clock.seconds += 50
        return mint()

    keeper = TokenKeeper(slow, clock)
    keeper.current()
    clock.seconds += 39
    assert keeper.current() == "token-1"
    clock.seconds += 2
    assert keeper.current() == "token-2"


def test_a_rejected_token_is_replaced_once_for_all_threads_that_sent_it() -> None:
    mint = Mint()
    keeper = TokenKeeper(mint, Clock())
    keeper.current()
    assert keeper.replacement_of("token-1") == "token-2"
    assert keeper.replacement_of("token-1") == "token-2"
    assert mint.issued == 2


def test_an_endpoint_that_rejects_every_replacement_gets_no_more_of_them() -> None:
    mint = Mint()
    keeper = TokenKeeper(mint, Clock())
    token = keeper.current()
    for number in (2, 3, 4):
        token = str(keeper.replacement_of(token, "roles"))
        assert token == f"token-{number}"
    assert keeper.replacement_of(token, "roles") is None
    assert mint.issued == 4


def test_the_rejections_of_one_endpoint_do_not_make_those_of_another_final() -> None:
    keeper = TokenKeeper(Mint(), Clock())
    token: str | None = keeper.current()
    while token:
        latest, token = token, keeper.replacement_of(token, "roles")
    assert keeper.replacement_of(latest, "apps") == "token-5"
    keeper.accepted("token-5", "apps")
    assert keeper.replacement_of("token-5", "roles") is None
    assert keeper.replacement_of("token-5", "apps") == "token-6"


def test_where_every_endpoint_rejects_every_token_no_more_are_requested() -> None:
    mint = Mint()
    keeper = TokenKeeper(mint, Clock())
    for endpoint in map(str, range(20)):
        for _ in range(3):
            keeper.replacement_of(keeper.current(), endpoint)
    assert mint.issued == 1 + 9


def test_replacements_that_were_accepted_are_replaced_like_the_first_token() -> None:
    keeper = TokenKeeper(Mint(), Clock())
    for _ in range(20):
        keeper.accepted(str(keeper.replacement_of(keeper.current(), "apps")), "apps")
    assert keeper.current() == "token-21"


def test_refused_credentials_are_not_sent_again() -> None:
    asked = []

    def refuse() -> AccessToken:
        asked.append(1)
        raise ConfigurationError("wrong secret")

    keeper = TokenKeeper(refuse, Clock())
    for _ in range(3):
        with pytest.raises(ConfigurationError, match="wrong secret"):
            keeper.current()
    assert len(asked) == 1


def test_refused_credentials_do_not_collect_the_stacks_of_all_who_hear_of_them() -> None:
    def refuse() -> AccessToken:
        raise ConfigurationError("wrong secret")

    keeper = TokenKeeper(refuse, Clock())
    stacks = []
    for _ in range(4):
        with pytest.raises(ConfigurationError) as caught:
            keeper.current()
        stacks.append(len(caught.traceback))
    assert stacks[1] == stacks[2] == stacks[3] < stacks[0]


def test_a_token_endpoint_that_was_down_is_asked_again() -> None:
    responses: list[Exception | AccessToken] = [Unavailable("down"), AccessToken("token-1", 10)]

    def fetch() -> AccessToken:
        response = responses.pop(0)
        if isinstance(response, Exception):
            raise response
        return response

    keeper = TokenKeeper(fetch, Clock())
    with pytest.raises(Unavailable):
        keeper.current()
    assert keeper.current() == "token-1"
