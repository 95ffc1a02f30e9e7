"""How a sandbox starts: its seed, its size, the credentials it accepts, how much it keeps."""

from dataclasses import dataclass, field

from mparticle_sandbox.core.catalog import ORGANIZATION_ID, Size
from mparticle_sandbox.core.exports.options import ExportOptions
from mparticle_sandbox.core.settings import Settings

API_KEY = "sandbox-key"
API_SECRET = "sandbox-secret"  # noqa: S105 - public on purpose: it opens nothing but a sandbox
CLIENT_ID = "sandbox-client-id"
CLIENT_SECRET = "sandbox-client-secret"  # noqa: S105 - public on purpose: it opens nothing but a sandbox


@dataclass(frozen=True)
class Options:
    """How a sandbox starts. `inputs` are the key pairs of the Events API; what is kept is kept up to a number."""

    seed: int = 7
    size: Size = field(default_factory=Size)
    org_id: int = ORGANIZATION_ID
    client_id: str = CLIENT_ID
    client_secret: str = CLIENT_SECRET
    settings: Settings = field(default_factory=Settings)
    inputs: tuple[tuple[str, str], ...] = ((API_KEY, API_SECRET),)
    keep_requests: int = 10_000
    keep_batches: int = 100_000
    keep_request_ids: int = 1_000_000
    exports: ExportOptions = field(default_factory=ExportOptions)
