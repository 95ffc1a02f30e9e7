"""What is fixed when a sync starts."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from destination_mparticle.config import Config
from destination_mparticle.findings_log import raise_on_errors
from destination_mparticle.mapping.compile import compile_plans
from destination_mparticle.mapping.plan import Plan
from destination_mparticle.mapping.streams import CatalogStream, StreamKey


@dataclass(frozen=True)
class Run:
    """One run of a sync: its configuration, its catalog, and a plan for each stream."""

    config: Config
    catalog: Mapping[StreamKey, CatalogStream]
    plans: Mapping[StreamKey, Plan[Any]]
    started: datetime
    name: str
    """Names the run's folder in the store of rejected records: the platform's sync id, else an id of its own."""

    @classmethod
    def begin(cls, config: Config, catalog: Mapping[StreamKey, CatalogStream]) -> "Run":
        """Compile the mappings. Raises a `ConfigError` that lists everything that is wrong with them."""
        sync_id = next((stream.sync_id for stream in catalog.values() if stream.sync_id is not None), None)
        name = f"sync_{sync_id}" if sync_id is not None else f"run_{uuid.uuid4().hex}"
        compiled = compile_plans(config, catalog)
        raise_on_errors(compiled.findings)
        return cls(config, catalog, compiled.plans, datetime.now(timezone.utc), name)

    def share(self, total: int, minimum: int) -> int:
        """Return what each stream gets of a total, at least the minimum."""
        return max(minimum, total // max(1, len(self.catalog)))
