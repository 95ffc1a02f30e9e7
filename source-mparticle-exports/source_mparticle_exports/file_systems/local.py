"""Folders of this machine."""

from typing import Any

from fsspec.implementations.local import LocalFileSystem

from source_mparticle_exports.config import LocalStorage
from source_mparticle_exports.file_systems.patience import Patience


def file_system(config: LocalStorage, patience: Patience) -> Any:  # noqa: ARG001 - a disk is not asked over a network
    """Return the file system."""
    return LocalFileSystem(skip_instance_cache=True, use_listings_cache=False)
