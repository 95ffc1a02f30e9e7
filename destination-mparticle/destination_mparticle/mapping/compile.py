"""Turn configuration and catalog into one plan per stream, and say everything that is wrong with them at once."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from destination_mparticle.config import Config, StreamMapping
from destination_mparticle.mapping import fields
from destination_mparticle.mapping.account import AccountPlan, by_column, missing_account_fields
from destination_mparticle.mapping.assignments import read_assignments, reserved_attributes
from destination_mparticle.mapping.columns import column_findings
from destination_mparticle.mapping.consent import split
from destination_mparticle.mapping.fields import Field
from destination_mparticle.mapping.findings import Finding, Severity, did_you_mean, error, nearest, notice, warning
from destination_mparticle.mapping.plan import RAW_OBJECT, REQUIRED, Plan
from destination_mparticle.mapping.rawbatch import looks_like_a_batch
from destination_mparticle.objects.operations import ACCOUNT_OBJECT, APPEND, OPERATIONS
from destination_mparticle.options import option
from destination_mparticle.protocol.catalog import CatalogStream, StreamKey

_COMMERCE_STARTS: Final = ("action", "promotion_action", "product_impressions", "product_impression_list")


@dataclass(frozen=True)
class Compiled:
    """The plan of every stream in the catalog, good for use only where no finding is an error."""

    plans: Mapping[StreamKey, Plan | AccountPlan]
    findings: tuple[Finding, ...]


def compile_plans(config: Config, catalog: Mapping[StreamKey, CatalogStream]) -> Compiled:
    """Compile the mappings of a catalog's streams.

    A stream is mapped by the catalog's `destination_object_name`, else by the configuration, else it holds ready
    batches.
    """
    mappings = {StreamKey(mapping.namespace, mapping.stream): mapping for mapping in config.streams}
    findings = [*_mapped_twice(config.streams), *_not_in_catalog(mappings, catalog)]
    plans = {}
    for key, stream in catalog.items():
        compiled = _compile_stream(stream, _mapping_for(key, mappings), config)
        plans[key] = compiled.plan
        findings += compiled.findings
    return Compiled(plans, tuple(findings))


def mapping_findings(config: Config) -> list[Finding]:
    """Return what can be said about the mappings themselves, before there is a catalog."""
    findings = list(_mapped_twice(config.streams))
    for mapping in config.streams:
        name = str(StreamKey(mapping.namespace, mapping.stream))
        findings += _compile_mapping(mapping, name, mapping.operation or APPEND, config).findings
    return findings


@dataclass(frozen=True)
class _CompiledStream:
    plan: Plan | AccountPlan
    findings: Sequence[Finding] = ()


def _mapping_for(key: StreamKey, mappings: Mapping[StreamKey, StreamMapping]) -> StreamMapping | None:
    """Return the stream's own mapping, else the one that names no namespace."""
    return mappings.get(key) or mappings.get(StreamKey("", key.name))


def _mapped_twice(mappings: Sequence[StreamMapping]) -> Iterator[Finding]:
    counts = Counter(StreamKey(mapping.namespace, mapping.stream) for mapping in mappings)
    for key, count in counts.items():
        if count > 1:
            yield error(f"Stream {key} is mapped {count} times in {option('streams')}; keep one of the entries.")


def _not_in_catalog(
    mappings: Mapping[StreamKey, StreamMapping], catalog: Mapping[StreamKey, CatalogStream]
) -> Iterator[Finding]:
    """Find mappings of streams that the connection does not have; it may have only some of them."""
    known = [str(key) for key in catalog]
    used = {id(_mapping_for(key, mappings)) for key in catalog}
    for key, mapping in mappings.items():
        if id(mapping) not in used:
            meant = nearest(str(key), known)
            yield warning(
                f"Stream {key} is mapped in {option('streams')} and not part of the connection.{did_you_mean(meant)}"
            )


