"""The custom components that `manifest.yaml` names: where declaring is not enough.

Each module holds one component. They translate between the CDK's interfaces and `source_mparticle.api`.
"""

from source_mparticle.components.authenticator import MparticleAuthenticator
from source_mparticle.components.error_handler import PlatformErrorHandler
from source_mparticle.components.extractor import EnvelopeExtractor
from source_mparticle.components.integer_ids import IntegerIds
from source_mparticle.components.requester import PlatformRequester
from source_mparticle.components.workspace_router import WorkspaceRouter
from source_mparticle.components.workspace_state import CursorOfEachWorkspace

__all__ = [
    "CursorOfEachWorkspace",
    "EnvelopeExtractor",
    "IntegerIds",
    "MparticleAuthenticator",
    "PlatformErrorHandler",
    "PlatformRequester",
    "WorkspaceRouter",
]
