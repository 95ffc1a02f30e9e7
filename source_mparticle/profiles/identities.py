"""The identities to look up: from the configuration and from a CSV file, each once."""

import csv

import fsspec

from source_mparticle.api.problems import ConfigurationProblem
from source_mparticle.configuration.validation import is_mpid
from source_mparticle.profiles.options import MPID, ProfileOptions


def identities(options: ProfileOptions) -> list[str]:
    """Every configured identity once, in the order given; those of the CSV file come last.

    Raises `ConfigurationProblem` for a file that cannot be read, a column that it lacks and an MPID that is no number.
    No message holds an identity.
    """
    given = [*options.identities, *(_from_csv(options) if options.csv_url else ())]
    wanted = list(dict.fromkeys(identity for identity in (each.strip() for each in given) if identity))
    if options.identity_type == MPID:
        wrong = sum(not is_mpid(identity) for identity in wanted)
        if wrong:
            raise ConfigurationProblem(
                f"{wrong} of the configured MPIDs are no whole numbers: correct them, or choose the Identity Type "
                "(`profiles.identity_type`) that they are of."
            )
    return wanted


def _from_csv(options: ProfileOptions) -> list[str]:
    try:
        with fsspec.open(options.csv_url, "rt", encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            columns = rows.fieldnames or ()
            found = [row.get(options.csv_column) or "" for row in rows]
    except Exception as error:
        # Every kind of storage raises exceptions of its own, and all mean the same to the user.
        raise ConfigurationProblem(
            f"The CSV file of identities cannot be read ({type(error).__name__}): check CSV URL "
            "(`profiles.csv_url`), and that this machine may read the file."
        ) from error
    if options.csv_column not in columns:
        raise ConfigurationProblem(
            f"The CSV file has no column {options.csv_column}: name the column that holds the identities "
            "in CSV Column (`profiles.csv_column`)."
        )
    return found
