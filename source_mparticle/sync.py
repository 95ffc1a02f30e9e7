"""What all streams of one sync share: the HTTP client, and the responses that several of them need."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from airbyte_cdk.utils.airbyte_secrets_utils import add_to_secrets

from source_mparticle.api.client import Client
from source_mparticle.api.single_flight import SingleFlight


@dataclass(frozen=True)
class Sync:
    """One client, with one token and one retry budget, and one memory of shared responses."""

    client: Client
    single_flight: SingleFlight = field(default_factory=SingleFlight)

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> "Sync":
        """The sync that is being built, or one of its own for a component built outside `SourceMparticle`."""
        return _being_built.get() or cls._new(config)

    @classmethod
    def _new(cls, config: Mapping[str, Any]) -> "Sync":
        return cls(Client.of(config, learn_secret=add_to_secrets))


_being_built: ContextVar[Sync | None] = ContextVar("_being_built", default=None)


@contextmanager
def one_sync(config: Mapping[str, Any]) -> Iterator[None]:
    """Every component that is built inside this block belongs to one and the same sync.

    The CDK builds a requester for each stream and offers no place for what they share. Building
    happens in one thread, so a context variable carries it there without a registry that would outlive the sync.
    """
    previous = _being_built.set(Sync._new(config))  # noqa: SLF001 - the block is the constructor's only other user
    try:
        yield
    finally:
        _being_built.reset(previous)
