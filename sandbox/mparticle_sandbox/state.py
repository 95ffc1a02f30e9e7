"""Everything a running sandbox can change, in one place."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import time

from mparticle_sandbox.core.catalogue import ORGANIZATION_ID, Catalogue, Size
from mparticle_sandbox.core.credentials import API_KEY, API_SECRET, CLIENT_ID, CLIENT_SECRET
from mparticle_sandbox.core.deletions import DeletionLog
from mparticle_sandbox.core.events_api.intake import Intake
from mparticle_sandbox.core.events_api.rate_limiter import RateLimiter
from mparticle_sandbox.core.faults import Faults
from mparticle_sandbox.core.request_log import RequestLog
from mparticle_sandbox.core.settings import Settings
from mparticle_sandbox.core.tokens import Tokens

Clock = Callable[[], float]


@dataclass(frozen=True)
class Options:
    """How a sandbox starts. `inputs` are the key pairs of the Events API; what is kept is kept up to a number."""

    seed: int = 7
    size: Size = field(default_factory=Size)
    org_id: int = ORGANIZATION_ID
    client_id: str = CLIENT_ID
    client_secret: str = CLIENT_SECRET
    settings: Settings = field(default_factory=Settings)
    inputs: tuple[tuple[str, str], ...] = ((API_KEY, API_SECRET),)
    keep_requests: int = 10_000
    keep_batches: int = 100_000
    keep_request_ids: int = 1_000_000


class Sandbox:
    """The state of one sandbox. `clock` returns seconds since the epoch."""

    def __init__(self, options: Options, seeded: Catalogue, clock: Clock = time) -> None:
        self.options = options
        self.clock = clock
        self._seeded = seeded
        self.requests = RequestLog(options.keep_requests)
        self.faults = Faults(options.seed)
        self.tokens = Tokens()
        self.intake = self._empty_intake()
        self.profile_limiter = RateLimiter()
        self.deletions = DeletionLog(options.keep_requests)
        self.settings = options.settings
        self.catalogue = seeded.copy()

    def reset(self) -> None:
        """Return to the state in which the sandbox started."""
        self.requests.clear()
        self.faults.replace([])
        self.tokens.revoke_all()
        self.intake = self._empty_intake()
        self.profile_limiter = RateLimiter()
        self.deletions = DeletionLog(self.options.keep_requests)
        self.settings = self.options.settings
        self.catalogue = self._seeded.copy()

    def _empty_intake(self) -> Intake:
        return Intake(self.options.keep_batches, self.options.keep_request_ids)
