"""An Airbyte destination that writes to mParticle's Events API."""

from destination_mparticle.destination import DestinationMparticle

__all__ = ["DestinationMparticle"]
