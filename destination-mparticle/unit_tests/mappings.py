"""Short ways to write mappings and catalogs, and to hear what is found about them."""

from destination_mparticle.config import parse_config
from destination_mparticle.mapping.compile import compile_plans, mapping_findings
from destination_mparticle.mapping.findings import Severity
from destination_mparticle.mapping.plan import Assignment, Plan, plan_by_column
from destination_mparticle.mapping.template import parse
from destination_mparticle.objects import OBJECTS
from destination_mparticle.protocol.catalog import parse_catalog

EVENTS_API = {"api_key": "the-key", "api_secret": "the-secret", "pod": "US1", "environment": "development"}
PLATFORM = {"platform": {"client_id": "an-id", "client_secret": "a-secret", "account_id": "1201"}}


def planned(object_name, templates, *, unmapped=False):
    """The plan of a mapping of fields to templates."""
    definition = OBJECTS[object_name]
    assignments = tuple(Assignment(definition.find(name), parse(text)) for name, text in templates.items())
    return Plan(definition, assignments, unmapped)


def plan(object_name, *, unmapped=False, **templates):
    """The plan of a mapping, with two underscores in place of a dot."""
    return planned(object_name, {name.replace("__", "."): text for name, text in templates.items()}, unmapped=unmapped)


def by_column(object_name):
    """The plan that data activation has."""
    return plan_by_column(OBJECTS[object_name], "append")


def mapped(stream="s", object_name="custom_event", operation=None, **fields):
    return mapping(stream, object_name, *((name.replace("__", "."), text) for name, text in fields.items())) | {
        "operation": operation
    }


def mapping(stream, object_name, *pairs):
    return {"stream": stream, "object": object_name, "fields": [{"field": name, "value": text} for name, text in pairs]}


def user(*pairs):
    return mapping("s", "user", ("customer_id", "{id}"), *pairs)


def configured(name, mode="append", object_name=None, properties=(), key=(), **schema):
    return {
        "stream": {"name": name, "json_schema": {"properties": {name: {} for name in properties}, **schema}},
        "destination_sync_mode": mode,
        "destination_object_name": object_name,
        "primary_key": [list(key)] if key else [],
    }


def config(*streams, access=EVENTS_API):
    return parse_config({**access, "streams": list(streams)})


def compiled(mappings, *streams, access=EVENTS_API):
    return compile_plans(config(*mappings, access=access), parse_catalog({"streams": list(streams)}))


def texts(findings, severity=Severity.ERROR):
    return [finding.text for finding in findings if finding.severity is severity]


def checked(*mappings, severity=Severity.ERROR, access=EVENTS_API):
    """What `check` says, which has no catalog."""
    return texts(mapping_findings(config(*mappings, access=access)), severity)


def with_columns(entry, *columns, severity=Severity.ERROR, **schema):
    """What is said once the catalog is known."""
    return texts(compiled([entry], configured("s", properties=columns, **schema)).findings, severity)
