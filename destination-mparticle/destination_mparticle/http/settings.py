"""How long requests may take, and how they are retried."""

from dataclasses import dataclass, field

from destination_mparticle import tuning
from destination_mparticle.http.retry import RetryPolicy


@dataclass(frozen=True)
class HttpSettings:
    """Timeouts of one request, in seconds, and the retries.

    `connect_timeout` and `read_timeout` are those of `requests`: until the connection is open, and between two bytes of
    the response. `response_timeout` limits the response as a whole.
    """

    connect_timeout: float = tuning.CONNECT_SECONDS
    read_timeout: float = tuning.READ_SECONDS
    response_timeout: float = tuning.RESPONSE_SECONDS
    retry: RetryPolicy = field(default_factory=RetryPolicy)


DEFAULT_SETTINGS = HttpSettings()
