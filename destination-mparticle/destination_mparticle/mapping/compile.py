"""Turn configuration and catalog into one plan per stream, and say everything that is wrong with them at once."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from destination_mparticle.mapping.assignments import read_assignments, reserved_attributes
from destination_mparticle.mapping.columns import column_findings
from destination_mparticle.mapping.findings import Finding, Severity, did_you_mean, error, nearest, notice, warning
from destination_mparticle.mapping.plan import Plan, plan_by_column
from destination_mparticle.mapping.streams import CatalogStream, MappingConfig, StreamKey, StreamMapping
from destination_mparticle.objects import OBJECTS
from destination_mparticle.objects.definition import DestinationObject
from destination_mparticle.objects.event_batch import EVENT_BATCH, looks_like_a_batch
from destination_mparticle.objects.fields import Field
from destination_mparticle.objects.operations import APPEND


@dataclass(frozen=True)
class Compiled:
    """The plan of every stream in the catalog, good for use only where no finding is an error."""

    plans: Mapping[StreamKey, Plan[Any]]
    findings: tuple[Finding, ...]


def compile_plans(config: MappingConfig, catalog: Mapping[StreamKey, CatalogStream]) -> Compiled:
    """Compile the mappings of a catalog's streams.

    A stream is mapped by the catalog's `destination_object_name`, else by the configuration, else it holds ready
    batches.
    """
    mappings = {mapping.key: mapping for mapping in config.streams}
    findings = [*_mapped_twice(config), *_not_in_catalog(mappings, catalog, config)]
    plans = {}
    for key, stream in catalog.items():
        compiled = _compile_stream(stream, _mapping_for(key, mappings), config)
        findings += compiled.findings
        if compiled.plan is not None:
            plans[key] = compiled.plan
    return Compiled(plans, tuple(findings))


def mapping_findings(config: MappingConfig) -> list[Finding]:
    """Return what can be said about the mappings themselves, before there is a catalog."""
    findings = list(_mapped_twice(config))
    for mapping in config.streams:
        findings += _compile_mapping(mapping, str(mapping.key), mapping.operation or APPEND, config).findings
    return findings


def unmapped_stream(stream: StreamKey, option: Callable[[str], str]) -> str:
    """Return what to say about a stream that has no mapping and does not hold batches. `option` names an option."""
    return (
        f"Stream {stream} has no mapping: add it to {option('streams')}, choose an object in the connection, or send "
        "records that are event batches (with `events` or `user_identities`)."
    )


@dataclass(frozen=True)
class _CompiledStream:
    """`plan` is None where the stream's object is unknown."""

    plan: Plan[Any] | None
    findings: Sequence[Finding] = ()


def _mapping_for(key: StreamKey, mappings: Mapping[StreamKey, StreamMapping]) -> StreamMapping | None:
    """Return the stream's own mapping, else the one that names no namespace."""
    return mappings.get(key) or mappings.get(StreamKey("", key.name))


def _mapped_twice(config: MappingConfig) -> Iterator[Finding]:
    for key, count in Counter(mapping.key for mapping in config.streams).items():
        if count > 1:
            yield error(f"Stream {key} is mapped {count} times in {config.option('streams')}; keep one of the entries.")


def _not_in_catalog(
    mappings: Mapping[StreamKey, StreamMapping], catalog: Mapping[StreamKey, CatalogStream], config: MappingConfig
) -> Iterator[Finding]:
    """Find mappings of streams that the connection does not have; it may have only some of them."""
    known = [str(key) for key in catalog]
    used = {id(_mapping_for(key, mappings)) for key in catalog}
    for key, mapping in mappings.items():
        if id(mapping) not in used:
            yield warning(
                f"Stream {key} is mapped in {config.option('streams')}, but the connection does not include it."
                + did_you_mean(nearest(str(key), known))
            )


def _compile_stream(stream: CatalogStream, mapping: StreamMapping | None, config: MappingConfig) -> _CompiledStream:
    if stream.object_name:
        return _compile_columns(stream, stream.object_name, config)
    if mapping is None:
        return _compile_batches(stream, config)
    operation = mapping.operation or stream.sync_mode
    compiled = _compile_mapping(mapping, str(stream.key), operation, config)
    if compiled.plan is None:
        return _CompiledStream(None, [*compiled.findings, *_sync_mode_findings(stream, operation)])
    findings = [*compiled.findings, *_operation_findings(stream, compiled.plan.definition, operation)]
    return _CompiledStream(compiled.plan, [*findings, *column_findings(stream, compiled.plan.assignments)])


