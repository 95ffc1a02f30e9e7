"""What happens to the batches of a request that is let in."""

from typing import Any

from mparticle_sandbox.core.events_api.batch_check import batch_problem, historical_problem
from mparticle_sandbox.core.events_api.batch_store import BatchStore, StoredBatch
from mparticle_sandbox.core.events_api.batch_text import SentBatch
from mparticle_sandbox.core.events_api.problem import Problem
from mparticle_sandbox.core.events_api.rate_limiter import RateLimiter, RateLimits, Verdict
from mparticle_sandbox.core.events_api.recent_ids import RecentIds
from mparticle_sandbox.core.events_api.report import EventsReport
from mparticle_sandbox.core.events_api.user_key import user_key

EVENTS = "/v2/events"
BULK = "/v2/bulkevents"
HISTORICAL = "/v2/bulkevents/historical"

Refused = dict[int, Problem]


class Intake:
    """Limits, checks, deduplicates, stores and counts batches; limits and ids are kept per API key."""

    def __init__(self, keep_batches: int, keep_request_ids: int) -> None:
        self.report = EventsReport()
        self.store = BatchStore(keep_batches)
        self._keep_request_ids = keep_request_ids
        self._seen: dict[str, RecentIds] = {}
        self._limiters: dict[str, RateLimiter] = {}

    def admit(self, api_key: str, batches: int, now: float, limits: RateLimits) -> Verdict:
        """Say whether so many batches may come in at `now` (seconds)."""
        verdict = self._limiters.setdefault(api_key, RateLimiter()).admit(batches, now, limits)
        if verdict.exceeded is not None:
            self.report.rate_limited[verdict.exceeded] += 1
        return verdict

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
            problem = batch_problem(batch.content, refused_value)
            if problem is None:
                self._take_good(api_key, endpoint, batch, int(now * 1000), deduplicate=deduplicate)
            else:
                refused[index] = problem
        return refused

    def _take_good(self, api_key: str, endpoint: str, batch: SentBatch, now_ms: int, *, deduplicate: bool) -> None:
        problem = historical_problem(batch.content, now_ms) if endpoint == HISTORICAL else None
        if problem is not None:
            self.report.silently_dropped[problem.reason] += 1
        elif deduplicate and self._is_duplicate(api_key, batch.content):
            self.report.duplicates += 1
        else:
            self._keep(endpoint, batch, now_ms)

    def _is_duplicate(self, api_key: str, content: dict[str, Any]) -> bool:
        request_id = content.get("source_request_id")
        if request_id in (None, ""):
            return False
        seen = self._seen.setdefault(api_key, RecentIds(self._keep_request_ids))
        if str(request_id) in seen:
            return True
        seen.add(str(request_id))
        return False

    def _keep(self, endpoint: str, batch: SentBatch, now_ms: int) -> None:
        events = len(batch.content.get("events") or ())
        self.report.batches_accepted += 1
        self.report.events += events
        self.report.batches_by_endpoint[endpoint] += 1
        self.report.batches_by_environment[batch.content.get("environment") or "production"] += 1
        self.store.add(StoredBatch(batch.text, user_key(batch.content), endpoint, now_ms, events))
