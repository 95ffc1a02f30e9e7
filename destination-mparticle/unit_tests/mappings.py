"""Short ways to write mappings and catalogs, and to hear what is found about them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from destination_mparticle.config import Config, parse_config
from destination_mparticle.mapping.compile import Compiled, compile_plans, mapping_findings
from destination_mparticle.mapping.findings import Finding, Severity
from destination_mparticle.mapping.plan import Assignment, Plan, plan_by_column
from destination_mparticle.mapping.template import parse
from destination_mparticle.objects import OBJECTS
from destination_mparticle.protocol.catalog import parse_catalog

Entry = dict[str, Any]
"""A part of a configuration or of a catalog."""

EVENTS_API: Entry = {"api_key": "the-api-key", "api_secret": "the-secret", "pod": "US1", "environment": "development"}
PLATFORM: Entry = {"platform": {"client_id": "a-client-id", "client_secret": "a-secret", "account_id": "1201"}}


def planned(object_name: str, templates: Mapping[str, str], *, unmapped: bool = False) -> Plan[Any]:
    """The plan of a mapping of fields to templates."""
    definition = OBJECTS[object_name]
    assignments = []
    for name, text in templates.items():
        field = definition.find(name)
        assert field is not None, name
        assignments.append(Assignment(field, parse(text)))
    return Plan(definition, tuple(assignments), unmapped)


def plan(object_name: str, *, unmapped: bool = False, **templates: str) -> Plan[Any]:
    """The plan of a mapping, with two underscores in place of a dot."""
    return planned(object_name, {name.replace("__", "."): text for name, text in templates.items()}, unmapped=unmapped)


def by_column(object_name: str) -> Plan[Any]:
    """The plan that data activation has."""
    return plan_by_column(OBJECTS[object_name], "append")


def mapped(stream: str = "s", object_name: str = "custom_event", operation: str | None = None, **fields: str) -> Entry:
    return mapping(stream, object_name, *((name.replace("__", "."), text) for name, text in fields.items())) | {
        "operation": operation
    }


def mapping(stream: str, object_name: str, *pairs: tuple[str, str]) -> Entry:
    return {"stream": stream, "object": object_name, "fields": [{"field": name, "value": text} for name, text in pairs]}


def user(*pairs: tuple[str, str]) -> Entry:
    return mapping("s", "user", ("customer_id", "{id}"), *pairs)


def configured(
    name: str,
    mode: str = "append",
    object_name: str | None = None,
    properties: Sequence[str] = (),
    key: Sequence[str] = (),
    **schema: Any,
) -> Entry:
    return {
        "stream": {"name": name, "json_schema": {"properties": {name: {} for name in properties}, **schema}},
        "destination_sync_mode": mode,
        "destination_object_name": object_name,
        "primary_key": [list(key)] if key else [],
    }


def config(*streams: Entry, access: Entry = EVENTS_API) -> Config:
    return parse_config({**access, "streams": list(streams)})


def compiled(mappings: Sequence[Entry], *streams: Entry, access: Entry = EVENTS_API) -> Compiled:
    return compile_plans(config(*mappings, access=access), parse_catalog({"streams": list(streams)}))


def texts(findings: Iterable[Finding], severity: Severity = Severity.ERROR) -> list[str]:
    return [finding.text for finding in findings if finding.severity is severity]


def checked(*mappings: Entry, severity: Severity = Severity.ERROR, access: Entry = EVENTS_API) -> list[str]:
    """What `check` says, which has no catalog."""
    return texts(mapping_findings(config(*mappings, access=access)), severity)


def with_columns(entry: Entry, *columns: str, severity: Severity = Severity.ERROR, **schema: Any) -> list[str]:
    """What is said once the catalog is known."""
    return texts(compiled([entry], configured("s", properties=columns, **schema)).findings, severity)
