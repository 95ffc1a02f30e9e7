"""How long a storage may take. With these, one that never answers fails a sync in about three minutes.

The libraries wait longer, and some for ever: Google's has no limit, and neither S3's nor Azure's limits how long a
server may go on that sends a byte now and then.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """Limits in seconds, and how often a request is tried."""

    connect: float = 10
    silence: float = 15
    """Between two pieces of an answer."""
    answer: float = 20
    """Until an answer begins, or is there whole where it is no file."""
    block: float = 60
    """Until a block of a file is there. A block has `storage.BLOCK_BYTES`."""
    attempts: int = 3
    """For each request."""
    rounds: int = 2
    """Of attempts. The second round is for a block whose connection was lost in the middle."""
