"""Change a record before it is emitted: one type for ids, no keys, a key of its own, a snapshot of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import InitVar, dataclass
from typing import Any

import orjson
import pendulum
from airbyte_cdk.sources.declarative.transformations.transformation import RecordTransformation
from airbyte_cdk.sources.types import Config, StreamSlice, StreamState

from source_mparticle.api.ids import as_integer
from source_mparticle.api.paths import replace_at
from source_mparticle.api.redaction import masked


@dataclass
class _AtPaths(RecordTransformation):
    """Changes the values at `paths`, which are dotted; `*` is every element of a list."""

    paths: Sequence[str]
    parameters: InitVar[Mapping[str, Any]]

    def __post_init__(self, parameters: Mapping[str, Any]) -> None:
        self._split_paths = [path.split(".") for path in self.paths]

    def _replace(self, record: dict[str, Any], change: Callable[[Any], Any]) -> None:
        for path in self._split_paths:
            replace_at(record, path, change)
