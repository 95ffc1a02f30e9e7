"""Take the records out of an answer: of a list, of a single thing, or of a list inside a single thing.

The CDK passes what the requester returned on untouched, so what it takes for a response is an `Answer` here.
"""

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import InitVar, dataclass
from typing import Any

from airbyte_cdk.sources.declarative.extractors.record_extractor import RecordExtractor

from source_mparticle.api.answers import Answer
from source_mparticle.api.envelope import record_of, records_inside, records_of
from source_mparticle.components.traced import as_trace


@dataclass
class EnvelopeExtractor(RecordExtractor):
    """Reads bare arrays and `{"data": [...]}` alike, and fails on errors that arrive inside a 200."""

    parameters: InitVar[Mapping[str, Any]]

    def extract_records(  # type: ignore[override] # see above
        self, response: Answer
    ) -> Iterable[MutableMapping[str, Any]]:
        """The records of the answer, one at a time. What is no list of records is an error, never an empty stream."""
        with as_trace():
            yield from records_of(response)


@dataclass
class SingleRecordExtractor(RecordExtractor):
    """Reads the one object that an answer is about."""

    parameters: InitVar[Mapping[str, Any]]

    def extract_records(  # type: ignore[override] # see above
        self, response: Answer
    ) -> Iterable[MutableMapping[str, Any]]:
        """The object of the answer, alone."""
        with as_trace():
            yield record_of(response)


@dataclass
class InnerListExtractor(RecordExtractor):
    """Reads the list `field` of one object; `carried` names fields of the object that each record takes along."""

    field: str
    parameters: InitVar[Mapping[str, Any]]
    carried: Sequence[str] = ()

    def extract_records(  # type: ignore[override] # see above
        self, response: Answer
    ) -> Iterable[MutableMapping[str, Any]]:
        """The records of the inner list."""
        with as_trace():
            yield from records_inside(response, self.field, self.carried)
