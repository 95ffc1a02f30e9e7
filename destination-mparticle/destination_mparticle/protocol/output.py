"""One line at a time on stdout, from several threads."""

import logging
from threading import Lock
from typing import BinaryIO

import orjson
from airbyte_cdk.logger import AirbyteLogFormatter
from airbyte_cdk.models import AirbyteMessage, AirbyteMessageSerializer
from airbyte_cdk.utils.airbyte_secrets_utils import filter_secrets


class Output:
    """Writes whole lines and never mixes them."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = Lock()

    def line(self, line: bytes) -> None:
        """Write one line, at once."""
        with self._lock:
            self._stream.write(line + b"\n")
            self._stream.flush()

    def message(self, message: AirbyteMessage) -> None:
        """Write an Airbyte message, its secrets masked."""
        self.line(filter_secrets(orjson.dumps(AirbyteMessageSerializer.dump(message)).decode()).encode())


class LogHandler(logging.Handler):
    """Sends log records out as Airbyte messages. The CDK's formatter masks the secrets that it was told of."""

    def __init__(self, output: Output) -> None:
        super().__init__(logging.INFO)
        self._output = output
        self.setFormatter(AirbyteLogFormatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Write one log record."""
        self._output.line(self.format(record).encode())


def log_to(output: Output) -> None:
    """Make this the only place that logs go to."""
    root = logging.getLogger()
    root.handlers = [LogHandler(output)]
    root.setLevel(logging.INFO)
