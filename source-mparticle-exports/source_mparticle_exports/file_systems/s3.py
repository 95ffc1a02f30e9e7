"""Amazon S3 and its like through s3fs, with requests that end in time."""

import asyncio
from typing import Any

import aiohttp
from aiobotocore.httpsession import AIOHTTPSession
from botocore.exceptions import ReadTimeoutError
from s3fs import S3FileSystem

from source_mparticle_exports.config import S3Storage
from source_mparticle_exports.file_systems import assumed_role
from source_mparticle_exports.file_systems.patience import Patience


def file_system(config: S3Storage, patience: Patience) -> Any:
    """Return the file system."""
    limits = _limits(patience)
    if config.role_arn:
        access: dict[str, Any] = {"session": assumed_role.session(config, limits)}
    else:
        # Without keys: the chain of environment, profile, web identity, container and instance.
        access = {"key": config.access_key_id or None, "secret": config.secret_access_key or None}
    found = S3FileSystem(
        endpoint_url=config.s3_endpoint or None,
        client_kwargs={"region_name": config.s3_bucket_region} if config.s3_bucket_region else {},
        config_kwargs=limits,
        skip_instance_cache=True,
        use_listings_cache=False,
        **access,
    )
    # For files it counts twice, one in the other.
    found.retries = patience.rounds
    return found


def _limits(patience: Patience) -> dict[str, Any]:
    """Return the options of a client's configuration."""
    return {
        "connect_timeout": patience.connect,
        "read_timeout": patience.silence,
        "retries": {"mode": "standard", "total_max_attempts": patience.attempts},
        "http_session_cls": _session_class(patience),
    }


def _session_class(patience: Patience) -> type[AIOHTTPSession]:
    class PatientSession(AIOHTTPSession):  # type: ignore[misc] # the library has no types
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._timeout = aiohttp.ClientTimeout(
                total=patience.block, sock_connect=patience.connect, sock_read=patience.silence
            )

        async def send(self, request: Any) -> Any:
            # It returns once the head is there, or all of what is no file.
            try:
                return await asyncio.wait_for(super().send(request), patience.answer)
            except asyncio.TimeoutError as error:
                raise ReadTimeoutError(endpoint_url=request.url, error=error) from error

    return PatientSession
