"""Everything a running sandbox can change, in one place."""

from collections.abc import Callable
from time import time

from mparticle_sandbox.core.catalog import Catalog
from mparticle_sandbox.core.deletions import DeletionLog
from mparticle_sandbox.core.events_api.ingestion import Ingestion
from mparticle_sandbox.core.events_api.rate_limiter import RateLimiter
from mparticle_sandbox.core.faults import Faults
from mparticle_sandbox.core.options import Options
from mparticle_sandbox.core.request_log import RequestLog
from mparticle_sandbox.core.tokens import Tokens

Clock = Callable[[], float]


class Sandbox:
    """The state of one sandbox. `clock` returns seconds since the epoch."""

    def __init__(self, options: Options, seeded: Catalog, clock: Clock = time) -> None:
        self.options = options
        self.clock = clock
        self._seeded = seeded
        self.requests = RequestLog(options.keep_requests)
        self.faults = Faults(options.seed)
        self.tokens = Tokens()
        self.ingestion = self._empty_ingestion()
        self.profile_limiter = RateLimiter()
        self.deletions = DeletionLog(options.keep_requests)
        self.settings = options.settings
        self.catalog = seeded.copy()

    def reset(self) -> None:
        """Return to the state in which the sandbox started."""
        self.requests.clear()
        self.faults.replace([])
        self.tokens.revoke_all()
        self.ingestion = self._empty_ingestion()
        self.profile_limiter = RateLimiter()
        self.deletions = DeletionLog(self.options.keep_requests)
        self.settings = self.options.settings
        self.catalog = self._seeded.copy()

    def _empty_ingestion(self) -> Ingestion:
        return Ingestion(self.options.keep_batches, self.options.keep_request_ids)
