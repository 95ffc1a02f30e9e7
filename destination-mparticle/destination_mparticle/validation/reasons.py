"""Why a record is rejected."""

from dataclasses import dataclass
from enum import Enum


class Reason(str, Enum):
    """The closed list of reasons. The value is what logs, state statistics and the reject store show."""

    NOT_A_BATCH = "not_a_batch"
    MISSING_IDENTITY = "missing_identity"
    MISSING_FIELD = "missing_field"
    BAD_TIMESTAMP = "bad_timestamp"
    BAD_VALUE = "bad_value"
    SCHEMA = "schema"
    COMMERCE_VARIANT = "commerce_variant"
    ENVIRONMENT = "environment"
    TOO_MANY_ATTRIBUTES = "too_many_attributes"
    TOO_MANY_EVENTS = "too_many_events"
    VALUE_TOO_LONG = "value_too_long"
    BATCH_TOO_LARGE = "batch_too_large"
    HISTORICAL_RULES = "historical_rules"
    REFUSED = "refused_by_mparticle"


@dataclass(eq=False)
class Rejection(Exception):
    """A record that may not be sent.

    `field` names the field concerned ("" where it is the whole record), `column` the columns that it is mapped from
    where that is known, and `message` says what is wrong. None of them contains a value of the record, except the
    message of what mParticle refused, which is mParticle's own; so messages go into the store and not into logs.
    """

    reason: Reason
    field: str
    message: str
    column: str = ""

    def __str__(self) -> str:
        return f"{self.reason.value}: {self.message}"
