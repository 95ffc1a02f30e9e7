"""Finds every error of a configuration: what its spec rejects, and what a spec cannot say."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jsonschema import Draft7Validator, ValidationError
from jsonschema.validators import extend

from source_mparticle.api.errors import ConfigurationError
from source_mparticle.configuration.addresses import unencrypted_addresses
from source_mparticle.configuration.descriptions import expected, observed
from source_mparticle.configuration.normalization import normalized
from source_mparticle.configuration.options import Path, option_at, option_paths, titled

MPID = "mpid"
_MPID_FORM = re.compile(r"-?[0-9]{1,19}")
# One bit of the 64 is the sign.
_MPIDS = 2**63


def errors_in(config: Mapping[str, Any], spec: Mapping[str, Any]) -> list[str]:
    """One sentence for each option that is wrong, in the order of the form.

    Each names the option by title and key, what it must be and what it is. No secret, identity or password is shown.
    """
    given = normalized(config, spec)
    return _in_order([*_refused_by(spec, given), *_refused_by_rules(spec, given)], spec)


def is_usable(config: Mapping[str, Any], spec: Mapping[str, Any]) -> bool:
    """Whether a sync can begin. What only the profiles lack is left to their streams, so that the others are read."""
    return not any(_refused_by(spec, normalized(config, spec)))


def require_usable(config: Mapping[str, Any], spec: Mapping[str, Any]) -> None:
    """Raise `ConfigurationError` with a sentence for each option because of which no sync can begin."""
    found = _in_order(_refused_by(spec, normalized(config, spec)), spec)
    if found:
        raise ConfigurationError(" ".join(found))


def require_valid(config: Mapping[str, Any], spec: Mapping[str, Any]) -> None:
    """Raise `ConfigurationError` with the sentences of `errors_in`, if there are any."""
    found = errors_in(config, spec)
    if found:
        raise ConfigurationError(" ".join(found))


def _in_order(refused: Iterable[tuple[Path, str]], spec: Mapping[str, Any]) -> list[str]:
    """The first sentence about each option, as the form lists the options."""
    found: dict[Path, str] = {}
    for path, sentence in refused:
        found.setdefault(path, sentence)
    places = list(option_paths(spec))
    return [found[path] for path in sorted(found, key=places.index)]


def _refused_by(spec: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    hidden = _hidden(spec, given)
    wrong: dict[Path, list[ValidationError]] = {}
    for error in _Validator(spec).iter_errors(given):
        path = tuple(step for step in error.absolute_path if isinstance(step, str))
        if error.validator == "required":
            for name in (name for name in error.validator_value if name not in error.instance):
                missing = (*path, name)
                yield missing, _must(missing, spec, "it is missing")
        else:
            wrong.setdefault(path, []).append(error)
    for path, errors in wrong.items():
        yield path, _must(path, spec, _what_is_wrong(errors, option_at(path, spec), hidden))
    for path, address in unencrypted_addresses(given):
        yield path, _must(path, spec, f"it {observed(address, option_at(path, spec), hidden)}")


def _what_is_wrong(errors: list[ValidationError], option: Mapping[str, Any], hidden: list[str]) -> str:
    entries = {error.absolute_path[-1]: error for error in errors if isinstance(error.absolute_path[-1], int)}
    if not entries:
        return f"it {observed(errors[0].instance, option, hidden)}"
    first = min(entries)
    more = f", and {len(entries) - 1} more are wrong" if len(entries) > 1 else ""
    return f"entry {first + 1} {observed(entries[first].instance, option['items'], hidden)}{more}"


def _refused_by_rules(spec: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    profiles = given.get("profiles")
    if not isinstance(profiles, Mapping) or not (profiles.get("identities") or profiles.get("csv_url")):
        return
    for path, holder in ((("org_id",), given), (("profiles", "workspace_id"), profiles)):
        if path[-1] not in holder:
            why = f"it is missing, and {titled(('profiles',), spec)} names users who cannot be looked up without it"
            yield path, _must(path, spec, why)
    identities = profiles.get("identities")
    if profiles.get("identity_type", MPID) == MPID and isinstance(identities, list):
        wrong = [place for place, each in enumerate(identities, 1) if not is_mpid(each)]
        if wrong:
            yield ("profiles", "identities"), _no_mpids(wrong, spec)


def _no_mpids(places: list[int], spec: Mapping[str, Any]) -> str:
    more = f", and {len(places) - 1} more are not" if len(places) > 1 else ""
    return (
        f"{titled(('profiles', 'identities'), spec)} must be whole numbers of 64 bits written as text, because "
        f"{titled(('profiles', 'identity_type'), spec)} is {MPID}; entry {places[0]} is not{more}."
    )


def is_mpid(identity: object) -> bool:
    """Whether an identity has the form of an MPID: a whole number of 64 bits, as text."""
    if not isinstance(identity, str) or _MPID_FORM.fullmatch(identity.strip()) is None:
        return False
    return -_MPIDS <= int(identity) < _MPIDS


def _must(path: Path, spec: Mapping[str, Any], what_it_is: str) -> str:
    return f"{titled(path, spec)} must be {expected(option_at(path, spec))}; {what_it_is}."


def _hidden(spec: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    """The texts that no message may show, wherever they were entered: secrets and identities."""
    secrets = [given.get(name) for name, option in spec["properties"].items() if option.get("airbyte_secret")]
    profiles = given.get("profiles")
    identities = profiles.get("identities") if isinstance(profiles, Mapping) else None
    both = [*secrets, *(identities if isinstance(identities, list) else [identities])]
    return [text for text in both if isinstance(text, str) and text]


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
    # Python's `$` also stands before a line break at the end.
    if isinstance(instance, str) and (instance.endswith("\n") or not re.search(pattern, instance)):
        yield ValidationError("another form")


_Validator = extend(Draft7Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]