def _compile_stream(stream: CatalogStream, mapping: StreamMapping | None, config: Config) -> _CompiledStream:
    if stream.object_name:
        return _compile_columns(stream, stream.object_name, config)
    if mapping is None:
        return _compile_batches(stream, config)
    operation = mapping.operation or stream.sync_mode
    compiled = _compile_mapping(mapping, str(stream.key), operation, config)
    findings = [*compiled.findings, *_operation_problems(stream, mapping.object_name, operation)]
    return _CompiledStream(compiled.plan, [*findings, *column_findings(stream, compiled.plan.assignments)])


def _compile_batches(stream: CatalogStream, config: Config) -> _CompiledStream:
    """Compile for a stream without a mapping, whose records have to be batches."""
    findings = [*_operation_problems(stream, RAW_OBJECT, stream.sync_mode)]
    if stream.columns and not looks_like_a_batch(stream.columns):
        findings.append(error(unmapped_stream(stream.key)))
    else:
        findings += _missing_access(str(stream.key), RAW_OBJECT, config)
    return _CompiledStream(Plan(RAW_OBJECT, by_shape=True), findings)


def unmapped_stream(stream: StreamKey) -> str:
    """Return what to say about a stream that has no mapping and does not hold batches."""
    return (
        f"Stream {stream} has no mapping: add it to {option('streams')}, choose an object in the connection, or send "
        "records that are event batches (with `events` or `user_identities`)."
    )


def _compile_columns(stream: CatalogStream, object_name: str, config: Config) -> _CompiledStream:
    """Compile for data activation: every column is named after the field that it fills."""
    name = str(stream.key)
    unknown = _object_problem(name, object_name)
    if unknown:
        return _CompiledStream(Plan(object_name), [unknown])
    findings = [*_operation_problems(stream, object_name, stream.sync_mode), *_key_problems(stream, object_name)]
    findings += _missing_access(name, object_name, config)
    if object_name == ACCOUNT_OBJECT:
        return _compile_account_columns(stream, findings)
    if stream.columns and object_name != RAW_OBJECT:
        known = [field for column in stream.columns.values() if (field := fields.find(object_name, column)) is not None]
        findings += [*_missing(name, object_name, known), *reserved_attributes(name, known)]
    return _CompiledStream(Plan(object_name, unmapped_attributes=object_name != RAW_OBJECT, by_column=True), findings)


def _compile_account_columns(stream: CatalogStream, findings: Sequence[Finding]) -> _CompiledStream:
    """Compile for data activation of accounts."""
    if stream.sync_mode not in OPERATIONS[ACCOUNT_OBJECT]:
        return _CompiledStream(Plan(ACCOUNT_OBJECT), findings)
    plan = by_column(stream.sync_mode)
    mapped = stream.columns or {assignment.field.name for assignment in plan.assignments}
    missing = missing_account_fields(str(stream.key), stream.sync_mode, mapped)
    return _CompiledStream(plan, [*findings, *map(error, missing)])


def _compile_mapping(mapping: StreamMapping, stream: str, operation: str, config: Config) -> _CompiledStream:
    object_name = mapping.object_name
    unknown = _object_problem(stream, object_name)
    if unknown:
        return _CompiledStream(Plan(object_name), [unknown])
    findings: list[Finding] = []
    if mapping.operation and mapping.operation not in OPERATIONS[object_name]:
        findings.append(_unknown_operation(stream, object_name, mapping.operation))
    assignments, slips = read_assignments(mapping, stream)
    findings += slips
    is_read = not any(finding.severity is Severity.ERROR for finding in findings)
    findings += _missing_access(stream, object_name, config)
    if object_name == ACCOUNT_OBJECT and operation in OPERATIONS[ACCOUNT_OBJECT]:
        mapped = {assignment.field.name for assignment in assignments}
        missing = missing_account_fields(stream, operation, mapped) if is_read else ()
        return _CompiledStream(AccountPlan(operation, tuple(assignments)), [*findings, *map(error, missing)])
    if is_read and object_name not in {RAW_OBJECT, ACCOUNT_OBJECT}:
        findings += _missing(stream, object_name, [assignment.field for assignment in assignments])
    return _CompiledStream(Plan(object_name, tuple(assignments), mapping.unmapped_attributes), findings)


