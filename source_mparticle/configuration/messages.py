"""The messages of the connection check and of the files on the command line."""

import traceback
from collections.abc import Sequence
from pathlib import PurePath

from source_mparticle.api.errors import ConfigurationError, MparticleError


def unusable_file(kind: str, form: str, path: str, why: str) -> ConfigurationError:
    """A file named on the command line is not what it must be; `form` says what that is."""
    return ConfigurationError(f"The {kind} file {path} cannot be used: {why}. {form}")


def no_account(account_id: str, shown: Sequence[str]) -> ConfigurationError:
    """The list of accounts does not hold the configured one."""
    others = f" (it shows {', '.join(shown)})" if shown else ""
    return ConfigurationError(
        f"mParticle shows no account {account_id} to this credential{others}: correct Account ID (`account_id`)."
    )


def unknown_profile_workspace(workspace_id: str, account_id: str, known: Sequence[str]) -> ConfigurationError:
    """Users are to be looked up in a workspace that the account does not have."""
    has = f"it has {', '.join(known)}" if known else "it has none that this credential may see"
    return ConfigurationError(
        f"The users' workspace {workspace_id} is not in account {account_id} ({has}): correct Workspace ID "
        "(`profiles.workspace_id`)."
    )


def first_user_unknown() -> str:
    """What the check says when the one user that it looked up was not found."""
    return (
        "mParticle does not know the first user of User Profiles (`profiles`). If that is a surprise, check Workspace "
        "ID (`profiles.workspace_id`), Identity Type (`profiles.identity_type`) and Environment "
        "(`profiles.environment`)."
    )


def users_not_tried() -> str:
    """What the check says when it was over before all users were known."""
    return (
        "Reading the file of CSV URL (`profiles.csv_url`) takes longer than the connection check, so no user was "
        "looked up. A sync waits for it."
    )


def cannot_be_read(streams: Sequence[str], grant: str, error: MparticleError) -> str:
    """What the check says about streams that would fail while the others would not."""
    return f"{' and '.join(streams)} need the {grant} and would fail: {error} Deselect them to sync without them."


def unexpected_error(error: Exception) -> str:
    """What the check says about an unknown error: enough to find it, and nothing that it quotes."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"The connection check failed with an unexpected error ({type(error).__name__} at "
        f"{PurePath(where.filename).name}:{where.lineno}). Report it with this message."
    )
