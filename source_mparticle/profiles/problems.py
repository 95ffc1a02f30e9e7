"""What can go wrong with look-ups of users, each with a sentence that holds no identity."""

from source_mparticle.api.problems import ConfigurationProblem, UnexpectedAnswer

CSV_URL = "CSV URL (`profiles.csv_url`)"
CSV_COLUMN = "CSV Column (`profiles.csv_column`)"
IDENTITIES = "Identities (`profiles.identities`)"
IDENTITY_TYPE = "Identity Type (`profiles.identity_type`)"


def nobody_known() -> ConfigurationProblem:
    """Not one of the users was found."""
    return ConfigurationProblem(
        "mParticle knows none of the users that were looked up: check that they are of the Workspace ID "
        f"(`profiles.workspace_id`), the {IDENTITY_TYPE} and the Environment (`profiles.environment`), that "
        f"Organization ID (`org_id`) is right, and correct {IDENTITIES} or the file of {CSV_URL}."
    )


def incomplete_profiles(stream: str) -> UnexpectedAnswer:
    """Not one of the profiles held what the stream is made of."""
    what = "MPID or list of audiences" if stream == "audience_memberships" else "MPID"
    return UnexpectedAnswer(
        f"mParticle answered /userprofile/v1 with profiles that lack their {what}, which it documents. {stream} is not "
        "read, because rows would be missing from it."
    )


def membership_without_audience() -> UnexpectedAnswer:
    """A membership came without the id of its audience."""
    return UnexpectedAnswer(
        "mParticle answered /userprofile/v1 with a membership that lacks its audience_id, which it documents. "
        "audience_memberships is not read, because rows would be missing from it."
    )


def wrong_mpids(count: int) -> ConfigurationProblem:
    """Identities that cannot be MPIDs."""
    return ConfigurationProblem(
        f"{count} of the configured MPIDs are no whole numbers: correct {IDENTITIES} or the file of {CSV_URL}, or "
        f"choose the {IDENTITY_TYPE} that they are of."
    )


def unreadable_csv(why: str) -> ConfigurationProblem:
    """The file cannot be opened or is no CSV; `why` is the name of the exception."""
    return ConfigurationProblem(
        f"The CSV file of identities cannot be read ({why}): check {CSV_URL}, and that this machine may read the file."
    )


def csv_without_column(column: str) -> ConfigurationProblem:
    """The header lacks the column."""
    return ConfigurationProblem(
        f"The CSV file has no column {column}: name the column that holds the identities in {CSV_COLUMN}."
    )


def ambiguous_csv(column: str) -> ConfigurationProblem:
    """The file can be read in more ways than one."""
    return ConfigurationProblem(
        f"The CSV file names the column {column} twice, or holds a quote that is not closed, so users would be "
        f"missing: correct the file of {CSV_URL}."
    )


def csv_without_rows() -> ConfigurationProblem:
    """The file names nobody."""
    return ConfigurationProblem(
        f"The CSV file names no user: check that {CSV_URL} is the right file and that it was written to its end."
    )
