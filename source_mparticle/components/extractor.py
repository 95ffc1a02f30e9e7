"""Take the records out of an answer: of a list, of a single thing, or of a list inside a single thing.

`key` names the fields that identify a record, as mParticle sends it. A record of a list that lacks one fails the
stream; a single thing that does is no row, which the tally of the fan-out counts.

The CDK passes what the requester returned on untouched, so what it takes for a response is `Answered` here.
"""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import InitVar, dataclass
from typing import Any

from airbyte_cdk.sources.declarative.extractors.record_extractor import RecordExtractor

from source_mparticle.api import problems
from source_mparticle.api.envelope import Record, record_of, records_inside, records_of
from source_mparticle.components.answered import Answered
from source_mparticle.components.traced import as_trace


@dataclass
class EnvelopeExtractor(RecordExtractor):
    """Reads bare arrays and `{"data": [...]}` alike, and fails on errors that arrive inside a 200."""

    parameters: InitVar[Mapping[str, Any]]
    key: Sequence[str] = ()

    def extract_records(self, response: Answered) -> Iterable[MutableMapping[str, Any]]:  # type: ignore[override]
        """The records of the answer. A body that is no list is an error, never an empty stream."""
        with as_trace():
            yield from _with_keys(self.records(response), self.key, response.answer.url)
            response.found()

    def records(self, response: Answered) -> Iterable[Record]:
        """The records as they came."""
        return records_of(response.answer)


@dataclass
class InnerListExtractor(EnvelopeExtractor):
    """Reads the list `field` of one object; `carried` names fields of the object that each record takes along."""

    field: str = ""
    carried: Sequence[str] = ()

    def records(self, response: Answered) -> Iterable[Record]:
        """The records of the inner list, as they came."""
        return records_inside(response.answer, self.field, self.carried)


@dataclass
class SingleRecordExtractor(RecordExtractor):
    """Reads the one object that an answer is about; `asked` is the field of the slice that its key has to equal."""

    parameters: InitVar[Mapping[str, Any]]
    key: Sequence[str] = ()
    asked: str = ""

    def extract_records(self, response: Answered) -> Iterable[MutableMapping[str, Any]]:  # type: ignore[override]
        """The object of the answer, alone in a list; nothing where it lacks its key."""
        with as_trace():
            record = record_of(response.answer)
            if _has(record, self.key) and all(response.is_of(record[name], self.asked) for name in self.key):
                response.found()
                return [record]
            response.keyless(problems.without_key(response.answer.url, self.key))
            return []


def _with_keys(records: Iterable[Record], key: Sequence[str], url: str) -> Iterator[Record]:
    for record in records:
        if not _has(record, key):
            raise problems.without_key(url, key)
        yield record


def _has(record: Record, key: Sequence[str]) -> bool:
    """Whether the record says what it is: a key of no text, a flag, a list or an object identifies nothing."""
    return all(_identifies(record.get(name)) for name in key)


def _identifies(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""
