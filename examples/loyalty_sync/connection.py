"""Where the data goes: the mapping together with the credentials of an account, or of a sandbox."""

import json
from pathlib import Path
from typing import Any

from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import destination_config

from examples.demo.errors import DemoError

_MAPPING = Path(__file__).parent / "mapping.json"


def mapping() -> dict[str, Any]:
    """Return the destination's configuration without credentials."""
    return dict(json.loads(_MAPPING.read_text(encoding="utf-8")))


def sandbox_config(sandbox: SandboxProcess) -> dict[str, Any]:
    """Return the whole configuration for a sandbox."""
    return destination_config(sandbox, **mapping())


def account_config(secrets: Path) -> dict[str, Any]:
    """Return the whole configuration for the account that a file names with `api_key`, `api_secret` and `pod`.

    Raises DemoError where the file cannot be read.
    """
    try:
        credentials = json.loads(secrets.read_text(encoding="utf-8"))
    except OSError as error:
        raise DemoError(f"The secrets file {secrets} cannot be read: {error.strerror}.") from error
    except ValueError:
        # Neither quoted nor chained: the text holds the secret.
        raise DemoError(f"The secrets file {secrets} is not valid JSON: correct it.") from None
    if not isinstance(credentials, dict):
        raise DemoError(f'The secrets file {secrets} must hold a JSON object, such as {{"api_key": ...}}.')
    return {**mapping(), **credentials}
