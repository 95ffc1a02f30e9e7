"""The source connector, run by PyAirbyte."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .pyairbyte import PyAirbyte, executable

_NAME = "source-mparticle"


class Source:
    """One configured source. Its methods raise DemoError with the connector's own sentence."""

    def __init__(self, config: dict[str, Any], pyairbyte: PyAirbyte) -> None:
        self._pyairbyte = pyairbyte
        with pyairbyte.running(_NAME):
            import airbyte  # noqa: PLC0415 - takes seconds, and must find the environment set

            self._source = airbyte.get_source(_NAME, config=config, local_executable=executable(_NAME))

    def check(self) -> None:
        """Let the connector try its configuration."""
        with self._pyairbyte.running(_NAME):
            self._source.check()

    def streams(self) -> list[str]:
        """Ask the connector what can be read."""
        with self._pyairbyte.running(_NAME):
            return list(self._source.get_available_streams())

    def read(self, streams: Sequence[str], database: Path) -> int:
        """Read each stream into a table of its name in a DuckDB file; the number of records."""
        with self._pyairbyte.running(_NAME):
            from airbyte.caches import DuckDBCache  # noqa: PLC0415 - as above

            # Closed afterwards, for DuckDB lets nobody else open the file meanwhile.
            with DuckDBCache(db_path=database, cache_dir=self._pyairbyte.cache) as cache:
                # Not validated: `check` has done so, and asking the connector for its spec again takes seconds.
                result = self._source.read(cache=cache, streams=list(streams), skip_validation=True)
                return result.processed_records
