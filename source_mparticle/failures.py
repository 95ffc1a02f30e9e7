"""Says each failure of a sync once, and never that a failed stream was finished.

The CDK reports a stream's failure for every partition that meets it, with a traceback in the log and once more in its
closing error: a dead endpoint of 37 partitions makes 37 of each.
"""

import logging
from collections.abc import Iterable, Iterator

from airbyte_cdk.models import AirbyteMessage, AirbyteStreamStatus, FailureType, TraceType
from airbyte_cdk.utils.traced_exception import AirbyteTracedException

from source_mparticle.api.errors import MparticleError

# What the CDK's lines begin with, and how it marks its closing error.
_FAILED = "Exception while syncing stream "
_FINISHED = "Finished syncing "
_SUMMARY = "During the sync, the following streams did not sync successfully"
_CLOSING = "Concurrent read failure"


class NotEveryStreamWasRead(AirbyteTracedException):
    """Closes a sync in which streams failed. Each has said why, so this one needs no stack."""


class Failures(logging.Filter):
    """The failures of one sync, as they pass through the CDK's log and its messages. `logger` is the CDK's."""

    def __init__(self, logger: logging.Logger) -> None:
        super().__init__()
        self._logger = logger
        self._failed: set[str] = set()
        self._logged: set[tuple[str, str]] = set()
        # The streams that failed with a sentence, in the order in which they did.
        self._streams: dict[str, list[str]] = {}
        self._kinds: set[FailureType] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the CDK's line is logged. A failure of ours is put into one line, without a traceback."""
        line = record.getMessage()
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and line.startswith(_FAILED):
            return self._is_logged(record, line.removeprefix(_FAILED), error)
        if line.startswith(_FINISHED):
            return line.removeprefix(_FINISHED) not in self._failed
        return not line.startswith(_SUMMARY)

    def once(self, messages: Iterable[AirbyteMessage]) -> Iterator[AirbyteMessage]:
        """The messages, with one error for each stream and sentence.

        Raises, in place of the CDK's closing error, one that names each stream and sentence once.
        """
        self._logger.addFilter(self)
        try:
            yield from filter(self._is_new, messages)
        except AirbyteTracedException as error:
            if error.internal_message != _CLOSING or not self._streams:
                raise
            raise self._closing() from None
        finally:
            self._logger.removeFilter(self)

    def _is_logged(self, record: logging.LogRecord, stream: str, error: BaseException) -> bool:
        self._failed.add(stream)
        sentence = str(error)
        if (stream, sentence) in self._logged:
            return False
        self._logged.add((stream, sentence))
        if _is_expected(error):
            record.msg, record.args = "%s", (_about([stream], sentence),)
            record.exc_info = record.exc_text = None
        return True

    def _is_new(self, message: AirbyteMessage) -> bool:
        trace = message.trace
        if trace is None or trace.type != TraceType.ERROR or trace.error is None or not trace.error.stream_descriptor:
            return True
        stream, sentence = trace.error.stream_descriptor.name, trace.error.message
        streams = self._streams.setdefault(sentence, [])
        if stream in streams:
            return False
        streams.append(stream)
        self._kinds.add(trace.error.failure_type or FailureType.system_error)
        return True

    def _closing(self) -> "NotEveryStreamWasRead":
        failed = " ".join(_about(streams, sentence) for sentence, streams in self._streams.items())
        message = f"Not every stream was read. {failed}"
        # Where a retry helps one stream and a changed setting another, the setting comes first.
        kind = next(iter(self._kinds)) if len(self._kinds) == 1 else FailureType.config_error
        return NotEveryStreamWasRead(message=message, internal_message=message, failure_type=kind)


def all_ended(messages: Iterable[AirbyteMessage], streams: Iterable[str]) -> Iterator[AirbyteMessage]:
    """The messages of a sync. Raises where they are over before each of the `streams` was complete or incomplete.

    The CDK ends a sync without a word, and without an error, when an empty record comes its way.
    """
    awaited = set(streams)
    for message in messages:
        status = message.trace.stream_status if message.trace else None
        if status and status.status in (AirbyteStreamStatus.COMPLETE, AirbyteStreamStatus.INCOMPLETE):
            awaited.discard(status.stream_descriptor.name)
        yield message
    if awaited:
        sentence = f"The sync was over before {', '.join(sorted(awaited))} were read. Report it with this message."
        raise AirbyteTracedException(message=sentence, internal_message=sentence, failure_type=FailureType.system_error)


def _about(streams: list[str], sentence: str) -> str:
    return sentence if sentence.startswith(streams[0]) else f"{', '.join(streams)}: {sentence}"


def _is_expected(error: BaseException) -> bool:
    return isinstance(error, AirbyteTracedException) and (
        isinstance(error.__cause__, MparticleError) or error.failure_type != FailureType.system_error
    )