def _compile_batches(stream: CatalogStream, config: MappingConfig) -> _CompiledStream:
    """Compile for a stream without a mapping, whose records have to be batches."""
    findings = [*_operation_findings(stream, EVENT_BATCH, stream.sync_mode)]
    if stream.columns and not looks_like_a_batch(stream.columns):
        findings.append(error(unmapped_stream(stream.key, config.option)))
    else:
        findings += _access_findings(str(stream.key), EVENT_BATCH, config)
    return _CompiledStream(Plan(EVENT_BATCH, by_shape=True), findings)


def _compile_columns(stream: CatalogStream, object_name: str, config: MappingConfig) -> _CompiledStream:
    """Compile for data activation: every column is named after the field that it fills."""
    name = str(stream.key)
    definition = OBJECTS.get(object_name)
    if definition is None:
        return _CompiledStream(None, [_unknown_object(name, object_name)])
    findings = [*_operation_findings(stream, definition, stream.sync_mode), *_key_findings(stream, definition)]
    findings += _access_findings(name, definition, config)
    if stream.columns:
        known = [field for column in stream.columns.values() if (field := definition.find(column)) is not None]
        findings += [
            *_missing_fields(name, definition, stream.sync_mode, known),
            *reserved_attributes(name, known),
        ]
    return _CompiledStream(plan_by_column(definition, stream.sync_mode), findings)


def _compile_mapping(mapping: StreamMapping, stream: str, operation: str, config: MappingConfig) -> _CompiledStream:
    definition = OBJECTS.get(mapping.object_name)
    if definition is None:
        return _CompiledStream(None, [_unknown_object(stream, mapping.object_name)])
    findings: list[Finding] = []
    if mapping.operation and mapping.operation not in definition.operations:
        findings.append(_unknown_operation(stream, definition, mapping.operation))
    assignments, mistakes = read_assignments(mapping, definition, stream)
    findings += mistakes
    is_read = not any(finding.severity is Severity.ERROR for finding in findings)
    findings += _access_findings(stream, definition, config)
    if is_read:
        mapped = [assignment.field for assignment in assignments]
        findings += _missing_fields(stream, definition, operation, mapped)
    plan = Plan(definition, tuple(assignments), mapping.unmapped_attributes, operation=operation)
    return _CompiledStream(plan, findings)


def _access_findings(stream: str, definition: DestinationObject[Any], config: MappingConfig) -> Iterator[Finding]:
    """Say which options the API lacks that an object is written through."""
    missing = config.missing_options(definition.api)
    if missing:
        names = ", ".join(missing)
        yield error(f"Stream {stream}: fill in {names}; {definition.name} is sent through the {definition.api.name}.")


def _unknown_object(stream: str, object_name: str) -> Finding:
    return error(
        f"Stream {stream}: there is no object `{object_name}`; the objects are {', '.join(OBJECTS)}."
        + did_you_mean(nearest(object_name, OBJECTS))
    )


def _operation_findings(stream: CatalogStream, definition: DestinationObject[Any], operation: str) -> Iterator[Finding]:
    """Check that the object has the operation, and the sync mode is the operation or a plain append."""
    if operation not in definition.operations:
        yield _unknown_operation(str(stream.key), definition, operation)
    else:
        yield from _sync_mode_findings(stream, operation)


def _sync_mode_findings(stream: CatalogStream, operation: str) -> Iterator[Finding]:
    if stream.sync_mode not in {APPEND, operation}:
        yield error(f"Stream {stream.key}: sync mode {stream.sync_mode} is not supported; choose append.")


def _key_findings(stream: CatalogStream, definition: DestinationObject[Any]) -> Iterator[Finding]:
    """Check the matching key: what a record changes is found by an identity or an id, and by nothing else."""
    for path in stream.primary_key if stream.sync_mode != APPEND else ():
        key = ".".join(path)
        field = definition.find(key)
        if field is None or not field.identity:
            yield error(
                f"Stream {stream.key}: `{key}` cannot be the matching key, because mParticle cannot look up "
                f"{definition.name} by it."
            )


def _unknown_operation(stream: str, definition: DestinationObject[Any], operation: str) -> Finding:
    known = definition.operations
    return error(
        f"Stream {stream}: {definition.name} cannot be written with {operation}; choose {' or '.join(known)}."
        + did_you_mean(nearest(operation, known))
    )


def _missing_fields(
    stream: str, definition: DestinationObject[Any], operation: str, mapped: Collection[Field]
) -> Iterator[Finding]:
    """Say what no record of the stream could have."""
    names = {field.name for field in mapped}
    purpose = f" for {operation}" if len(definition.operations) > 1 else ""
    for name in definition.required(operation):
        if name not in names:
            yield error(f"Stream {stream}: map `{name}`, which {definition.name} needs{purpose}.")
    for text in definition.errors(mapped):
        yield error(f"Stream {stream}: {text}")
    for text in definition.notices(mapped):
        yield notice(f"Stream {stream}: {text}")
