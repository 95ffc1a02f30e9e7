"""Send a loyalty platform's members and events to mParticle: to a sandbox, or to an account of your own."""

import argparse
import sys
from pathlib import Path

from examples.demo.errors import DemoError

from .stop import Stop

_OUTPUT = Path("demo-output/loyalty")


def main() -> int:
    """Run the example; 0 when it ran to its end, 1 when it could not, 128 plus the signal's number when stopped."""
    parser = argparse.ArgumentParser(prog="python -m examples.loyalty_sync.run", description=__doc__)
    parser.add_argument("--config", type=Path, help="JSON file with api_key, api_secret and pod; else a sandbox")
    secrets = parser.parse_args().config
    stop = Stop()
    try:
        _sync(secrets, stop)
    except (KeyboardInterrupt, DemoError, OSError) as reason:
        # Whatever went wrong after a signal went wrong because of it.
        sys.stderr.write(f"\nThe example stopped. {'' if stop.signal else reason}\n")
        return 128 + stop.signal if stop.signal else 1
    return 0


def _sync(secrets: Path | None, stop: Stop) -> None:
    from .steps import sync_to_account, sync_to_sandbox  # noqa: PLC0415 - so that signals are handled from the beginning

    if secrets is None:
        sync_to_sandbox(_OUTPUT, stop)
    else:
        sync_to_account(secrets, _OUTPUT, stop)


if __name__ == "__main__":
    sys.exit(main())
