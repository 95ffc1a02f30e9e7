"""One fault rule: which requests go wrong and how, and how it is read from JSON."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from mparticle_sandbox.core.path_glob import MATCHABLE, can_match


class FaultRuleError(ValueError):
    """An invalid rule; the message is one plain sentence."""


@dataclass(frozen=True)
class FaultRule:
    """One rule. It fires for requests of `method` (None: any) whose path matches the glob `path`.

    The first `after` matching requests pass, then the rule fires at most `times` times (None: without end), each time
    with `probability`. Firing waits `latency_ms`, and then: `reset` closes the connection at once, `accept_then_reset`
    lets the request take effect and closes the connection in place of a response, `status` responds with `headers` and
    `body` (text as it is, anything else as JSON), and with none of the three the request is served as usual.
    Of either response one byte of the body is sent every `drip_ms`, and with `truncate` the connection is closed after
    the first half of the body.
    """

    path: str
    method: str | None = None
    after: int = 0
    times: int | None = None
    probability: float = 1.0
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    latency_ms: int = 0
    reset: bool = False
    accept_then_reset: bool = False
    drip_ms: int = 0
    truncate: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the rule in the form in which it was sent, with every key."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


def parse_rules(content: Any) -> list[FaultRule]:
    """Read a JSON list of rules; raise FaultRuleError for anything else."""
    if not isinstance(content, list):
        raise FaultRuleError("The body must be a JSON list of fault rules.")
    return [parse_rule(item) for item in content]


def parse_rule(content: Any) -> FaultRule:
    """Read one rule; raise FaultRuleError where a key is unknown, missing or of the wrong type."""
    if not isinstance(content, dict):
        raise FaultRuleError("A fault rule must be a JSON object.")
    known = [field.name for field in fields(FaultRule)]
    for key, value in content.items():
        if key not in known:
            raise FaultRuleError(f"Unknown key {key!r} in a fault rule; the keys are {', '.join(known)}.")
        requirement, holds = REQUIREMENTS[key]
        if not holds(value):
            raise FaultRuleError(f"{key} in a fault rule must be {requirement}.")
    if "path" not in content:
        raise FaultRuleError("A fault rule needs a path, a glob such as '/v1/*'.")
    rule = FaultRule(**content)
    if rule.status is None and not any(getattr(rule, name) for name in _EFFECTS):
        raise FaultRuleError(f"A fault rule must set at least one of status, {', '.join(_EFFECTS)}.")
    if rule.status in _STATUSES_WITHOUT_BODY and rule.body not in (None, ""):
        raise FaultRuleError(f"HTTP knows no body of status {rule.status}: a fault rule with it must have none.")
    if (rule.drip_ms or rule.truncate) and rule.status is not None and rule.body in (None, ""):
        raise FaultRuleError("A fault rule with drip_ms or truncate needs a body to its status, or no status.")
    return rule


_STATUSES = range(200, 600)
_STATUSES_WITHOUT_BODY = (204, 205, 304)
# They say how long the body is, which the server knows itself.
_OWN_HEADERS = ("content-length", "transfer-encoding")
# The effects of a rule, besides its status.
_EFFECTS = ("latency_ms", "reset", "accept_then_reset", "drip_ms", "truncate")


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_headers(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_header(name, text) for name, text in value.items())


def _is_header(name: str, text: Any) -> bool:
    is_sendable = isinstance(text, str) and _HEADER_NAME.fullmatch(name) and _HEADER_VALUE.fullmatch(text)
    return bool(is_sendable) and name.lower() not in _OWN_HEADERS


def _is_unicode(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# Latin-1 without control characters, and without blanks at its ends.
_HEADER_VALUE = re.compile(r"(?! )[ -~\xa0-\xff]*(?<! )")
_HOUR_MS = 3_600_000
_METHODS = ("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE")
_WAIT: tuple[str, Callable[[Any], bool]] = (
    "a whole number of milliseconds, at most an hour",
    lambda value: _is_count(value) and value <= _HOUR_MS,
)
REQUIREMENTS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "path": (f"a glob {MATCHABLE}", lambda value: isinstance(value, str) and can_match(value)),
    "method": (f"one of {', '.join(_METHODS)} or null", lambda value: value is None or value in _METHODS),
    "after": ("a whole number of requests", _is_count),
    "times": ("a whole number of at least 1 or null", lambda value: value is None or (_is_count(value) and value > 0)),
    "probability": ("a number from 0 to 1", lambda value: _is_number(value) and 0 <= value <= 1),
    "status": (
        "an HTTP status from 200 to 599 or null",
        lambda value: value is None or (_is_count(value) and value in _STATUSES),
    ),
    "headers": (
        "an object of strings that HTTP can send as headers, without Content-Length and Transfer-Encoding",
        _is_headers,
    ),
    "body": ("JSON whose text is valid Unicode", lambda value: not isinstance(value, str) or _is_unicode(value)),
    "latency_ms": _WAIT,
    "reset": ("true or false", _is_flag),
    "accept_then_reset": ("true or false", _is_flag),
    "drip_ms": _WAIT,
    "truncate": ("true or false", _is_flag),
}
