"""A clock on which waiting takes no time: whoever sleeps moves it on."""

import socket
import threading
import time

_real_sleep = time.sleep
_real_monotonic = time.monotonic
# What a wait takes in fact: a little of what it stands for, so that who waits for longer comes later.
_SHARE = 1 / 2000
_LONGEST_S = 0.03


# A time-out of two minutes comes after a third of a second.
_TIMES_AS_FAST = 400


def hurry_time_outs() -> None:
    """Shorten all time-outs of sockets, which are not kept by a clock of the process."""
    set_timeout = socket.socket.settimeout

    def set_short_timeout(self: socket.socket, value: float | None) -> None:
        set_timeout(self, value and value / _TIMES_AS_FAST)

    socket.socket.settimeout = set_short_timeout  # type: ignore[assignment, method-assign]


class JumpingClock:
    """`monotonic` goes on as ever, and jumps over what somebody sleeps; who sleeps at the same time jumps together."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jumped = 0.0

    def monotonic(self) -> float:
        """Seconds that only go forward."""
        return _real_monotonic() + self._jumped

    def sleep(self, seconds: float) -> None:
        """Return as good as at once, `seconds` later."""
        until = self.monotonic() + seconds
        _real_sleep(min(max(seconds, 0) * _SHARE, _LONGEST_S))
        with self._lock:
            self._jumped = max(self._jumped, until - _real_monotonic())

    def install(self) -> None:
        """Put it in the place of the clock of this process. To be done before the modules that use it are imported."""
        time.sleep = self.sleep  # type: ignore[assignment]
        time.monotonic = self.monotonic
