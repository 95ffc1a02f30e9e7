"""The demo as a command: its option, its exit status, and what happens when it is stopped."""

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType

from .errors import DemoError

_OUTPUT = Path("demo-output")
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def main() -> int:
    """Run the demo; 0 when it ran to its end, 1 when it could not, 128 plus the signal's number when it was stopped."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--config", type=Path, help="JSON file with the configuration of the source; else a sandbox")
    config_file = parser.parse_args().config
    stop = _Stop()
    try:
        _demonstrate(config_file)
    except (KeyboardInterrupt, DemoError, OSError) as reason:
        # Whatever went wrong after a signal went wrong because of it.
        sys.stderr.write(f"\nThe demo stopped. {'' if stop.signal else reason}\n")
        return 128 + stop.signal if stop.signal else 1
    return 0


def _demonstrate(config_file: Path | None) -> None:
    if sys.version_info >= (3, 13):
        raise DemoError("PyAirbyte needs a Python before 3.13: run make clean, then make PYTHON=python3.11 demo.")
    from .steps import run_demo  # noqa: PLC0415 - so that signals are handled from the beginning

    run_demo(config_file, _OUTPUT)


class _Stop:
    """Turns the first signal into a KeyboardInterrupt, and lets no further one disturb the cleaning up."""

    def __init__(self) -> None:
        self.signal = 0
        for number in _SIGNALS:
            signal.signal(number, self._handle)

    def _handle(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the signature of a handler
        self.signal = number
        for other in _SIGNALS:
            signal.signal(other, signal.SIG_IGN)
        raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
