"""Everything a running sandbox can change, in one place."""

from collections.abc import Callable
from time import time

from mparticle_sandbox.core.catalog import FIRST_ACCOUNT_ID, FIRST_WORKSPACE_ID, Catalog
from mparticle_sandbox.core.deletions import DeletionLog
from mparticle_sandbox.core.events_api.ingestion import Ingestion
from mparticle_sandbox.core.events_api.rate_limiter import RateLimiter
from mparticle_sandbox.core.faults import Faults
from mparticle_sandbox.core.options import Options
from mparticle_sandbox.core.request_log import RequestLog
from mparticle_sandbox.core.tokens import Tokens
from mparticle_sandbox.exports.exporter import Exporter
from mparticle_sandbox.exports.storage import Storage

Clock = Callable[[], float]


class Sandbox:
    """The state of one sandbox. `clock` returns seconds since the epoch; exports are written where there is storage."""

    def __init__(self, options: Options, seeded: Catalog, clock: Clock = time, storage: Storage | None = None) -> None:
        self.options = options
        self.clock = clock
        self._seeded = seeded
        self.requests = RequestLog(options.keep_requests)
        self.faults = Faults(options.seed)
        self.tokens = Tokens()
        self.exporter = None if storage is None else _exporter(options, seeded, storage)
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
        if self.exporter is not None:
            self.exporter.forget()
        self.ingestion = self._empty_ingestion()
        self.profile_limiter = RateLimiter()
        self.deletions = DeletionLog(self.options.keep_requests)
        self.settings = self.options.settings
        self.catalog = self._seeded.copy()

    def _empty_ingestion(self) -> Ingestion:
        on_kept = None if self.exporter is None else self.exporter.add
        return Ingestion(self.options.keep_batches, self.options.keep_request_ids, on_kept)


def _exporter(options: Options, seeded: Catalog, storage: Storage) -> Exporter:
    # Each input is one of an app; a sandbox without apps has inputs all the same.
    names = [app["name"] for app in seeded["apps"].list(("account", FIRST_ACCOUNT_ID))] or ["App"]
    apps = {key: names[index % len(names)] for index, (key, _) in enumerate(options.inputs)}
    mpids = {
        f"{identity['type']}:{identity['value']}": profile["mpid"]
        for profile in seeded["profiles"].list(("workspace", FIRST_WORKSPACE_ID))
        for identity in profile["user_identities"]
    }
    return Exporter(options.exports, options.seed, storage, apps, mpids)
