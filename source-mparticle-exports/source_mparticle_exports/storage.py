"""Open the storage that the configuration names, through fsspec."""

import json
import os
from importlib import import_module
from typing import Any, Final

from airbyte_cdk.models import FailureType
from airbyte_cdk.utils import AirbyteTracedException

from source_mparticle_exports.config import AzureStorage, GcsStorage, LocalStorage, S3Storage, StorageConfig

_EXTRAS: Final = {"s3fs": "s3", "gcsfs": "gcs", "adlfs": "azure"}

# Two blocks of each open file are in memory at a time.
BLOCK_BYTES: Final = 2 * 1024 * 1024


class Storage:
    """A file system and the folder in it that holds the exports."""

    def __init__(self, filesystem: Any, root: str) -> None:
        self.filesystem = filesystem
        self.root = root.rstrip("/") or root

    def relative(self, path: str) -> str:
        """Return a path below the root as seen from there."""
        return path.removeprefix("/").removeprefix(self.root.removeprefix("/")).removeprefix("/")

    def open(self, path: str) -> Any:
        """Open a file, by its path below the root, to read bytes from start to end."""
        return self.filesystem.open(f"{self.root}/{path}", "rb", block_size=BLOCK_BYTES, cache_type="readahead")


def open_storage(config: StorageConfig) -> Storage:
    """Return the storage. Nothing is asked of it yet.

    Raises `AirbyteTracedException` (config error) where a package is not installed or a key is not JSON.
    """
    if isinstance(config, LocalStorage):
        # Listed files have absolute paths, whatever was asked for.
        root = os.path.abspath(config.path)  # noqa: PTH100 - as the file system does it: links stay links
        return Storage(_filesystem("fsspec.implementations.local", "LocalFileSystem"), root)
    if isinstance(config, S3Storage):
        return Storage(_s3(config), _below(config.s3_bucket_name, config.bucket_path))
    if isinstance(config, GcsStorage):
        return Storage(_gcs(config), _below(config.bucket_name, config.bucket_path))
    return Storage(_azure(config), _below(config.container_name, config.blob_path))


def _s3(config: S3Storage) -> Any:
    client = {"region_name": config.s3_bucket_region} if config.s3_bucket_region else {}
    options: dict[str, Any] = {"endpoint_url": config.s3_endpoint or None, "client_kwargs": client}
    if config.role_arn:
        _module("s3fs")
        assumed_role = import_module("source_mparticle_exports.assumed_role")
        return _filesystem("s3fs", "S3FileSystem", session=assumed_role.session(config), **options)
    # Without keys: the chain of environment, profile, web identity, container and instance.
    keys = {"key": config.access_key_id or None, "secret": config.secret_access_key or None}
    return _filesystem("s3fs", "S3FileSystem", **keys, **options)


def _gcs(config: GcsStorage) -> Any:
    if not config.service_account_json:
        return _filesystem("gcsfs", "GCSFileSystem", token="google_default")  # noqa: S106 - a way, no secret
    try:
        token = json.loads(config.service_account_json)
    except json.JSONDecodeError:
        raise config_error("The service account's key is not JSON.") from None
    return _filesystem("gcsfs", "GCSFileSystem", token=token)


def _azure(config: AzureStorage) -> Any:
    keys = {"account_key": config.account_key or None, "sas_token": config.sas_token or None}
    # Without keys: the chain of environment, workload and managed identity.
    return _filesystem("adlfs", "AzureBlobFileSystem", account_name=config.account_name, anon=False, **keys)


def _filesystem(module: str, name: str, **options: Any) -> Any:
    """Return a file system of its own: neither instances nor listings are remembered."""
    return getattr(_module(module), name)(skip_instance_cache=True, use_listings_cache=False, **options)


def _module(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as missing:
        extra = _EXTRAS.get(name)
        if extra is None or missing.name != name:
            raise
        message = f"To read this storage, install airbyte-source-mparticle-exports[{extra}]: {name} is not there."
        raise config_error(message) from None


def _below(bucket: str, path: str) -> str:
    return f"{bucket}/{path.strip('/')}".rstrip("/")


def config_error(message: str) -> AirbyteTracedException:
    """Return an error that the user can mend."""
    return AirbyteTracedException(message=message, internal_message=message, failure_type=FailureType.config_error)
