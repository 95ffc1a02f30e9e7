"""What happens to the batches of a request that is admitted."""

from collections.abc import Callable
from typing import Any

from mparticle_sandbox.core.events_api.batch_check import batch_error, historical_error
from mparticle_sandbox.core.events_api.batch_error import BatchError
from mparticle_sandbox.core.events_api.batch_store import BatchStore, StoredBatch
from mparticle_sandbox.core.events_api.batch_text import SentBatch
from mparticle_sandbox.core.events_api.facts.identities import DEVICE_IDENTITIES, IDENTITIES
from mparticle_sandbox.core.events_api.rate_limiter import Admission, RateLimiter, RateLimits
from mparticle_sandbox.core.events_api.report import EventsReport

EVENTS = "/v2/events"
BULK = "/v2/bulkevents"
HISTORICAL = "/v2/bulkevents/historical"
ANONYMOUS = "anonymous"

Refused = dict[int, BatchError]
OnKept = Callable[[str, StoredBatch], None]


class Ingestion:
    """Limits, checks, deduplicates, stores and counts batches; limits and ids are kept per API key.

    `on_kept` is called with the key and the batch for each that is stored.
    """

    def __init__(self, keep_batches: int, keep_request_ids: int, on_kept: OnKept | None = None) -> None:
        self._on_kept = on_kept
        self.report = EventsReport()
        self.store = BatchStore(keep_batches)
        self._keep_request_ids = keep_request_ids
        self._seen: dict[str, _RecentIds] = {}
        self._limiters: dict[str, RateLimiter] = {}

    def admit(self, api_key: str, batches: int, now: float, limits: RateLimits) -> Admission:
        """Say whether this number of batches is admitted at `now` (seconds)."""
        admission = self._limiters.setdefault(api_key, RateLimiter()).admit(batches, now, limits)
        if admission.exceeded is not None:
            self.report.rate_limited[admission.exceeded] += 1
        return admission

    def take(
        self,
        api_key: str,
        endpoint: str,
        batches: list[SentBatch],
        now: float,
        *,
        deduplicate: bool,
        refused_value: str | None,
    ) -> Refused:
        """Store the good batches that are not known yet, and return what is wrong with the others, by their index.

        Batches that break the rules of the historical endpoint vanish, as at mParticle, and are counted.
        """
        refused: Refused = {}
        for index, batch in enumerate(batches):
            error = batch_error(batch.content, refused_value)
            if error is None:
                self._take_good(api_key, endpoint, batch, int(now * 1000), deduplicate=deduplicate)
            else:
                refused[index] = error
        return refused

    def _take_good(self, api_key: str, endpoint: str, batch: SentBatch, now_ms: int, *, deduplicate: bool) -> None:
        error = historical_error(batch.content, now_ms) if endpoint == HISTORICAL else None
        if error is not None:
            self.report.silently_dropped[error.reason] += 1
        elif deduplicate and self._is_duplicate(api_key, batch.content):
            self.report.duplicates += 1
        else:
            self._keep(api_key, endpoint, batch, now_ms)

    def _is_duplicate(self, api_key: str, content: dict[str, Any]) -> bool:
        request_id = content.get("source_request_id")
        if request_id in (None, ""):
            return False
        seen = self._seen.setdefault(api_key, _RecentIds(self._keep_request_ids))
        if str(request_id) in seen:
            return True
        seen.add(str(request_id))
        return False

    def _keep(self, api_key: str, endpoint: str, batch: SentBatch, now_ms: int) -> None:
        events = len(batch.content.get("events") or ())
        self.report.batches_accepted += 1
        self.report.events += events
        self.report.batches_by_endpoint[endpoint] += 1
        self.report.batches_by_environment[batch.content.get("environment") or "production"] += 1
        stored = StoredBatch(batch.text, user_key(batch.content), endpoint, now_ms, events)
        self.store.add(stored)
        if self._on_kept is not None:
            self._on_kept(api_key, stored)


class _RecentIds:
    """Remembers the last `keep` ids and forgets the oldest first."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._ids: dict[str, None] = {}

    def __contains__(self, request_id: str) -> bool:
        return request_id in self._ids

    def add(self, request_id: str) -> None:
        """Remember an id that is not known yet."""
        self._ids[request_id] = None
        if len(self._ids) > self._keep:
            del self._ids[next(iter(self._ids))]


def user_key(batch: dict[str, Any]) -> str:
    """Name the user of a good batch: `mpid:123`, else the first identity such as `customer_id:c-1`, else a device."""
    if batch.get("mpid") is not None:
        return f"mpid:{batch['mpid']}"
    identities = batch.get("user_identities") or {}
    for name in IDENTITIES:
        if identities.get(name) not in (None, ""):
            return f"{'customer_id' if name == 'customerid' else name}:{identities[name]}"
    if batch.get("mp_deviceid"):
        return f"mp_deviceid:{batch['mp_deviceid']}"
    device = batch.get("device_info") or {}
    return next((f"{name}:{device[name]}" for name in DEVICE_IDENTITIES if device.get(name)), ANONYMOUS)
