"""Extract the records of a response: of a list, of a single object, or of a list inside a single object.

`key` names the fields that identify a record, as mParticle sends it. A record of a list that lacks one fails the
stream; a single object that does is no row, which the outcomes of the partitions count.

The CDK passes on what the requester returned, so what it takes for a response is a `SliceResponse` here.
"""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import InitVar, dataclass
from typing import Any

from airbyte_cdk.sources.declarative.extractors.record_extractor import RecordExtractor

from source_mparticle.api import errors
from source_mparticle.api.envelope import Record, record_of, records_inside, records_of
from source_mparticle.components.slice_response import SliceResponse
from source_mparticle.traced_errors import traced_errors


@dataclass
class EnvelopeExtractor(RecordExtractor):
    """Reads bare arrays and `{"data": [...]}` alike, and fails on errors that arrive inside a 200."""

    parameters: InitVar[Mapping[str, Any]]
    key: Sequence[str] = ()

    def extract_records(self, response: SliceResponse) -> Iterable[MutableMapping[str, Any]]:  # type: ignore[override]
        """The records of the response. A body without a list is an error, never an empty stream."""
        with traced_errors():
            yield from _with_keys(self.records(response), self.key, response.api_response.url)
            response.found()

    def records(self, response: SliceResponse) -> Iterable[Record]:
        """The records as they came."""
        return records_of(response.api_response)


@dataclass
class InnerListExtractor(EnvelopeExtractor):
    """Reads the list `field` of one object; `carried` names fields of the object that each record takes along."""

    field: str = ""
    carried: Sequence[str] = ()

    def records(self, response: SliceResponse) -> Iterable[Record]:
        """The records of the inner list, as they came."""
        return records_inside(response.api_response, self.field, self.carried)


@dataclass
class SingleRecordExtractor(RecordExtractor):
    """Reads the one object of a response; `asked` is the field of the slice that its key has to equal."""

    parameters: InitVar[Mapping[str, Any]]
    key: Sequence[str] = ()
    asked: str = ""

    def extract_records(self, response: SliceResponse) -> Iterable[MutableMapping[str, Any]]:  # type: ignore[override]
        """The object of the response, alone in a list; nothing where it lacks its key."""
        with traced_errors():
            record = record_of(response.api_response)
            if _has(record, self.key) and all(response.is_of(record[name], self.asked) for name in self.key):
                response.found()
                return [record]
            response.missing_key(errors.without_key(response.api_response.url, self.key))
            return []


def _with_keys(records: Iterable[Record], key: Sequence[str], url: str) -> Iterator[Record]:
    for record in records:
        if not _has(record, key):
            raise errors.without_key(url, key)
        yield record


def _has(record: Record, key: Sequence[str]) -> bool:
    """Whether the record has its key: an empty text, a boolean, a list or an object identifies nothing."""
    return all(map(_identifies, map(record.get, key)))


def _identifies(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""
