"""Takes the records out of a response."""

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import InitVar, dataclass
from typing import Any

import requests
from airbyte_cdk.sources.declarative.extractors.record_extractor import RecordExtractor

from source_mparticle.api.envelope import records_of
from source_mparticle.components.traced import as_trace


@dataclass
class EnvelopeExtractor(RecordExtractor):
    """Reads bare arrays and `{"data": [...]}` alike, and fails on errors that arrive inside a 200."""

    parameters: InitVar[Mapping[str, Any]]

    def extract_records(self, response: requests.Response) -> Iterable[MutableMapping[str, Any]]:
        """The records of the response's body. A body that is not JSON is an error, never an empty stream."""
        with as_trace():
            return records_of(response.content, response.url)
