"""The Profile API: users that nobody knows, and the first user of the configuration."""

from typing import Any

from mparticle_sandbox.probe.calls.reader import Reader
from mparticle_sandbox.probe.config import Lookup

_ALL = ("profile_of_unknown_identity", "profile_of_unknown_mpid", "profile_of_identity", "profile_of_mpid")
# The part of a profile that says least about a person.
_FIELDS = {"fields": "audience_memberships"}
_NOBODY = "mparticle-probe-nobody"
_NO_MPID = "1"


def call_profile_api(reader: Reader) -> None:
    """Look up users where the configuration names an organization and a workspace of the Profile API."""
    account, lookup = reader.account, reader.account.lookup
    if account.org_id is None or lookup is None:
        without = "no Organization ID (`org_id`) or no User Profiles (`profiles`) in the configuration"
        reader.recorder.skip(_ALL, without)
        return
    owner = (account.org_id, account.account_id, lookup.workspace_id)
    _resolve(reader, owner, "profile_of_unknown_identity", lookup.environment, "customer_id", _NOBODY)
    reader.get("profile_of_unknown_mpid", "userprofile", "v1", *owner, _NO_MPID, query=_FIELDS)
    mpid = _mpid(reader, owner, lookup)
    if mpid is None:
        reader.recorder.skip(_ALL[3:], "no user to ask about")
    else:
        reader.get("profile_of_mpid", "userprofile", "v1", *owner, mpid, query=_FIELDS)


def _mpid(reader: Reader, owner: tuple[str, ...], lookup: Lookup) -> object:
    if lookup.identity is None or lookup.kind == "mpid":
        reader.recorder.skip(_ALL[2:3], "no identity other than an MPID in the configuration")
        return lookup.identity
    profile = _resolve(reader, owner, "profile_of_identity", lookup.environment, lookup.kind, lookup.identity)
    return profile.get("mpid") if isinstance(profile, dict) else None


def _resolve(reader: Reader, owner: tuple[str, ...], call: str, environment: str, kind: str, value: str) -> Any:
    content = {"environment_type": environment, "identity": {"type": kind, "value": value}}
    return reader.post(call, "userprofile", "v1", "resolve", *owner, query=_FIELDS, content=content)
