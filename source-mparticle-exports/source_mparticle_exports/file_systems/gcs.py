"""Google Cloud Storage through gcsfs, with requests that end in time."""

import json
from typing import Any

import aiohttp

# Not the one that gcsfs offers at first: that asks for the kind of bucket over gRPC, with limits of its own.
from gcsfs.core import GCSFileSystem

from source_mparticle_exports.config import GcsStorage
from source_mparticle_exports.file_systems.patience import Patience


def file_system(config: GcsStorage, patience: Patience) -> Any:
    """Return the file system. Raises `ValueError` where the key is not JSON.

    gcsfs tries a request six times, whatever it is told.
    """
    timeout = aiohttp.ClientTimeout(total=patience.block, sock_connect=patience.connect, sock_read=patience.silence)
    return GCSFileSystem(
        token=_token(config), requests_timeout=timeout, skip_instance_cache=True, use_listings_cache=False
    )


def _token(config: GcsStorage) -> Any:
    if not config.service_account_json:
        # The chain of environment, workload identity and instance.
        return "google_default"
    try:
        return json.loads(config.service_account_json)
    except json.JSONDecodeError:
        # Without the text, which is secret.
        raise ValueError("The service account's key is not JSON.") from None
