"""Helper of the tests: one record of every stream as mParticle documents it, its URL, and what the source emits."""

from dataclasses import dataclass, field
from typing import Any

from unit_tests.fake_mparticle import (
    ACCOUNTS,
    API,
    AUDIENCES,
    WORKSPACES,
    account,
    attributes,
    audience,
    calculated_attribute,
    envelope,
    workspace,
)

Record = dict[str, Any]
MASK = "********"
ORGANIZATION = f"{API}/platform/v2/organizations/77/accounts/1201"

PLATFORM = {
    "application_id": 881,
    "os": "Android",
    "access_keys": [{"key": "us1-0f3c1d", "data_type": "token"}],
    "crash_handling": "AppDefined",
    "network_performance": "AppDefined",
    "profile_merging": False,
    "push_attribution_timer": 30,
    "last_modified_on": "2024-02-19T08:15:02.14",
    "data_type": "platform",
    "created_on": "2022-08-03T10:22:51.4",
}
PLATFORM_CHANGES = {"os": "android", "access_keys": [{"key": MASK, "data_type": "token"}]}
APP = {
    "id": 881,
    "name": "Trips",
    "platforms": [PLATFORM],
    "last_modified_on": "2022-08-03T10:22:50.993",
    "data_type": "application",
    "created_on": "2022-08-03T10:22:50.993",
}
APP_SERVICE = {
    "account": "Default Account",
    "name": "AdNet",
    "isActive": True,
    "isVisible": True,
    "settings": [{"name": "apiKey", "value": "k-1", "isConfidential": True}],
    "data_type": "service",
}
SERVICE = {
    "name": "AdNet",
    "settings": [{"is_required": True, "name": "token", "description": "A token", "type": "String"}],
    "data_type": "service",
}
DATA_POINT = {
    "name": "Trip Searched",
    "type": "Event",
    "event_type": "search",
    "data_type": "datapoint",
    "created_on": "2023-09-26T07:31:44.5",
}
DATA_POINT_KEY = '["Event","search","Trip Searched",null]'
FEED = {"id": "3141", "name": "mail prod", "data_type": "partner_feed", "created_on": "2023-02-03T04:05:06.7"}
FEED_DETAIL = {
    "module_name": "MailTool",
    "name": "mail prod",
    "os": "Unknown",
    "is_debug": False,
    "settings": [{"name": "doubleOptIn", "value": "True"}],
    "data_type": "Partner Feed",
    "id": 3141,
}
SUBSCRIPTION = {
    "settings": [{"value": "True", "name": "useCustomerId"}],
    "is_active": False,
    "service_configuration_id": 30018,
    "config_name": "lake prod",
    "data_type": "Partner Feed Subscription",
    "id": 31552,
    "created_on": "2024-01-30T12:44:07.1183306Z",
}
CONFIGURATION = {
    "id": 30018,
    "name": "lake prod",
    "data_type": "Service Configuration",
    "created_on": "2023-01-02T03:04:05",
}
ACTIVATION = {
    "calculated_attribute_id": 905,
    "is_active": True,
    "activated_on": "2024-11-29T08:00:05.318Z",
    "activated_by": "dev@example.com",
}
CALCULATION = {
    "id": 905,
    "name": "orders_90d",
    "revision_id": 3,
    "is_calculated": False,
    "calculation_percent_complete": 40,
    "estimated_completion_time": "2024-11-29T10:00:00Z",
}
PLAN = {
    "data_plan_id": "trips_plan",
    "data_plan_name": "Trips plan",
    "data_plan_versions": [{"version": 1, "data_plan_id": "trips_plan", "activated_environment": "production"}],
    "created_on": "2023-10-09T10:12:31.76",
    "created_by": "dev@example.com",
}
VERSION = {
    "version": 1,
    "data_plan_id": "trips_plan",
    "activated_environment": "production",
    "created_on": "2023-10-09T10:12:31.77",
    "created_by": "client_id:abc123",
    "version_document": {"data_points": [{"match": {"type": "screen_view", "criteria": {"screen_name": "Home"}}}]},
}
ROLE = {"role_id": "analyst", "name": "Analyst", "tasks": [{"task_id": "audiences:view"}]}
ROLES_CHANGED = {"last_modified_on": "2024-06-11 09:03:27", "last_modified_by": "x@example.com"}


@dataclass(frozen=True)
class Case:
    """A stream, its request, one record in it, what the source changes in that record, and how mParticle sends it.

    `key` is what identifies the record in mParticle's response.
    """

    stream: str
    url: str
    record: Record
    changes: Record = field(default_factory=dict)
    key: tuple[str, ...] = ("id",)
    grant: str = "Platform API"

    def __post_init__(self) -> None:
        assert {*self.key} <= {*self.record}, f"the record of {self.stream} lacks {self.key}: give its case its `key`"

    def body(self, *records: Record) -> Any:
        """The documented body of a response with these records."""
        return envelope(*records)

    def other_body(self, *records: Record) -> Any:
        """The other form in which clients have met such a response."""
        return list(records)

    def __str__(self) -> str:
        return self.stream


class BareList(Case):
    """A list that is documented without an envelope."""

    def body(self, *records: Record) -> Any:
        return list(records)

    def other_body(self, *records: Record) -> Any:
        return envelope(*records)


