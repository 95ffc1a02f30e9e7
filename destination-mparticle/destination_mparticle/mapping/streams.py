"""What the core needs to know about streams: from the catalog, and from the configuration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from destination_mparticle.objects.apis import Api


class StreamKey(NamedTuple):
    """What names a stream. An empty namespace is none."""

    namespace: str
    name: str

    def __str__(self) -> str:
        """Return the stream's name for people. Two streams may share it, since names may hold dots."""
        return f"{self.namespace}.{self.name}" if self.namespace else self.name

    @property
    def identity(self) -> str:
        """A text that no other stream has. Ids of records are made of it, so it must never change."""
        return f"{self.namespace}\x00{self.name}"


@dataclass(frozen=True)
class CatalogStream:
    """One configured stream.

    `columns` are the properties of its JSON schema by their names in lower case, empty where the schema has none, and
    `is_open` says that the schema states that there may be others. `sync_id` is the same for all attempts of one
    Airbyte job, and None where the platform does not send it.
    """

    key: StreamKey
    sync_mode: str
    columns: Mapping[str, str]
    is_open: bool = False
    object_name: str | None = None
    primary_key: tuple[tuple[str, ...], ...] = ()
    sync_id: int | None = None


@dataclass(frozen=True)
class StreamMapping:
    """How the user maps one stream. `fields` are pairs of a field's name and a template."""

    stream: str
    namespace: str
    object_name: str
    operation: str | None
    fields: tuple[tuple[str, str], ...]
    unmapped_attributes: bool

    @property
    def key(self) -> StreamKey:
        """The stream. Without a namespace it stands for streams of that name in any namespace."""
        return StreamKey(self.namespace, self.stream)


@dataclass(frozen=True)
class DataPlan:
    """The plan that batches name, so that mParticle can check them. No version means the latest."""

    plan_id: str
    plan_version: int | None


class MappingConfig(Protocol):
    """What compiling needs of the configuration."""

    @property
    def streams(self) -> Sequence[StreamMapping]:
        """The mappings, in the user's order."""

    def missing_options(self, api: Api) -> Sequence[str]:
        """Return the options that an API needs and that are not filled in, as messages name them."""

    def option(self, name: str) -> str:
        """Return how messages name an option at the top of the configuration."""
