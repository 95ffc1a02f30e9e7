"""Azure Blob Storage through adlfs, with requests that end in time.

adlfs makes a client of its own for each file, and has no option for how long these wait. Here all files share one.
"""

import asyncio
from typing import Any

from adlfs import AzureBlobFileSystem
from adlfs.spec import AzureBlobFile
from azure.core.exceptions import ServiceResponseTimeoutError
from azure.core.pipeline.transport import AioHttpTransport
from azure.storage.blob.aio import BlobServiceClient

from source_mparticle_exports.config import AzureStorage
from source_mparticle_exports.file_systems.patience import Patience


def file_system(config: AzureStorage, patience: Patience) -> Any:
    """Return the file system."""
    return PatientAzure(
        patience=patience,
        account_name=config.account_name,
        # Without a key or token: the chain of environment, workload and managed identity.
        account_key=config.account_key or None,
        sas_token=config.sas_token or None,
        anon=False,
        skip_instance_cache=True,
        use_listings_cache=False,
    )


class PatientAzure(AzureBlobFileSystem):  # type: ignore[misc] # the library has no types
    """Containers and blobs of one account."""

    service_client: Any

    def __init__(self, *, patience: Patience, **options: Any) -> None:
        self.patience = patience
        super().__init__(**options)

    def do_connect(self) -> None:
        """Make the client. The address and the credential are those that adlfs finds."""
        super().do_connect()
        found, patience = self.service_client, self.patience
        self.service_client = BlobServiceClient(
            found.url,
            credential=found.credential,
            transport=_PatientTransport(patience),
            connection_timeout=patience.connect,
            read_timeout=patience.silence,
            retry_total=patience.attempts - 1,
            initial_backoff=1,
            increment_base=2,
        )

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
