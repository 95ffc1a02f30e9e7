"""Take the records out of a response: of a list, of a single thing, or of a list inside a single thing."""

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import InitVar, dataclass
from typing import Any

import requests
from airbyte_cdk.sources.declarative.extractors.record_extractor import RecordExtractor

from source_mparticle.api.envelope import record_of, records_inside, records_of
from source_mparticle.components.traced import as_trace


@dataclass
class EnvelopeExtractor(RecordExtractor):
    """Reads bare arrays and `{"data": [...]}` alike, and fails on errors that arrive inside a 200."""

    parameters: InitVar[Mapping[str, Any]]

    def extract_records(self, response: requests.Response) -> Iterable[MutableMapping[str, Any]]:
        """The records of the response's body. A body that is not JSON is an error, never an empty stream."""
        with as_trace():
            return records_of(response.content, response.url)


@dataclass
class SingleRecordExtractor(RecordExtractor):
    """Reads the one object that an answer is about."""

    parameters: InitVar[Mapping[str, Any]]

    def extract_records(self, response: requests.Response) -> Iterable[MutableMapping[str, Any]]:
        """The object of the response's body, alone in a list."""
        with as_trace():
            return [record_of(response.content, response.url)]


@dataclass
class InnerListExtractor(RecordExtractor):
    """Reads the list `field` of one object; `carried` names fields of the object that each record takes along."""

    field: str
    parameters: InitVar[Mapping[str, Any]]
    carried: Sequence[str] = ()

    def extract_records(self, response: requests.Response) -> Iterable[MutableMapping[str, Any]]:
        """The records of the inner list."""
        with as_trace():
            return records_inside(response.content, response.url, self.field, self.carried)
