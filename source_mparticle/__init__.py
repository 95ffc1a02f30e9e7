"""Airbyte source for mParticle's Platform API."""

from source_mparticle.source import SourceMparticle

__all__ = ["SourceMparticle"]
