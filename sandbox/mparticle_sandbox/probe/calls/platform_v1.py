"""The first generation of the Platform API."""

from typing import Any

from mparticle_sandbox.probe.calls.reader import NO_ID, Reader, first

_OF_WORKSPACE = (
    "workspace_audiences",
    "service_configurations",
    "service_configurations_in_lower_case",
    "partner_feeds",
    "partner_feed",
    "feed_subscriptions",
)
_OF_APP = (
    "app_platforms",
    "app_platform_services",
    "app_platform_services_as_listed",
    "data_points",
    "data_point_filters",
)


def call_platform_v1(reader: Reader) -> str | None:
    """Read the lists of the account and those of one workspace and one app; return the id of the workspace or None."""
    account = {"accountId": reader.account.account_id}
    reader.list("accounts", "v1", "accounts", query=account)
    workspaces = reader.list("workspaces", "v1", "workspace", query=account)
    apps = reader.list("apps", "v1", "apps", query=account)
    services = reader.list("services", "v1", "services", query=account)
    reader.list("users", "v1", "users", query=account)
    reader.list("audiences", "v1", "audiences", query=account)
    workspace_id = reader.account.workspace_id or first(workspaces, "id")
    if workspace_id is None:
        reader.recorder.skip(_OF_WORKSPACE, "no workspace to ask about")
    else:
        _ask_workspace(reader, account, workspace_id, services)
    _ask_app(reader, account, apps)
    _ask_wrongly(reader, account)
    return None if workspace_id is None else str(workspace_id)


def _ask_workspace(reader: Reader, account: dict[str, str], workspace_id: Any, services: list[dict[str, Any]]) -> None:
    reader.list("workspace_audiences", "v1", "workspace", workspace_id, "audiences", query=account)
    # A name with a capital, so that its case can make a difference.
    capital = [service for service in services if str(service.get("name")).lower() != str(service.get("name"))]
    service = first(capital or services, "name")
    if service is None:
        reader.recorder.skip(_OF_WORKSPACE[1:3], "no service to ask about")
    else:
        path = ("v1", "workspace", workspace_id)
        reader.list("service_configurations", *path, service, "serviceconfigurations", query=account)
        if str(service).lower() == service:
            reader.recorder.skip(_OF_WORKSPACE[2:3], "no service with a capital in its name")
        else:
            lower = str(service).lower()
            call = "service_configurations_in_lower_case"
            reader.list(call, *path, lower, "serviceconfigurations", query=account)
    feed_id = first(reader.list("partner_feeds", "v1", "workspace", workspace_id, "partnerfeeds", query=account), "id")
    if feed_id is None:
        reader.recorder.skip(_OF_WORKSPACE[4:], "no feed to ask about")
        return
    reader.list("partner_feed", "v1", "partnerfeeds", feed_id, query=account)
    reader.list("feed_subscriptions", "v1", "partnerfeeds", feed_id, "subscriptions", query=account)


def _ask_app(reader: Reader, account: dict[str, str], apps: list[dict[str, Any]]) -> None:
    app_id = first([app for app in apps if app.get("platforms")] or apps, "id")
    if app_id is None:
        reader.recorder.skip(_OF_APP, "no app to ask about")
        return
    app = ("v1", "apps", app_id)
    platforms = reader.list("app_platforms", *app, "platforms", query=account)
    reader.list("data_points", *app, "datapoints", query=account)
    system = first(platforms, "os")
    if system is None:
        reader.recorder.skip(_OF_APP[1:3] + _OF_APP[4:], "no platform to ask about")
        return
    lower = str(system).lower()
    path = (*app, "platforms")
    services = reader.list("app_platform_services", *path, lower, "services", query=account)
    if lower == system:
        reader.recorder.skip(_OF_APP[2:3], "no platform with a capital in its name")
    else:
        reader.list("app_platform_services_as_listed", *path, system, "services", query=account)
    service = first(services, "name")
    if service is None:
        reader.recorder.skip(_OF_APP[4:], "no service of a platform to ask about")
    else:
        reader.list("data_point_filters", *app, service, "datapoints", query=account)


def _ask_wrongly(reader: Reader, account: dict[str, str]) -> None:
    reader.list("plural_workspaces", "v1", "workspaces", query=account)
    reader.list("no_account", "v1", "workspace")
    reader.list("unknown_account", "v1", "workspace", query={"accountId": NO_ID})
    reader.anonymous("no_token", "v1", "workspace", query=account)
