"""Answers with a status that is not 200, or that is but should not be."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from integration_tests.matrix.fault import (
    FAILED,
    KEPT_OR_FAILED,
    MISSING,
    TRANSIENT,
    Fault,
    everywhere,
    verdicts,
)
from integration_tests.matrix.reply import Reply, edited

REFUSED = b'{"message": "no"}'
# Retry-After as it should be and as it should not.
PAUSES = ("1", "60", "0", "0.5", "-5", "nan", "inf", "\u00b2", "soon", "", "Wed, 21 Oct 2015 07:28:00 GMT")
FOR_EVER = ("99999999", "1e400", "Fri, 31 Dec 9999 23:59:59 GMT")


def status_faults() -> Iterator[Fault]:
    """One for each status, and more for what comes along with it."""
    yield from _successes()
    yield from _redirects()
    yield from _refusals()
    for status in (408, 429, 500, 501, 502, 503, 504, 520):
        yield Fault(f"{status}", _answers(status), everywhere(TRANSIENT), token=TRANSIENT)
    yield Fault("503 with HTML", _answers(503, b"<html>down</html>"), everywhere(TRANSIENT), token=TRANSIENT)
    for pause in PAUSES:
        headers = {"Retry-After": pause}
        damage = _answers(429, headers=headers)
        yield Fault(f"429 Retry-After {pause!r}", damage, everywhere(TRANSIENT), token=TRANSIENT, pauses=pause == "60")
    for pause in FOR_EVER:
        headers = {"Retry-After": pause}
        yield Fault(f"429 Retry-After {pause!r}", _answers(429, headers=headers), everywhere(FAILED), token=FAILED)
    yield Fault(
        "503 RetryAfter '2'", _answers(503, headers={"RetryAfter": "2"}), everywhere(TRANSIENT), token=TRANSIENT
    )


def _successes() -> Iterator[Fault]:
    for status in (201, 202, 203, 206):
        yield Fault(f"{status} with the rows", _with_status(status), everywhere(KEPT_OR_FAILED), token=KEPT_OR_FAILED)
    for status in (201, 202, 204, 206):
        yield Fault(f"{status} without body", _answers(status, b""), everywhere(FAILED), token=FAILED)
    yield Fault("206 with half of the rows", _half_of_the_rows, verdicts(FAILED, FAILED, None, None))


def _redirects() -> Iterator[Fault]:
    for status in (300, 301, 302, 303, 307, 308):
        for place in ("{origin}", "{elsewhere}"):
            where = "the same host" if place == "{origin}" else "another host"
            headers = {"Location": place + "/moved{path}"}
            damage = _answers(status, b"", headers=headers)
            yield Fault(f"{status} to {where}", damage, everywhere(FAILED), token=FAILED)
    yield Fault("302 without Location", _answers(302, b""), everywhere(FAILED), token=FAILED)
    yield Fault("302 with the rows", _with_status(302), everywhere(FAILED), token=FAILED)
    yield Fault("304", _answers(304, b""), everywhere(FAILED), token=FAILED)
    yield Fault("305", _answers(305, b""), everywhere(FAILED), token=FAILED)


def _refusals() -> Iterator[Fault]:
    yield Fault("400", _answers(400), verdicts(FAILED, FAILED, FAILED, MISSING), token=FAILED)
    yield Fault("401", _answers(401), everywhere(FAILED), token=FAILED, config_error=True)
    yield Fault("403", _answers(403), everywhere(FAILED), token=FAILED, config_error=True)
    yield Fault("403 with HTML", _answers(403, b"<html>firewall</html>"), everywhere(FAILED), token=FAILED)
    yield Fault("403 with the rows", _with_status(403), everywhere(FAILED), token=FAILED)
    yield Fault("404", _answers(404), everywhere(MISSING), token=FAILED, absent=True)
    yield Fault("404 with a list", _answers(404, b"[]"), everywhere(MISSING), token=FAILED, absent=True)
    for status in (402, 405, 406, 409, 410, 418, 422, 451):
        yield Fault(f"{status}", _answers(status), everywhere(FAILED), token=FAILED)


def _answers(status: int, body: bytes = REFUSED, headers: dict[str, str] | None = None) -> Callable[[Reply], Reply]:
    return lambda _: Reply(status, {"Content-Type": "application/json", **(headers or {})}, body)


def _with_status(status: int) -> Callable[[Reply], Reply]:
    return lambda reply: replace(reply, status=status)


def _half_of_the_rows(reply: Reply) -> Reply:
    return replace(edited(reply, lambda items: items[: len(items) // 2]), status=206)