def _missing_access(stream: str, object_name: str, config: Config) -> Iterator[Finding]:
    """Say which options the API lacks that an object is written through."""
    if object_name == ACCOUNT_OBJECT:
        if config.platform is None:
            yield error(f"Stream {stream}: fill in {option('platform')}, without which no account can be written.")
    elif config.missing_for_events:
        names = ", ".join(map(option, config.missing_for_events))
        yield error(f"Stream {stream}: fill in {names}; {object_name} is sent through the Events API.")


def _object_problem(stream: str, object_name: str) -> Finding | None:
    if object_name in OPERATIONS:
        return None
    return error(
        f"Stream {stream}: there is no object `{object_name}`; the objects are {', '.join(OPERATIONS)}."
        + did_you_mean(nearest(object_name, OPERATIONS))
    )


def _operation_problems(stream: CatalogStream, object_name: str, operation: str) -> Iterator[Finding]:
    """Check that the object has the operation, and the sync mode is the operation or a plain append."""
    if operation not in OPERATIONS.get(object_name, (operation,)):
        yield _unknown_operation(str(stream.key), object_name, operation)
    elif stream.sync_mode not in {APPEND, operation}:
        yield error(f"Stream {stream.key}: sync mode {stream.sync_mode} is not supported; choose append.")


def _key_problems(stream: CatalogStream, object_name: str) -> Iterator[Finding]:
    """Check the matching key: what a record changes is found by an identity or an id, and by nothing else."""
    for path in stream.primary_key if stream.sync_mode != APPEND else ():
        key = ".".join(path)
        field = fields.find(object_name, key)
        if field is None or not field.identity:
            yield error(
                f"Stream {stream.key}: `{key}` cannot be the matching key, since {object_name} is not found by it."
            )


def _unknown_operation(stream: str, object_name: str, operation: str) -> Finding:
    known = OPERATIONS[object_name]
    return error(
        f"Stream {stream}: {object_name} cannot be written with {operation}; choose {' or '.join(known)}."
        + did_you_mean(nearest(operation, known))
    )


def _missing(stream: str, object_name: str, mapped: Collection[Field]) -> Iterator[Finding]:
    """Say what no record of the stream could have."""
    names = {field.name for field in mapped}
    if not any(field.identity for field in mapped):
        yield error(
            f"Stream {stream}: map at least one identity (such as customer_id or email), mpid or a device identity."
        )
    required = REQUIRED.get(object_name)
    if required and required not in names:
        yield error(f"Stream {stream}: map `{required}`, without which a {object_name} has no name.")
    if object_name == "commerce_event" and not names.intersection(_COMMERCE_STARTS):
        yield error(f"Stream {stream}: map `action`, `promotion_action` or `product_impressions`.")
    if object_name == "custom_event" and "custom_event_type" not in names:
        yield notice(f"Stream {stream}: `custom_event_type` is not mapped, so every event gets the type other.")
    for place in ("location", "context.location"):
        both = {f"{place}.latitude", f"{place}.longitude"}
        if not both <= names and any(name.startswith(f"{place}.") for name in names):
            lacking = " and ".join(f"`{name}`" for name in sorted(both - names))
            yield error(f"Stream {stream}: map {lacking} too; mParticle takes a location with both or not at all.")
    yield from _consents_without_time(stream, mapped, names)


def _consents_without_time(stream: str, mapped: Collection[Field], names: Collection[str]) -> Iterator[Finding]:
    """Check times: a consent mapped as true or false needs a time from somewhere; objects may carry their own."""
    if "timestamp" in names:
        return
    consents = [(field.path[0], *split(*field.path)) for field in mapped if field.scope == "consent"]
    timed = {(regulation, purpose) for regulation, purpose, detail in consents if detail.startswith("timestamp")}
    piecewise = {(regulation, purpose) for regulation, purpose, detail in consents if detail == "consented"}
    for regulation, purpose in sorted(piecewise - timed):
        yield error(
            f"Stream {stream}: map `timestamp` or `consent.{regulation}.{purpose}.timestamp`; a consent needs a time."
        )
