"""Azure Blob Storage through adlfs, with requests that end in time.

adlfs makes a client of its own for each file, and has no option for how long these wait. Here all files share one.
"""

import asyncio
import os
from typing import Any, Final

from adlfs import AzureBlobFileSystem
from adlfs.spec import AzureBlobFile
from azure.core.credentials import AzureNamedKeyCredential, AzureSasCredential
from azure.core.exceptions import ServiceResponseTimeoutError
from azure.core.pipeline.transport import AioHttpTransport
from azure.identity.aio import DefaultAzureCredential
from azure.storage.blob.aio import BlobServiceClient
from fsspec.asyn import sync_wrapper

from source_mparticle_exports.config import AzureStorage
from source_mparticle_exports.file_systems.patience import Patience

# The Azure CLI's name for the address of the service, where this is not the public cloud's.
_ENDPOINT: Final = "AZURE_STORAGE_SERVICE_ENDPOINT"


def file_system(config: AzureStorage, patience: Patience) -> Any:
    """Return the file system."""
    return PatientAzure(
        patience=patience,
        account_name=config.account_name,
        credential=_credential(config),
        skip_instance_cache=True,
        use_listings_cache=False,
    )


def _credential(config: AzureStorage) -> Any:
    if config.account_key:
        return AzureNamedKeyCredential(config.account_name, config.account_key)
    if config.sas_token:
        return AzureSasCredential(config.sas_token.removeprefix("?"))
    # The chain of environment, workload and managed identity.
    return DefaultAzureCredential()


class PatientAzure(AzureBlobFileSystem):  # type: ignore[misc] # the library has no types
    """Containers and blobs of one account."""

    def __init__(self, *, patience: Patience, **options: Any) -> None:
        self.patience = patience
        super().__init__(**options)

    def do_connect(self) -> None:
        """Make the client, of the configured account and credential.

        adlfs would let variables of the environment take their place, such as `AZURE_STORAGE_CONNECTION_STRING`: then
        another account would be read.
        """
        patience = self.patience
        self.service_client = BlobServiceClient(
            os.environ.get(_ENDPOINT) or f"https://{self.account_name}.blob.core.windows.net",
            credential=self.credential,
            transport=_PatientTransport(patience),
            connection_timeout=patience.connect,
            read_timeout=patience.silence,
            retry_total=patience.attempts - 1,
            initial_backoff=1,
            increment_base=2,
        )

    async def _find(self, path: str, **options: Any) -> Any:
        found = await super()._find(path, **options)
        if isinstance(found, list):
            # adlfs lists a blob as itself, without details.
            raise NotADirectoryError(path)
        return found

    def _open(self, path: str, mode: str = "rb", block_size: int | None = None, **options: Any) -> "PatientBlob":
        return PatientBlob(fs=self, path=path, mode=mode, block_size=block_size, **options)


class PatientBlob(AzureBlobFile):  # type: ignore[misc] # the library has no types
    """One blob, read in blocks."""

    def connect_client(self) -> None:
        """Take the client of the file system."""
        self.container_client = self.fs.service_client.get_container_client(self.container_name)

    async def _async_fetch_range(self, start: int, end: int | None = None, **options: Any) -> Any:
        patience: Patience = self.fs.patience
        # The client tries again itself, all within this time.
        fetched = super()._async_fetch_range(start, end, **options)
        return await asyncio.wait_for(fetched, patience.block * patience.rounds)

    # adlfs binds its own method to this name.
    _fetch_range = sync_wrapper(_async_fetch_range)


class _PatientTransport(AioHttpTransport):  # type: ignore[misc] # as above
    def __init__(self, patience: Patience) -> None:
        super().__init__()
        self._patience = patience

    async def send(self, request: Any, **options: Any) -> Any:
        # It returns once the head is there, or all of what is no blob.
        try:
            return await asyncio.wait_for(super().send(request, **options), self._patience.answer)
        except asyncio.TimeoutError as error:
            raise ServiceResponseTimeoutError("The answer took too long.", error=error) from error
