"""Record transformations: add fields, give ids one type, mask keys, reduce an audience to its snapshot."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import InitVar, dataclass
from typing import Any

import pendulum
from airbyte_cdk.sources.declarative.transformations.transformation import RecordTransformation
from airbyte_cdk.sources.types import Config, StreamSlice, StreamState

from source_mparticle.api.record_fields import as_integer, replace_at
from source_mparticle.api.redaction import mask_at
from source_mparticle.components.partition_routers import partition_value


@dataclass
class _Transformation(RecordTransformation):
    """The CDK's interface, without the arguments that none of these needs."""

    parameters: InitVar[Mapping[str, Any]]

    def __post_init__(self, parameters: Mapping[str, Any]) -> None:
        """Take nothing from the manifest's parameters."""

    def transform(
        self,
        record: dict[str, Any],
        config: Config | None = None,  # noqa: ARG002 - the CDK names these
        stream_state: StreamState | None = None,  # noqa: ARG002
        stream_slice: StreamSlice | None = None,  # noqa: ARG002
    ) -> None:
        """Change the record in place."""
        self.change(record)

    def change(self, record: dict[str, Any]) -> None:
        """Change the record in place."""
        raise NotImplementedError


@dataclass
class FromSlice(RecordTransformation):
    """Adds what the request was made for: each of the `fields` from the slice, as it is there.

    The CDK's AddFields evaluates what it adds, and makes of a name in quotes the same name without them.
    """

    parameters: InitVar[Mapping[str, Any]]
    fields: Sequence[str] = ()

    def transform(
        self,
        record: dict[str, Any],
        config: Config | None = None,  # noqa: ARG002 - the CDK names these
        stream_state: StreamState | None = None,  # noqa: ARG002
        stream_slice: StreamSlice | None = None,
    ) -> None:
        """Change the record in place."""
        if stream_slice is None:
            return
        for name in self.fields:
            value = partition_value(stream_slice.partition, name)
            value = stream_slice.extra_fields.get(name) if value is None else value
            if value is not None:
                record[name] = value


@dataclass
class IntegerIds(_Transformation):
    """Turns ids that came as strings of digits into integers; `paths` are dotted, `*` is every element of a list."""

    paths: Sequence[str] = ()

    def __post_init__(self, parameters: Mapping[str, Any]) -> None:
        self._paths = [path.split(".") for path in self.paths]

    def change(self, record: dict[str, Any]) -> None:
        """Give the ids their type."""
        for path in self._paths:
            replace_at(record, path, as_integer)


@dataclass
class LowerCase(_Transformation):
    """Puts the texts at `paths` into lower case: mParticle writes the platform of an app in several ways."""

    paths: Sequence[str] = ()

    def __post_init__(self, parameters: Mapping[str, Any]) -> None:
        self._paths = [path.split(".") for path in self.paths]

    def change(self, record: dict[str, Any]) -> None:
        """Give the texts one spelling."""
        for path in self._paths:
            replace_at(record, path, lambda value: value.lower() if isinstance(value, str) else value)


@dataclass
class RedactKeys(_Transformation):
    """Masks keys and setting values at `paths`, unless the option `redact_keys` is off."""

    config: Config | None = None
    paths: Sequence[str] = ()

    def __post_init__(self, parameters: Mapping[str, Any]) -> None:
        on = bool((self.config or {}).get("redact_keys", True))
        self._paths = [path.split(".") for path in self.paths] if on else []

    def change(self, record: dict[str, Any]) -> None:
        """Put the mask in place of what is there."""
        for path in self._paths:
            mask_at(record, path)


@dataclass
class JoinedKey(_Transformation):
    """Adds `field`, which tells records without an id apart: the JSON array of the values of `parts`."""

    field: str = ""
    parts: Sequence[str] = ()

    def change(self, record: dict[str, Any]) -> None:
        """Add the key."""
        parts = [record.get(part) for part in self.parts]
        record[self.field] = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


@dataclass
class AudienceSnapshot(_Transformation):
    """Reduces an audience to its numbers of the day. The day is the one, in UTC, on which the sync started."""

    def __post_init__(self, parameters: Mapping[str, Any]) -> None:
        self._today = pendulum.now("UTC").to_date_string()

    def change(self, record: dict[str, Any]) -> None:
        """Replace the audience by its snapshot."""
        kept = ("size", "added_last_24_hours", "dropped_last_24_hours", "status")
        snapshot = {"audience_id": record.get("id"), "date": self._today}
        snapshot |= {name: record[name] for name in kept if name in record}
        record.clear()
        record.update(snapshot)
