"""The credentials the sandbox accepts unless it is told others."""

API_KEY = "sandbox-key"
API_SECRET = "sandbox-secret"  # noqa: S105 - public on purpose: it opens nothing but a sandbox
CLIENT_ID = "sandbox-client-id"
CLIENT_SECRET = "sandbox-client-secret"  # noqa: S105 - public on purpose: it opens nothing but a sandbox
