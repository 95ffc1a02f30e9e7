"""Turn configuration and catalog into one plan per stream, and say everything that is wrong with them at once."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from destination_mparticle.config import StreamMapping
from destination_mparticle.errors import config_error
from destination_mparticle.mapping import fields, template
from destination_mparticle.mapping.consent import split
from destination_mparticle.mapping.fields import Field
from destination_mparticle.mapping.objects import APPEND, OPERATIONS, UPDATE
from destination_mparticle.mapping.plan import RAW_OBJECT, REQUIRED, Assignment, Plan
from destination_mparticle.mapping.rawbatch import looks_like_a_batch
from destination_mparticle.protocol.catalog import CatalogStream, StreamKey

_COMMERCE_STARTS = ("action", "promotion_action", "product_impressions", "product_impression_list")


def compile_plans(
    mappings: Iterable[StreamMapping], catalog: Mapping[StreamKey, CatalogStream]
) -> dict[StreamKey, Plan]:
    """Return the plan of every stream in the catalog.

    A stream is mapped by the catalog's `destination_object_name`, else by the configuration, else it holds ready
    batches. Raises a config error that lists every problem of every stream.
    """
    by_key = {StreamKey(mapping.namespace, mapping.stream): mapping for mapping in mappings}
    compiled = {key: _compile_stream(stream, _mapping_for(key, by_key)) for key, stream in catalog.items()}
    problems = [problem for result in compiled.values() for problem in result.problems]
    if problems:
        raise config_error(*problems)
    return {key: result.plan for key, result in compiled.items()}


def mapping_problems(mappings: Iterable[StreamMapping]) -> list[str]:
    """Say what is wrong with the mappings themselves, before there is a catalog."""
    return [problem for mapping in mappings for problem in _compile_mapping(mapping, mapping.stream).problems]


@dataclass(frozen=True)
class _Compiled:
    plan: Plan
    problems: tuple[str, ...] = ()


def _mapping_for(key: StreamKey, mappings: Mapping[StreamKey, StreamMapping]) -> StreamMapping | None:
    """Return the stream's own mapping, else the one that names no namespace."""
    return mappings.get(key) or mappings.get(StreamKey("", key.name))


def _compile_stream(stream: CatalogStream, mapping: StreamMapping | None) -> _Compiled:
    if stream.object_name:
        return _compile_columns(stream, stream.object_name)
    if mapping is not None:
        compiled = _compile_mapping(mapping, str(stream.key))
        operation = _operation_problems(stream, mapping.object_name, mapping.operation or stream.sync_mode)
        return _Compiled(compiled.plan, compiled.problems + operation)
    problems = list(_operation_problems(stream, RAW_OBJECT, stream.sync_mode))
    if stream.columns and not looks_like_a_batch(stream.columns):
        problems.append(unmapped_stream(stream.key))
    return _Compiled(Plan(RAW_OBJECT, by_shape=True), tuple(problems))


def unmapped_stream(stream: StreamKey) -> str:
    """Return what to say about a stream that has no mapping and does not hold batches."""
    return (
        f"Stream {stream} has no mapping: add it to `streams` in the configuration, choose an object in the "
        "connection, or send records that are event batches (with `events` or `user_identities`)."
    )


def _compile_columns(stream: CatalogStream, object_name: str) -> _Compiled:
    """Compile for data activation: every column is named after the field that it fills."""
    plan = Plan(object_name, unmapped_attributes=object_name != RAW_OBJECT, by_column=True)
    problems = _object_problems(str(stream.key), object_name)
    if problems:
        return _Compiled(plan, problems)
    problems = _operation_problems(stream, object_name, stream.sync_mode) + _key_problems(stream, object_name)
    if stream.columns and object_name != RAW_OBJECT:
        known = [field for name in stream.columns if (field := fields.find(object_name, name)) is not None]
        problems += _missing(str(stream.key), object_name, known)
    return _Compiled(plan, problems)