class Single(Case):
    """A response about one thing."""

    def body(self, *records: Record) -> Any:
        return records[0]

    def other_body(self, *records: Record) -> Any:
        return envelope(*records)


class SingleInEnvelope(Single):
    """A response about one thing, in a list in an envelope."""

    def body(self, *records: Record) -> Any:
        return envelope(*records)

    def other_body(self, *records: Record) -> Any:
        return records[0]


class Plan(Case):
    """A plan with its versions inside."""

    def body(self, *records: Record) -> Any:
        return PLAN | {"data_plan_versions": list(records)}

    def other_body(self, *records: Record) -> Any:
        return envelope(self.body(*records))


class Roles(Case):
    """Roles with what is true of all of them beside."""

    def body(self, *records: Record) -> Any:
        return {"roles": list(records), **ROLES_CHANGED}

    def other_body(self, *records: Record) -> Any:
        return {"data": self.body(*records), "errors": None}


V2 = f"{API}/platform/v2/workspaces/5318"
IN_WORKSPACE = {"workspace_id": 5318}

CASES = [
    Case("accounts", ACCOUNTS, account()),
    Case("workspaces", WORKSPACES, workspace(), {"id": 5318}),
    BareList("audiences", AUDIENCES, audience()),
    BareList("calculated_attributes", attributes(5318), calculated_attribute(), IN_WORKSPACE),
    BareList("workspace_audiences", f"{API}/v1/workspace/5318/audiences", audience(), IN_WORKSPACE),
    Case("apps", f"{API}/v1/apps", APP, {"platforms": [PLATFORM | PLATFORM_CHANGES]}),
    Case("app_platforms", f"{API}/v1/apps/881/platforms", PLATFORM, PLATFORM_CHANGES, key=("os",)),
    Case(
        "app_platform_services",
        f"{API}/v1/apps/881/platforms/android/services",
        APP_SERVICE,
        {
            "application_id": 881,
            "os": "android",
            "settings": [{"name": "apiKey", "value": MASK, "isConfidential": True}],
        },
        key=("name",),
    ),
    Case("services", f"{API}/v1/services", SERVICE, key=("name",)),
    Case(
        "users",
        f"{API}/v1/users",
        {"first_name": "Ann", "last_name": "Bo", "email": "ann@ex.com", "data_type": "user"},
        key=("email",),
    ),
    Case(
        "data_points",
        f"{API}/v1/apps/881/datapoints",
        DATA_POINT,
        {"application_id": 881, "data_point_key": DATA_POINT_KEY},
        key=("type",),
    ),
    Case(
        "data_point_filters",
        f"{API}/v1/apps/881/AdNet/datapoints",
        DATA_POINT | {"enabled": True},
        {"application_id": 881, "module_name": "AdNet", "data_point_key": DATA_POINT_KEY},
        key=("type",),
    ),
    SingleInEnvelope(
        "partner_feeds",
        f"{API}/v1/partnerfeeds/3141",
        FEED_DETAIL,
        {
            "workspace_id": 5318,
            "created_on": "2023-02-03T04:05:06.7",
            "settings": [{"name": "doubleOptIn", "value": MASK}],
        },
    ),
    Case(
        "feed_subscriptions",
        f"{API}/v1/partnerfeeds/3141/subscriptions",
        SUBSCRIPTION,
        {"feed_id": 3141, "settings": [{"value": MASK, "name": "useCustomerId"}]},
    ),
    Case(
        "service_configurations",
        f"{API}/v1/workspace/5318/AdNet/serviceconfigurations",
        CONFIGURATION,
        {"workspace_id": 5318, "module_name": "AdNet"},
    ),
    Single(
        "calculated_attribute_activations",
        f"{attributes(5318)}/905/activation",
        ACTIVATION,
        IN_WORKSPACE,
        key=("calculated_attribute_id",),
    ),
    Single("calculated_attribute_calculations", f"{attributes(5318)}/905/calculation", CALCULATION, IN_WORKSPACE),
    BareList("data_plans", f"{V2}/plans", PLAN, IN_WORKSPACE, key=("data_plan_id",), grant="Data Planning API"),
    Plan(
        "data_plan_versions",
        f"{V2}/plans/trips_plan",
        VERSION,
        IN_WORKSPACE,
        key=("version",),
        grant="Data Planning API",
    ),
    Roles("custom_roles", f"{ORGANIZATION}/roles", ROLE, ROLES_CHANGED, key=("role_id",), grant="Custom Roles API"),
    BareList(
        "role_tasks", f"{ORGANIZATION}/tasks", {"task_id": "audiences:view"}, key=("task_id",), grant="Custom Roles API"
    ),
]

# What the streams read from another stream's list need there.
PARENTS: dict[str, Any] = {
    WORKSPACES: envelope(workspace()),
    f"{API}/v1/apps": envelope(APP),
    f"{API}/v1/services": envelope(SERVICE),
    f"{API}/v1/apps/881/platforms/android/services": envelope(APP_SERVICE),
    f"{API}/v1/workspace/5318/partnerfeeds": envelope(FEED),
    attributes(5318): [calculated_attribute()],
    f"{V2}/plans": [PLAN],
}
