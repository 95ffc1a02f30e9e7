"""Helper: a sync of one stream for each operation on accounts, and what a sandbox says of it."""

from .harness import account_stream, catalog

CREATE, RENAME, DELETE = (
    account_stream(*pair) for pair in (("new", "append"), ("names", "update"), ("gone", "soft_delete"))
)
ALL = catalog("new", "names", "gone")


def creations(sandbox):
    return sandbox.requests()["by_route"].get("POST /v1/accounts", 0)


def stats(line):
    return line["state"]["destinationStats"]
