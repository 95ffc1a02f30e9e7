"""The custom components that `manifest.yaml` names: where declaring is not enough.

They translate between the CDK's interfaces and `source_mparticle.api`.
"""

from source_mparticle.components.extractor import EnvelopeExtractor, InnerListExtractor, SingleRecordExtractor
from source_mparticle.components.requester import PlatformRequester
from source_mparticle.components.routers import (
    AppPlatformFanOut,
    AppServiceFanOut,
    FanOut,
    WorkspaceFanOut,
    WorkspaceServiceFanOut,
)
from source_mparticle.components.transformations import (
    AudienceSnapshot,
    FromSlice,
    IntegerIds,
    JoinedKey,
    LowerCase,
    RedactKeys,
)

__all__ = [
    "AppPlatformFanOut",
    "AppServiceFanOut",
    "AudienceSnapshot",
    "EnvelopeExtractor",
    "FanOut",
    "FromSlice",
    "InnerListExtractor",
    "IntegerIds",
    "JoinedKey",
    "LowerCase",
    "PlatformRequester",
    "RedactKeys",
    "SingleRecordExtractor",
    "WorkspaceFanOut",
    "WorkspaceServiceFanOut",
]
