"""A record that is tracked from the input to its result."""

from dataclasses import dataclass


# Not frozen, like all that is made for every record: what is frozen takes three times as long to make.
@dataclass(slots=True)
class TrackedRecord:
    """A record's place in the input, and what its rejection needs.

    `line` is its input, kept in case it is rejected. `position` counts the records of the whole input. `interval` is
    the number of its checkpoint interval: the records of its stream since that stream's last state. `content_bytes` is
    the size of the source's own columns; like `record_id`, it is set when the record is prepared. `number` counts the
    records of its stream, from one.
    """

    line: bytes
    position: int
    interval: int
    record_id: str = ""
    content_bytes: int = 0
    number: int = 0
