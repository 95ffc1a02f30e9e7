"""All faults by name."""

from integration_tests.matrix.body_faults import body_faults
from integration_tests.matrix.fault import Fault, named
from integration_tests.matrix.moment_faults import moment_faults
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
    **named(MOMENTS, moment_faults()),
}
