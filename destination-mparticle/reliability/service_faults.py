"""The ways in which mParticle goes wrong, as fault rules of the sandbox and as outages of the proxy."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

Rule = dict[str, Any]

# Beyond the timeout of a response in these runs (`syncs.quick`), which is short.
_TOO_LONG_MS = 700
_ERRORS = {"errors": [{"code": "SERVICE_UNAVAILABLE", "message": "The service is not available. " * 6}]}
_EVENTS = "/v2/*"
_ACCOUNTS = "/v1/accounts*"
_TOKENS = "/oauth/token"


@dataclass(frozen=True)
class Outage:
    """What the proxy does when a request begins, `after` that many others: see `Proxy`."""

    kind: str
    after: int
    refuses_for_ms: int = 0


@dataclass(frozen=True)
class Faults:
    """The faults of one sync: rules with the names of their kinds, and outages in the order in which they come."""

    rules: tuple[tuple[str, Rule], ...] = ()
    outages: tuple[Outage, ...] = ()

    def without_refusals(self) -> "Faults":
        """Return all but the refusals of whole requests."""
        return Faults(tuple(rule for rule in self.rules if rule[0] not in _REFUSING), self.outages)

    def __add__(self, other: "Faults") -> "Faults":
        """Return both, those of the first before the others."""
        return Faults(self.rules + other.rules, self.outages + other.outages)


_PASSING: dict[str, Callable[[Random], Rule]] = {
    "429 with Retry-After": lambda _: {
        "status": 429,
        "headers": {"Retry-After": "0", "X-mp-rate-limit-exceeded": '"acceleration"'},
    },
    "429": lambda _: {"status": 429},
    "500": lambda _: {"status": 500, "body": _ERRORS},
    "503": lambda _: {"status": 503, "body": "<html>Service Unavailable</html>"},
    "reset after the body": lambda _: {"reset": True},
    "accept, then reset": lambda _: {"accept_then_reset": True},
    "slow drip": lambda rng: {"status": 503, "body": _ERRORS, "drip_ms": rng.choice((1, 5))},
    "slow drip of its own": lambda _: {"drip_ms": 3},
    "truncated": lambda rng: {"status": rng.choice((202, 429, 500)), "body": _ERRORS, "truncate": True},
    "truncated of its own": lambda _: {"truncate": True},
    "timeout": lambda _: {"latency_ms": _TOO_LONG_MS},
    "timeout, then reset": lambda _: {"latency_ms": _TOO_LONG_MS, "reset": True},
}
# Each of these ends the sync.
_ENDING: dict[str, Rule] = {
    "lasting 503": {"status": 503},
    "lasting reset": {"reset": True},
    "lasting accept, then reset": {"accept_then_reset": True},
    "403": {"status": 403, "times": 1},
    "202 of a proxy": {"status": 202, "headers": {"Content-Type": "text/html"}, "body": "<h1>Sign in</h1>", "times": 1},
}
# What refuses a request once and not the next time may reject good rows. Where that ends the sync, a replay mends it.
_REFUSING: dict[str, Rule] = {
    "400": {"status": 400, "body": {"errors": [{"code": "BAD_REQUEST", "message": "Not now."}]}},
    "413": {"status": 413},
}
# Cut off before it says whether all was taken.
_CUT_OFF: Rule = {"status": 202, "body": _ERRORS, "truncate": True}
_BLAME = "Could not convert string to integer: of no use. Path '[{0}].mpid', line 1, position 9."
_BY_PROXY = ("refused connections", "reset before the body")
_OF_ACCOUNTS: dict[str, Rule] = {
    "accounts: 503": {"path": _ACCOUNTS, "status": 503},
    "accounts: 429": {"path": _ACCOUNTS, "status": 429, "headers": {"Retry-After": "0"}},
    "accounts: reset": {"path": _ACCOUNTS, "reset": True},
    "accounts: accept, then reset": {"path": _ACCOUNTS, "accept_then_reset": True},
    "accounts: truncated": {"path": _ACCOUNTS, "truncate": True},
    "accounts: timeout": {"path": _ACCOUNTS, "latency_ms": _TOO_LONG_MS},
    "accounts: expired token": {"path": _ACCOUNTS, "status": 401},
    "accounts: token 503": {"path": _TOKENS, "status": 503},
    "accounts: token reset": {"path": _TOKENS, "reset": True},
}


def passing_faults(rng: Random, count: int, *, with_accounts: bool, may_refuse: bool, requests: int) -> Faults:
    """Draw so many faults that end by themselves, somewhere in the first `requests` requests.

    With `may_refuse`, some of them are refusals of whole requests.
    """
    rules: list[tuple[str, Rule]] = []
    outages: list[Outage] = []
    for _ in range(count):
        kind = rng.choice([*_PASSING, *_BY_PROXY, *(_REFUSING if may_refuse else ())])
        after = rng.randrange(requests)
        if kind in _BY_PROXY:
            outages.append(Outage(kind, after, rng.randrange(5, 150) if kind == _BY_PROXY[0] else 0))
        else:
            effect = _REFUSING[kind] if kind in _REFUSING else _PASSING[kind](rng)
            rules.append((kind, {"path": _EVENTS, "after": after, "times": rng.randint(1, 3), **effect}))
    of_accounts = rng.sample(list(_OF_ACCOUNTS), rng.randint(1, 4)) if with_accounts else ()
    # Once each: a token is replaced once for a request, and the next 401 is believed.
    rules += [(kind, {"after": rng.randrange(12), "times": 1, **_OF_ACCOUNTS[kind]}) for kind in of_accounts]
    # The first rule that fires decides, and counts for itself: the order is part of the draw.
    rng.shuffle(rules)
    return Faults(tuple(rules), tuple(sorted(outages, key=lambda outage: outage.after)))


def likely_faults(rng: Random, *, blames: bool) -> Faults:
    """Draw what a careless reader of a 202 falls for, within the first requests of most runs.

    Responses that took nothing: one is cut off; where `blames`, another has a single error, which names a good batch.
    """
    rules: list[tuple[str, Rule]] = []
    if rng.random() < 0.6:
        rules.append(("202 that is cut off", {"path": _EVENTS, "after": rng.randrange(8), "times": 1, **_CUT_OFF}))
    if blames:
        body = {"errors": [{"code": "BAD_REQUEST", "message": _BLAME.format(rng.randrange(2))}]}
        rule = {"path": _EVENTS, "after": rng.randrange(12), "times": 1, "status": 202, "body": body}
        rules.append(("202 that blames another batch", rule))
    return Faults(tuple(rules))


def ending_fault(rng: Random, requests: int) -> Faults:
    """Draw a fault that ends the sync, if it has more than a few requests."""
    kind = rng.choice(list(_ENDING))
    return Faults(((kind, {"path": _EVENTS, "after": rng.randrange(requests), **_ENDING[kind]}),))
