"""A session with Amazon that acts as a role, and takes new credentials before the old ones end."""

import os
from typing import Any, Final

from aiobotocore.config import AioConfig
from aiobotocore.credentials import (
    AioAssumeRoleCredentialFetcher,
    AioCredentials,
    AioDeferredRefreshableCredentials,
)
from aiobotocore.session import AioSession

from source_mparticle_exports.config import S3Storage

# Any region's service can tell of a role; this one is always there.
_DEFAULT_REGION: Final = "us-east-1"
# Airbyte's own S3 connectors take the external ID from here.
_EXTERNAL_ID: Final = "AWS_ASSUME_ROLE_EXTERNAL_ID"


def session(config: S3Storage, limits: dict[str, Any]) -> Any:
    """Return a session whose credentials are the role's. The role is assumed with the first request.

    `limits` are options of a client's configuration.
    """
    base = AioSession()
    region = config.s3_bucket_region or _DEFAULT_REGION

    def create_client(service: str, **keys: Any) -> Any:
        return base.create_client(service, region_name=region, config=AioConfig(**limits), **keys)

    external_id = os.environ.get(_EXTERNAL_ID)
    fetcher = AioAssumeRoleCredentialFetcher(
        create_client,
        _source_credentials(config, base),
        config.role_arn,
        extra_args={"ExternalId": external_id} if external_id else None,
    )
    acting = AioSession()
    acting._credentials = AioDeferredRefreshableCredentials(  # noqa: SLF001 - the library has no other way in
        refresh_using=fetcher.fetch_credentials, method="assume-role"
    )
    return acting


def _source_credentials(config: S3Storage, base: AioSession) -> Any:
    """Return the credentials that assume the role: the configured keys, else those of the environment."""
    if config.access_key_id and config.secret_access_key:
        return AioCredentials(config.access_key_id, config.secret_access_key)
    return _CredentialsOfEnvironment(base)


class _CredentialsOfEnvironment:
    """The credentials of a session's default chain, looked up when they are needed."""

    def __init__(self, base: AioSession) -> None:
        self._base = base

    async def get_frozen_credentials(self) -> Any:
        found = await self._base.get_credentials()
        if found is None:
            raise PermissionError("There are no credentials to assume the role with.")
        return await found.get_frozen_credentials()
