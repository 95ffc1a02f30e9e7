"""Google Cloud Storage through gcsfs, with requests that end in time."""

import json
import os
from functools import partial
from typing import Any

import aiohttp

# Not the one that gcsfs offers at first: that asks for the kind of bucket over gRPC, with limits of its own.
from gcsfs.core import GCSFileSystem
from google.auth.exceptions import DefaultCredentialsError, RefreshError
from google.oauth2.service_account import Credentials

from source_mparticle_exports.config import GcsStorage
from source_mparticle_exports.file_systems.patience import Patience

_SCOPE = "https://www.googleapis.com/auth/devstorage.read_only"


def file_system(config: GcsStorage, patience: Patience) -> Any:
    """Return the file system. Raises `ValueError` where there is no key, or the key is not one of a service account.

    gcsfs tries a request six times, whatever it is told.
    """
    timeout = aiohttp.ClientTimeout(total=patience.block, sock_connect=patience.connect, sock_read=patience.silence)
    try:
        return GCSFileSystem(
            token=_token(config, patience),
            access="read_only",
            requests_timeout=timeout,
            skip_instance_cache=True,
            use_listings_cache=False,
        )
    except DefaultCredentialsError:
        message = "This machine has no credentials for Google. Set Service Account Key (`service_account_json`)."
        raise ValueError(message) from None


def _token(config: GcsStorage, patience: Patience) -> Any:
    if config.service_account_json:
        return _credentials(config.service_account_json, patience)
    if os.environ.get("STORAGE_EMULATOR_HOST"):
        # Requests go there, and as with Google's own libraries an emulator asks for no credentials.
        return "anon"
    # The chain of environment, workload identity and instance.
    return "google_default"


def _credentials(key: str, patience: Patience) -> "ServiceAccount":
    # Errors come without the text, which is secret.
    try:
        info = json.loads(key)
    except json.JSONDecodeError:
        raise ValueError("The Service Account Key (`service_account_json`) is not JSON.") from None
    if not isinstance(info, dict) or info.get("type") != "service_account":
        raise ValueError("The Service Account Key (`service_account_json`) is not a key of a service account.")
    try:
        found: ServiceAccount = ServiceAccount.from_service_account_info(  # type: ignore[no-untyped-call] # it has no types
            info, scopes=[_SCOPE]
        )
    except ValueError:
        raise ValueError("The Service Account Key (`service_account_json`) is not whole.") from None
    found.patience = patience
    return found


class ServiceAccount(Credentials):
    """The credentials of a service account. A key that Google does not take is told at once.

    gcsfs asks six times for a token, half a minute long, and forgets why it was refused.
    """

    patience: Patience

    def refresh(self, request: Any) -> None:
        """Ask for a token. Raises `PermissionError` where it is refused, `RefreshError` where it may come later."""
        try:
            super().refresh(partial(request, timeout=self.patience.silence))  # type: ignore[no-untyped-call] # as above
        except RefreshError as error:
            if error.retryable:
                raise
            # The second argument is the whole answer.
            raise PermissionError(str(error.args[0])) from error
