"""All faults by name."""

from functools import partial

from integration_tests.matrix.body_faults import body_faults
from integration_tests.matrix.fault import KEPT_OR_FAILED, Fault, everywhere, named
from integration_tests.matrix.hostile_faults import hostile_faults
from integration_tests.matrix.moment_faults import moment_faults
from integration_tests.matrix.mutations import mutated
from integration_tests.matrix.row_faults import row_faults
from integration_tests.matrix.status_faults import status_faults
from integration_tests.matrix.token_faults import token_faults
from integration_tests.matrix.wire_faults import wire_faults

# Faults that are more than a wrong answer, so that it counts when they happen.
MOMENTS = "moments"

FAULTS: dict[str, Fault] = {
    **named("statuses", status_faults()),
    **named("bodies", body_faults()),
    **named("rows", row_faults()),
    **named("connections", wire_faults()),
    **named("tokens", token_faults()),
    **named("hostile", hostile_faults()),
    **named(MOMENTS, moment_faults()),
}

_SEED = "mutation "


def fault_named(name: str) -> Fault:
    """One of the faults, or the mutation that the name has the seed of."""
    if not name.startswith(_SEED):
        return FAULTS[name]
    seed = int(name.removeprefix(_SEED))
    return Fault(name, partial(mutated, seed=seed), everywhere(KEPT_OR_FAILED), token=KEPT_OR_FAILED)


def mutation(seed: int) -> Fault:
    """What the seed chooses."""
    return fault_named(f"{_SEED}{seed}")
