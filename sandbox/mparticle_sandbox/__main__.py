"""Run the command line with `python -m mparticle_sandbox`."""

import sys

from mparticle_sandbox.cli import main

sys.exit(main())
