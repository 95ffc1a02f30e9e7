"""Azure Blob Storage for tests: Azurite, which is Microsoft's emulator."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from azure.storage.blob import BlobServiceClient, ContainerSasPermissions, generate_container_sas

from integration_tests.storages import BUCKET

# The account and key that everyone's emulator has.
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
_ENDPOINT = "AZURE_STORAGE_SERVICE_ENDPOINT"
# In memory, at any port. It knows fewer versions of the service than the libraries.
_OPTIONS = ("--inMemoryPersistence", "--blobPort", "0", "--silent", "--disableTelemetry", "--skipApiVersionCheck")


def azurite_command() -> str | None:
    """Where the emulator is: the variable `AZURITE_BLOB` names it, else it is `azurite-blob` of the path."""
    return os.environ.get("AZURITE_BLOB") or shutil.which("azurite-blob")


def azure_storage(**changes: str) -> dict[str, Any]:
    return {"storage_type": "Azure", "account_name": ACCOUNT, "container_name": BUCKET, **changes}


@contextmanager
def azurite() -> Iterator[BlobServiceClient]:
    """A client of an emulator with one container, which is empty. The connector finds it in the environment."""
    command = azurite_command()
    assert command
    process = subprocess.Popen([command, *_OPTIONS], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        url = f"{_address(process)}/{ACCOUNT}"
        with BlobServiceClient(url, credential=KEY) as client, at(url):
            client.create_container(BUCKET)
            yield client
    finally:
        process.terminate()
        process.communicate()


@contextmanager
def at(url: str) -> Iterator[None]:
    """The connector asks a server at this address."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(_ENDPOINT, url)
        yield


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    said = []
    for line in process.stdout:
        said.append(line)
        found = re.search(r"listens on (http://\S+)", line)
        if found:
            return found[1]
    raise RuntimeError(f"The emulator did not start: {''.join(said)}")


def put_blob(client: BlobServiceClient, path: str, content: bytes) -> None:
    client.get_blob_client(BUCKET, path).upload_blob(content)


def sas_token() -> str:
    """A token that may list and read the container, and nothing else."""
    may = ContainerSasPermissions(read=True, list=True)
    until = datetime.now(timezone.utc) + timedelta(hours=1)
    return str(generate_container_sas(ACCOUNT, BUCKET, KEY, permission=may, expiry=until))
