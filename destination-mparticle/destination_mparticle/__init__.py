"""Airbyte destination that writes to mParticle."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from destination_mparticle.destination import DestinationMparticle

__all__ = ["DestinationMparticle"]


def __getattr__(name: str) -> Any:
    # Not imported with the package: that takes a second, in which a signal would meet nobody.
    if name == "DestinationMparticle":
        from destination_mparticle.destination import DestinationMparticle  # noqa: PLC0415

        return DestinationMparticle
    raise AttributeError(name)
