"""How a signal ends the example, wherever it strikes."""

import signal
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stop:
    """Turns the first signal into a KeyboardInterrupt, and lets no further one disturb the cleaning up."""

    def __init__(self) -> None:
        self.signal = 0
        for number in _SIGNALS:
            signal.signal(number, self._handle)

    def check(self) -> None:
        """Raise the KeyboardInterrupt again if there was a signal: code of an extension module may have lost it."""
        if self.signal:
            raise KeyboardInterrupt

    def _handle(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the signature of a handler
        self.signal = number
        for other in _SIGNALS:
            signal.signal(other, signal.SIG_IGN)
        raise KeyboardInterrupt
