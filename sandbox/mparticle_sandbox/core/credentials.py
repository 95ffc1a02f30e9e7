"""The credentials the sandbox accepts unless it is told others."""

CLIENT_ID = "sandbox-client-id"
CLIENT_SECRET = "sandbox-client-secret"  # noqa: S105 - public on purpose: it opens nothing but a sandbox