def _compile_mapping(mapping: StreamMapping, stream: str) -> _Compiled:
    problems = _object_problems(stream, mapping.object_name)
    if problems:
        return _Compiled(Plan(mapping.object_name), problems)
    if mapping.operation and mapping.operation not in OPERATIONS[mapping.object_name]:
        problems += (_unknown_operation(stream, mapping.object_name, mapping.operation),)
    found = [_assignment(mapping.object_name, field_name, text) for field_name, text in mapping.fields]
    assignments = [assignment for assignment in found if isinstance(assignment, Assignment)]
    problems += tuple(f"Stream {stream}: {problem}." for problem in found if isinstance(problem, str))
    if not problems and mapping.object_name != RAW_OBJECT:
        problems += _missing(stream, mapping.object_name, [assignment.field for assignment in assignments])
    return _Compiled(Plan(mapping.object_name, tuple(assignments), mapping.unmapped_attributes), problems)


def _assignment(object_name: str, field_name: str, text: str) -> Assignment | str:
    """Return one field's assignment, or what is wrong with it."""
    field = fields.find(object_name, field_name)
    if field is None:
        return f"{object_name} has no field `{field_name}`"
    try:
        return Assignment(field, template.parse(text))
    except ValueError as error:
        return f"in the template of `{field_name}`, {error}"


def _object_problems(stream: str, object_name: str) -> tuple[str, ...]:
    if object_name in OPERATIONS:
        return ()
    return (f"Stream {stream}: there is no object `{object_name}`; the objects are {', '.join(OPERATIONS)}.",)


def _operation_problems(stream: CatalogStream, object_name: str, operation: str) -> tuple[str, ...]:
    """Check that the object has the operation, and the sync mode is the operation or a plain append."""
    operations = OPERATIONS.get(object_name, (operation,))
    if operation not in operations:
        return (_unknown_operation(str(stream.key), object_name, operation),)
    if stream.sync_mode not in {APPEND, operation}:
        return (f"Stream {stream.key}: sync mode {stream.sync_mode} is not supported; choose append.",)
    return ()


def _key_problems(stream: CatalogStream, object_name: str) -> tuple[str, ...]:
    """Check the matching key: a record to change is found by an identity, and by nothing else."""
    if stream.sync_mode != UPDATE:
        return ()
    keys = [".".join(path) for path in stream.primary_key]
    found = [(key, fields.find(object_name, key)) for key in keys]
    return tuple(
        f"Stream {stream.key}: `{key}` cannot be the matching key, since it is no identity of a user."
        for key, field in found
        if field is None or not field.identity
    )


def _unknown_operation(stream: str, object_name: str, operation: str) -> str:
    return (
        f"Stream {stream}: {object_name} cannot be written with {operation}; "
        f"choose {' or '.join(OPERATIONS[object_name])}."
    )


def _missing(stream: str, object_name: str, mapped: Collection[Field]) -> tuple[str, ...]:
    """Say what no record of the stream could have."""
    names = {field.name for field in mapped}
    problems = []
    if not any(field.identity for field in mapped):
        problems.append(
            f"Stream {stream}: map at least one identity (such as customer_id or email), mpid or a device identity."
        )
    required = REQUIRED.get(object_name)
    if required and required not in names:
        problems.append(f"Stream {stream}: map `{required}`, without which a {object_name} has no name.")
    if object_name == "commerce_event" and not names.intersection(_COMMERCE_STARTS):
        problems.append(f"Stream {stream}: map `action`, `promotion_action` or `product_impressions`.")
    problems += _consents_without_time(stream, mapped, names)
    return tuple(problems)


def _consents_without_time(stream: str, mapped: Collection[Field], names: Collection[str]) -> list[str]:
    """Check times: a consent mapped as true or false needs a time from somewhere; objects may carry their own."""
    if "timestamp" in names:
        return []
    consents = [(field.path[0], *split(*field.path)) for field in mapped if field.scope == "consent"]
    timed = {(regulation, purpose) for regulation, purpose, detail in consents if detail.startswith("timestamp")}
    piecewise = {(regulation, purpose) for regulation, purpose, detail in consents if detail == "consented"}
    return [
        f"Stream {stream}: map `timestamp` or `consent.{regulation}.{purpose}.timestamp`; a consent needs a time."
        for regulation, purpose in sorted(piecewise - timed)
    ]
