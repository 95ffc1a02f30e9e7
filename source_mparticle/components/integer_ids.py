"""Gives the ids of a record one type."""

from collections.abc import Mapping, Sequence
from dataclasses import InitVar, dataclass
from typing import Any

from airbyte_cdk.sources.declarative.transformations.transformation import RecordTransformation
from airbyte_cdk.sources.types import Config, StreamSlice, StreamState

from source_mparticle.api.ids import make_integers


@dataclass
class IntegerIds(RecordTransformation):
    """Turns ids that came as strings of digits into integers; `paths` are dotted, `*` is every element of a list."""

    paths: Sequence[str]
    parameters: InitVar[Mapping[str, Any]]

    def __post_init__(self, parameters: Mapping[str, Any]) -> None:
        self._split_paths = [path.split(".") for path in self.paths]

    def transform(
        self,
        record: dict[str, Any],
        config: Config | None = None,  # noqa: ARG002 - the CDK names these
        stream_state: StreamState | None = None,  # noqa: ARG002
        stream_slice: StreamSlice | None = None,  # noqa: ARG002
    ) -> None:
        """Change the record in place."""
        for path in self._split_paths:
            make_integers(record, path)
