"""What a fault is, and what a stream may make of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from integration_tests.matrix.reply import Reply
from integration_tests.matrix.resources import HOLDER, LIST, OBJECT, PROFILE

KEPT = "kept"  # the rows of the request arrive all the same
FAILED = "failed"  # the stream fails, and so does what is read from it
TRANSIENT = "transient"  # as FAILED but transient, and KEPT once it has passed
EMPTY = "empty"  # the request has no rows
MISSING = "missing"  # no rows for this one of several; FAILED where it is so for all
MISSING_OR_FAILED = "missing or failed"
KEPT_OR_FAILED = "kept or failed"

KINDS = (LIST, HOLDER, OBJECT, PROFILE)


@dataclass(frozen=True)
class Fault:
    """A damage, and the verdict for each kind of request that it can be done to.

    `adds` are fields that each row then holds, `sets` fields that each row then holds if it had them, `ignored` fields
    of which nothing is expected. `only` names the resources that it is for. `children` has verdicts for streams that
    read the damaged list as a parent, where they differ. `token` is the verdict for all streams at the token endpoint.
    `absent` says that the answer stands for a thing that does not exist, `merges` that several rows get one key,
    `hangs` that only a time-out ends it, `pauses` that mParticle asks everybody to wait, and `revokes` that no token is
    taken any more that was issued before.
    """

    name: str
    damage: Callable[[Reply], Reply]
    verdicts: Mapping[str, str]
    token: str | None = None
    config_error: bool = False
    absent: bool = False
    merges: bool = False
    hangs: bool = False
    pauses: bool = False
    revokes: bool = False
    adds: Mapping[str, Any] = field(default_factory=dict)
    sets: Mapping[str, Any] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    children: Mapping[str, str] = field(default_factory=dict)
    group: str = ""


def everywhere(verdict: str) -> dict[str, str]:
    """The same verdict for each kind of request."""
    return dict.fromkeys(KINDS, verdict)


def verdicts(lists: str | None, holder: str | None, one: str | None, profile: str | None) -> dict[str, str]:
    """A verdict for each kind of request; None where the fault cannot be made."""
    pairs = zip(KINDS, (lists, holder, one, profile), strict=True)
    return {kind: verdict for kind, verdict in pairs if verdict is not None}


def named(group: str, faults: Iterable[Fault]) -> dict[str, Fault]:
    """The faults by name. Raises where two have the same."""
    found: dict[str, Fault] = {}
    for fault in faults:
        assert fault.name not in found, fault.name
        found[fault.name] = replace(fault, group=group)
    return found
