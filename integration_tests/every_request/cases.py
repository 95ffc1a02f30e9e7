"""Every fault at every request: once, for good, for some requests from there on, for all of them."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from integration_tests.matrix.cases import ALL, FIRST, TOKEN, TOKEN_PATH, Case, Requests
from integration_tests.matrix.fault import FAILED, KEPT, TRANSIENT
from integration_tests.matrix.faults import FAULTS, MOMENTS
from integration_tests.matrix.resources import resource_of

BURST, ONWARD = "burst", "onward"
BURST_LENGTH = 5
# Lasts for all that follows, however often it is met.
REFUSED = "refused from then on"
# Each of them can pass within the retries of a request.
_PASSING = """
429|429 Retry-After '1'|500|503|reset|closed without an answer|reset after the headers|reset in the body|body cut
chunked body cut|silence|silence in the body
"""
_LASTING = "401|HTML|half of the JSON|drip"
_NAMES = [name for line in (_PASSING + _LASTING).strip().splitlines() for name in line.split("|")]
_SPREADING = ("401", "429", "503", "reset", "body cut", "HTML")
_MODES = {
    FIRST: "once at",
    ALL: "for good at",
    BURST: f"for {BURST_LENGTH} requests from",
    ONWARD: "for all requests from",
}


@dataclass(frozen=True)
class RequestCase(Case):
    """A fault at the request for `path`."""

    path: str = ""

    def __str__(self) -> str:
        return f"{self.fault.name} / {_MODES[self.mode]} {self.path}"

    @property
    def passes(self) -> bool:
        """Whether the fault is gone when its request is sent again, or when some others were sent."""
        # The token endpoint is not asked again for what it has refused: these are the credentials.
        is_final = self.place == TOKEN and self.fault.token == FAILED
        return self.mode in (FIRST, BURST) and not is_final

    @property
    def is_outage(self) -> bool:
        """Whether streams may fail that asked for something else."""
        return self.mode == ONWARD or self.fault.name == REFUSED

    @property
    def resources(self) -> tuple[str, ...]:
        """The resource of the request; none where it is the one for a token."""
        name = resource_of(self.path)
        return (name,) if name else ()

    def paths(self, requests: Requests) -> dict[str, list[str]]:  # noqa: ARG002 - it is always the one
        """The request, by its resource."""
        return {name: [self.path] for name in self.resources}

    def rule(self, requests: Requests) -> dict[str, Any]:  # noqa: ARG002 - it is always the one
        """The rule that makes the server do it."""
        times = {FIRST: 1, BURST: BURST_LENGTH}.get(self.mode)
        spreads = self.mode in (BURST, ONWARD)
        return {"fault": self.fault.name, "paths": [self.path], "times": times, "spreads": spreads}


def pairs(cases: Sequence[RequestCase], seeds: Iterable[int]) -> Iterator[tuple[RequestCase, RequestCase]]:
    """Two faults of different kinds at two requests for each seed. The second passes, so the first alone is judged."""
    usual = [case for case in cases if not case.is_outage]
    for seed in seeds:
        chance = random.Random(seed)
        first = chance.choice(usual)
        yield (
            first,
            chance.choice(
                [case for case in usual if case.passes and case.path != first.path and case.fault is not first.fault]
            ),
        )


def request_cases(requests: Requests) -> Iterator[RequestCase]:
    """All of them, in an order that is the same each time. A healthy sync asks for each path once."""
    paths = [TOKEN_PATH, *(path for of_resource in requests.all.values() for path in of_resource)]
    moments = [fault.name for fault in FAULTS.values() if fault.group == MOMENTS]
    for name in [*_NAMES, *moments]:
        for mode in _modes(name):
            for path in paths:
                yield RequestCase(FAULTS[name], TOKEN if path == TOKEN_PATH else "", mode, path=path)


def _modes(name: str) -> Iterator[str]:
    """A fault that does not pass, such as a page of HTML, is the same once and for good: nothing asks again."""
    fault = FAULTS[name]
    verdicts = fault.verdicts.values()
    if fault.group == MOMENTS:
        # Connections that are open stay so: only its own request is sure to meet a host that refuses for ever.
        yield ALL if name == REFUSED else FIRST
        return
    # A token that is refused once is replaced.
    if TRANSIENT in verdicts or name == "401":
        yield FIRST
    yield ALL
    if name in _SPREADING and KEPT not in verdicts:
        yield ONWARD
        if TRANSIENT in verdicts:
            yield BURST
