"""Airbyte source for mParticle's Platform API."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from source_mparticle.source import SourceMparticle

__all__ = ["SourceMparticle"]


def __getattr__(name: str) -> Any:
    # Not imported with the package: that takes seconds, in which no signal would be handled.
    if name == "SourceMparticle":
        from source_mparticle.source import SourceMparticle  # noqa: PLC0415

        return SourceMparticle
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
