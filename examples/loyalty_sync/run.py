"""Send a loyalty platform's members and events to mParticle: to a sandbox, or to an account of your own."""

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType

from examples.demo.problems import DemoError

_OUTPUT = Path("demo-output/loyalty")
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def main() -> int:
    """Run the example; 0 when it ran to its end, 1 when it could not, 130 when it was stopped."""
    parser = argparse.ArgumentParser(prog="python -m examples.loyalty_sync.run", description=__doc__)
    parser.add_argument("--config", type=Path, help="JSON file with api_key, api_secret and pod; else a sandbox")
    secrets = parser.parse_args().config
    for number in _SIGNALS:
        signal.signal(number, _stop)
    try:
        _sync(secrets)
    except KeyboardInterrupt:
        sys.stderr.write("\nThe example was stopped.\n")
        return 128 + signal.SIGINT
    except (DemoError, OSError) as reason:
        sys.stderr.write(f"\nThe example stopped. {reason}\n")
        return 1
    return 0


def _sync(secrets: Path | None) -> None:
    from .steps import sync_to_account, sync_to_sandbox  # noqa: PLC0415 - so that signals are handled from the beginning

    if secrets is None:
        sync_to_sandbox(_OUTPUT)
    else:
        sync_to_account(secrets, _OUTPUT)


def _stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of a handler
    """End the run, and let no further signal disturb the cleaning up."""
    for other in _SIGNALS:
        signal.signal(other, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
