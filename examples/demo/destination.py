"""The destination connector, run by PyAirbyte on tables of the warehouse."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mparticle_sandbox.testing import configured_catalog

from .pyairbyte import PyAirbyte, executable

_NAME = "destination-mparticle"
_WAREHOUSE = "warehouse"


def write(config: dict[str, Any], database: Path, schema: str, tables: Sequence[str], pyairbyte: PyAirbyte) -> None:
    """Write tables of a schema of a DuckDB file, each as a stream of its name.

    A table needs the column `_airbyte_extracted_at`. Raise DemoError with the connector's own sentence.
    """
    with pyairbyte.running(_NAME):
        import airbyte  # noqa: PLC0415 - takes seconds, and must find the environment set
        from airbyte.caches import DuckDBCache  # noqa: PLC0415
        from airbyte.progress import ProgressTracker  # noqa: PLC0415
        from airbyte.results import ReadResult  # noqa: PLC0415
        from airbyte.strategies import WriteStrategy  # noqa: PLC0415

        destination = airbyte.get_destination(_NAME, config=config, local_executable=executable(_NAME))
    # Anew, for making a connector takes away who listens to its log.
    with pyairbyte.running(_NAME):
        names = list(tables)
        with DuckDBCache(db_path=database, schema_name=schema, cache_dir=pyairbyte.cache) as cache:
            # PyAirbyte writes what a source has read; here SQL has made the tables in the source's stead.
            cache.register_source(_WAREHOUSE, _catalog(names), set(names))
            progress = ProgressTracker(source=None, cache=cache, destination=destination, expected_streams=names)
            rows = ReadResult(source_name=_WAREHOUSE, processed_streams=names, cache=cache, progress_tracker=progress)
            # PyAirbyte's own choice would be to overwrite, and events cannot be overwritten.
            destination.write(rows, write_strategy=WriteStrategy.APPEND)


def _catalog(tables: Sequence[str]) -> Any:
    # PyAirbyte's own models of the protocol, which come without types.
    from airbyte_protocol.models import ConfiguredAirbyteCatalog  # type: ignore[import-untyped] # noqa: PLC0415

    return ConfiguredAirbyteCatalog.model_validate(configured_catalog(*tables))
