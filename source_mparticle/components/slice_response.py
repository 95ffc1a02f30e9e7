"""What the requester hands to the extractor."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from source_mparticle.api.errors import MparticleError
from source_mparticle.api.partition_outcomes import PartitionOutcomes
from source_mparticle.api.record_fields import as_integer
from source_mparticle.api.response import ApiResponse
from source_mparticle.api.urls import path_of
from source_mparticle.components.partition_routers import partition_value


@dataclass
class SliceResponse:
    """A response and the slice it was requested for; without a partition router, no outcomes and an empty slice."""

    api_response: ApiResponse
    outcomes: PartitionOutcomes | None
    slice: Mapping[str, Any]

    def is_of(self, key: Any, slice_field: str) -> bool:
        """Whether an object with this key is the one that was requested, by a field of the slice."""
        return bool(as_integer(key) == as_integer(partition_value(self.slice, slice_field)))

    def found(self) -> None:
        """Record that the response holds what was requested."""
        if self.outcomes:
            self.outcomes.found()

    def missing_key(self, error: MparticleError) -> None:
        """Record that the one object lacks its key. Raises `error` where nothing proves that others have it."""
        if self.outcomes is None:
            raise error
        self.outcomes.missing("came without its key", error, path_of(self.api_response.url))
