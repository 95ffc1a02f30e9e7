"""Helper: a sync of one stream for each operation on accounts, and what a sandbox says of it."""

from typing import Any

from mparticle_sandbox import SandboxProcess

from .harness import account_stream, catalog

CREATE, RENAME, DELETE = (
    account_stream(*pair) for pair in (("new", "append"), ("names", "update"), ("gone", "soft_delete"))
)
ALL = catalog("new", "names", "gone")


def creations(sandbox: SandboxProcess) -> Any:
    return sandbox.requests()["by_route"].get("POST /v1/accounts", 0)


def stats(line: Any) -> Any:
    return line["state"]["destinationStats"]
