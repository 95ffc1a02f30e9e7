"""Which account the demo reads: one that a file names, or the one of a sandbox started for the occasion."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import profiles_option, source_config

from .errors import DemoError

# mParticle answers 15 look-ups of profiles a second.
_PROFILES_READ = 20


@dataclass(frozen=True)
class Account:
    """An account to read: the source's configuration, and where the data comes from, in words.

    `sandbox` is the sandbox whose account it is, and None for a real one, which is never written to.
    """

    config: dict[str, Any]
    origin: str
    sandbox: SandboxProcess | None = None


@contextmanager
def open_account(config_file: Path | None) -> Iterator[Account]:
    """Yield the account of `config_file`; without one, that of a sandbox which lasts as long as the `with` block."""
    if config_file is not None:
        config = _read(config_file)
        yield Account(config, f"mParticle account {config.get('account_id', 'without a number')}")
        return
    with SandboxProcess() as sandbox:
        origin = f"made-up account {sandbox.account_id} of the mParticle sandbox"
        yield Account(_config(sandbox), origin, sandbox)


def _config(sandbox: SandboxProcess) -> dict[str, Any]:
    return source_config(sandbox, org_id=sandbox.org_id, profiles=profiles_option(sandbox, limit=_PROFILES_READ))


def _read(path: Path) -> dict[str, Any]:
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DemoError(f"The config file {path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        # Not quoted: the text holds the secret.
        raise DemoError(f"The config file {path} is not valid JSON: correct it.") from error
    if not isinstance(config, dict):
        raise DemoError(f'The config file {path} must hold a JSON object, such as {{"client_id": ...}}.')
    return config
