"""Answers of the token endpoint that go wrong in ways of their own."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from integration_tests.matrix.fault import FAILED, KEPT, KEPT_OR_FAILED, Fault
from integration_tests.matrix.reply import Reply


def token_faults() -> Iterator[Fault]:
    """Tokens and lifetimes of every type."""
    token: Any
    lifetime: Any
    for token in (None, "", 5, [], {}, True):
        yield Fault(f"access_token {token!r}", _with(access_token=token), {}, token=FAILED)
    yield Fault("access_token with a line break", _with(access_token="a\r\nX: 1"), {}, token=FAILED)
    yield Fault("access_token that is not Latin", _with(access_token="\u4e16"), {}, token=FAILED)
    yield Fault("no access_token", _with(access_token=...), {}, token=FAILED)
    for lifetime in (0, -1, 1, "28800", 1e9):
        yield Fault(f"expires_in {lifetime!r}", _with(expires_in=lifetime), {}, token=KEPT)
    for lifetime in (None, ...):
        yield Fault(f"expires_in {lifetime!r}", _with(expires_in=lifetime), {}, token=KEPT)
    for lifetime in ("soon", [], {}, True, float("nan"), float("inf"), 10**400):
        yield Fault(f"expires_in {str(lifetime)[:9]!r}", _with(expires_in=lifetime), {}, token=KEPT_OR_FAILED)
    yield Fault("token_type of another kind", _with(token_type="mac"), {}, token=KEPT_OR_FAILED)


def _with(**changes: Any) -> Callable[[Reply], Reply]:
    def damage(reply: Reply) -> Reply:
        content = json.loads(reply.body) | changes
        return reply.with_json({name: value for name, value in content.items() if value is not ...})

    return damage
