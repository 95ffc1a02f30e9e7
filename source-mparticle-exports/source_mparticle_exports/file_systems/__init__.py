"""The file systems of fsspec, one module for each kind of storage: each needs packages that an extra installs."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

from source_mparticle_exports.config import AzureStorage, GcsStorage, LocalStorage, S3Storage, StorageConfig
from source_mparticle_exports.file_systems.patience import Patience

# The extras have the names of the modules.
_MODULES: Final[Mapping[type[StorageConfig], str]] = {
    LocalStorage: "local",
    S3Storage: "s3",
    GcsStorage: "gcs",
    AzureStorage: "azure",
}


def file_system(config: StorageConfig, patience: Patience) -> Any:
    """Return the file system of a storage. Nothing is asked of it yet.

    Neither instances nor listings are remembered. Raises `ValueError` with a sentence where a package is not installed,
    or where the configuration cannot be used.
    """
    name = _MODULES[type(config)]
    try:
        module = import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as missing:
        message = (
            f"To read this storage, install airbyte-source-mparticle-exports[{name}]: {missing.name} is not there."
        )
        raise ValueError(message) from None
    return module.file_system(config, patience)
