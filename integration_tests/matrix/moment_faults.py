"""What begins with one request and is met by others: tokens that expire, a host that takes no more connections."""

import math
from collections.abc import Callable, Iterator

from integration_tests.matrix.fault import FAILED, KEPT, TRANSIENT, Fault, everywhere
from integration_tests.matrix.reply import Reply


def moment_faults() -> Iterator[Fault]:
    """One for each."""
    yield Fault("every token expires", lambda _: Reply(401), everywhere(KEPT), token=FAILED, revokes=True)
    yield Fault("refused for a second", _refusing(1), everywhere(KEPT), token=KEPT)
    yield Fault("refused from then on", _refusing(math.inf), everywhere(TRANSIENT), token=TRANSIENT)


def _refusing(seconds: float) -> Callable[[Reply], Reply]:
    return lambda _: Reply(status=0, end="reset", refuses_s=seconds)
