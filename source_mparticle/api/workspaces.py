"""Which workspaces a sync covers."""

from collections.abc import Sequence

from source_mparticle.api.errors import unknown_workspaces


def selected_workspaces(wanted: Sequence[str] | None, known: Sequence[str], account_id: str) -> list[str]:
    """The wanted ids in the order given and without repeats, or all known ones where none is wanted.

    Raises `ConfigurationError` that names every wanted id the account does not have.
    """
    if not wanted:
        return list(known)
    chosen = list(dict.fromkeys(wanted))
    unknown = [workspace_id for workspace_id in chosen if workspace_id not in known]
    if unknown:
        raise unknown_workspaces(unknown, account_id, list(known))
    return chosen
