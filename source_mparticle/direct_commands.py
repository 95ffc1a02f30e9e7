"""`spec` and `check` as Airbyte calls them, without the CDK, whose import takes longer than either.

What they print is what the CDK would print. All other command lines, and a `check` in which the CDK has a part of its
own, are left to `commands.py`.
"""

import os
from collections.abc import Sequence

from source_mparticle.direct_output import Output
from source_mparticle.manifest import declared_spec

_output = Output()


def can_run(arguments: Sequence[str]) -> bool:
    """Whether a command line is one of these two."""
    match arguments:
        case ["spec"]:
            return not _is_debugged()
        case ["check", "--config", path]:
            # In Airbyte's cloud, the CDK forbids requests to private networks.
            is_guarded = os.environ.get("DEPLOYMENT_MODE", "").casefold() == "cloud"
            return not (path.startswith("-") or is_guarded or _is_debugged())
    return False


def run(arguments: Sequence[str]) -> int:
    """Run the command. The exit code is 0: a failed check is a status."""
    if arguments[0] == "spec":
        _output.message({"type": "SPEC", "spec": _specification()})
    else:
        # Only now: a `spec` needs nothing of what sends requests and validates options.
        from source_mparticle.direct_check import check  # noqa: PLC0415

        check(arguments[-1], _output)
    return 0


def finish_output() -> None:
    """Let no thread write anything after this."""
    _output.close()


def _specification() -> dict[str, object]:
    declared = declared_spec()
    return {
        "connectionSpecification": declared["connection_specification"],
        "documentationUrl": declared["documentation_url"],
        # What the CDK says of every connector.
        "supportsNormalization": False,
        "supportsDBT": False,
    }


def _is_debugged() -> bool:
    return os.environ.get("LOG_LEVEL", "").lower() == "debug"
