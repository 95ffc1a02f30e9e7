"""What can go wrong with look-ups of users, each with a sentence that holds no identity."""

from source_mparticle.api.errors import ConfigurationError, UnexpectedResponse

CSV_URL = "CSV URL (`profiles.csv_url`)"
CSV_COLUMN = "CSV Column (`profiles.csv_column`)"
IDENTITIES = "Identities (`profiles.identities`)"
IDENTITY_TYPE = "Identity Type (`profiles.identity_type`)"


def nobody_known() -> ConfigurationError:
    """None of the users was found."""
    return ConfigurationError(
        "mParticle knows none of the users that were looked up: check that they are of the Workspace ID "
        f"(`profiles.workspace_id`), the {IDENTITY_TYPE} and the Environment (`profiles.environment`), that "
        f"Organization ID (`org_id`) is right, and correct {IDENTITIES} or the file of {CSV_URL}."
    )


def incomplete_profiles(stream: str) -> UnexpectedResponse:
    """No profile held what the stream is made of."""
    what = "MPID or list of audiences" if stream == "audience_memberships" else "MPID"
    return UnexpectedResponse(
        f"mParticle answered /userprofile/v1 with profiles that lack their {what}, which it documents. {stream} is not "
        "read, because rows would be missing from it."
    )


def membership_without_audience() -> UnexpectedResponse:
    """A membership came without the id of its audience."""
    return UnexpectedResponse(
        "mParticle answered /userprofile/v1 with a membership that lacks its audience_id, which it documents. "
        "audience_memberships is not read, because rows would be missing from it."
    )


def wrong_mpids(count: int) -> ConfigurationError:
    """Identities that cannot be MPIDs."""
    return ConfigurationError(
        f"{count} of the configured MPIDs are not whole numbers of 64 bits: correct {IDENTITIES} or the file of "
        f"{CSV_URL}, or choose the {IDENTITY_TYPE} that they are of."
    )


def unreadable_csv(why: str) -> ConfigurationError:
    """The file cannot be opened or is not CSV; `why` is the name of the exception, or what it is."""
    return ConfigurationError(
        f"The CSV file of identities cannot be read ({why}): check {CSV_URL}, and that this machine may read the file."
    )


def csv_without_column(column: str) -> ConfigurationError:
    """The header lacks the column."""
    return ConfigurationError(
        f"The CSV file has no column {column}: name the column that holds the identities in {CSV_COLUMN}."
    )


def ambiguous_csv(column: str) -> ConfigurationError:
    """The file is ambiguous."""
    return ConfigurationError(
        f"The CSV file names the column {column} twice, or contains an unclosed quote, so users would be "
        f"missing: correct the file of {CSV_URL}."
    )


def csv_without_rows() -> ConfigurationError:
    """The file holds no identity."""
    return ConfigurationError(
        f"The CSV file names no user: check that {CSV_URL} is the right file and that it was written to its end."
    )
