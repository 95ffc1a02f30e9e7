"""The cases: each fault, at each place, for every request, for one of several, or for the first alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from integration_tests.matrix.fault import TRANSIENT, Fault
from integration_tests.matrix.faults import FAULTS, MOMENTS
from integration_tests.matrix.findings import FINDINGS
from integration_tests.matrix.resources import LEAVES, PARENTS, RESOURCES, ROOTS

TOKEN = "token"
EXPIRY = "tokens that expire"
PLACES = {"leaves": LEAVES, "parents": PARENTS, "roots": ROOTS}
TOKEN_PATH = "/oauth/token"

ALL, ONE, FIRST = "all", "one", "first"
# For cases in which no answer is damaged.
HEALTHY = Fault("healthy", lambda reply: reply, {})


# Statuses and connections are judged before anything asks which partition they are of: a few of them stand for all.
_SEEN_AT_ONCE = ("statuses", "connections")
_SEEN_AT_ONE = ("400", "403", "404", "500", "reset", "body cut")


@dataclass(frozen=True)
class Requests:
    """The paths that a healthy sync asks for, by resource, and those of them that have rows."""

    all: Mapping[str, list[str]]
    with_rows: Mapping[str, list[str]]


@dataclass(frozen=True)
class Case:
    """A fault at a place (`leaves`, `parents`, `roots`, `token`), for `all` requests, `one` of several, the `first`."""

    fault: Fault
    place: str
    mode: str
    token_lasts: int | None = None

    def __str__(self) -> str:
        return f"{self.fault.name} / {self.mode} of {self.place}"

    @property
    def is_short(self) -> bool:
        """Whether it belongs to the selection that always runs."""
        if self.mode == ONE and self.fault.group in _SEEN_AT_ONCE and self.fault.name not in _SEEN_AT_ONE:
            return False
        return self.fault.name in FINDINGS or self.fault is HEALTHY

    @property
    def passes(self) -> bool:
        """Whether the fault is gone when its request is sent again."""
        return self.mode == FIRST

    @property
    def is_outage(self) -> bool:
        """Whether so much fails for so long that streams may fail, for now, that asked for something else."""
        all_leaves = (self.place, self.mode) == ("leaves", ALL) and TRANSIENT in self.fault.verdicts.values()
        return self.fault.pauses or self.fault.hangs or all_leaves

    @property
    def resources(self) -> tuple[str, ...]:
        """The resources that the fault is done to."""
        return tuple(name for name in PLACES.get(self.place, ()) if _applies(self.fault, name, self.mode))

    def paths(self, requests: Requests) -> dict[str, list[str]]:
        """The requests that meet the fault, by resource."""
        if self.mode == ONE:
            return {name: requests.with_rows[name][-1:] for name in self.resources}
        return {name: requests.all[name] for name in self.resources}

    def rule(self, requests: Requests) -> dict[str, Any]:
        """The rule that makes the server do it."""
        paths = [path for paths in self.paths(requests).values() for path in paths]
        if self.place == TOKEN:
            paths = [TOKEN_PATH]
        return {"fault": self.fault.name, "paths": paths, "times": 1 if self.mode == FIRST else None}


def cases() -> Iterator[Case]:
    """All of them."""
    for fault in FAULTS.values():
        if fault.group == MOMENTS:
            continue
        for place in PLACES:
            for mode in (ALL, ONE, FIRST):
                case = Case(fault, place, mode)
                if case.resources and (mode != FIRST or TRANSIENT in fault.verdicts.values()):
                    yield case
        if fault.token:
            yield Case(fault, TOKEN, ALL)
            if fault.token == TRANSIENT:
                yield Case(fault, TOKEN, FIRST)

    # More than there are workers: a token that is renewed must serve each of them once.
    for requests in (20, 33, 50):
        yield Case(HEALTHY, EXPIRY, f"after {requests} requests", requests)


def _applies(fault: Fault, name: str, mode: str) -> bool:
    resource = RESOURCES[name]
    return (
        resource.kind in fault.verdicts
        and (not fault.only or name in fault.only)
        and (mode != ONE or resource.fans_out)
    )
