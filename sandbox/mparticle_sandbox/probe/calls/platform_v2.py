"""The second generation of the Platform API: calculated attributes, data plans, custom roles."""

from dataclasses import replace

from mparticle_sandbox.probe.calls.reader import NO_ID, Reader, first

_NO_NAME = "mparticle-probe-no-such-attribute"
_OF_WORKSPACE = (
    "calculated_attributes",
    "unmatched_name",
    "head_of_unmatched_name",
    "head_of_name",
    "calculated_attribute",
    "activation_of_draft",
    "data_plans",
    "data_plan",
)


def call_platform_v2(reader: Reader, workspace_id: str | None) -> None:
    """Read the lists of a workspace, and the roles where the organization is known."""
    reader.list("unknown_workspace", "platform", "v2", "workspaces", NO_ID, "calculatedattributes")
    if workspace_id is None:
        reader.recorder.skip(_OF_WORKSPACE, "no workspace to ask about")
    else:
        _ask_calculated_attributes(reader, workspace_id)
        _ask_data_plans(replace(reader, api="data_planning"), workspace_id)
    _ask_roles(replace(reader, api="custom_roles"))


def _ask_calculated_attributes(reader: Reader, workspace_id: str) -> None:
    path = ("platform", "v2", "workspaces", workspace_id, "calculatedattributes")
    attributes = reader.list("calculated_attributes", *path)
    reader.list("unmatched_name", *path, query={"name": _NO_NAME})
    reader.get("head_of_unmatched_name", *path, query={"name": _NO_NAME}, method="HEAD")
    name, attribute_id = first(attributes, "name"), first(attributes, "id")
    if name is None or attribute_id is None:
        reader.recorder.skip(_OF_WORKSPACE[3:6], "no calculated attribute to ask about")
        return
    reader.get("head_of_name", *path, query={"name": str(name)}, method="HEAD")
    reader.get("calculated_attribute", *path, attribute_id)
    drafts = [attribute for attribute in attributes if attribute.get("active_definition", attribute) is None]
    draft_id = first(drafts, "id")
    if draft_id is None:
        reader.recorder.skip(_OF_WORKSPACE[5:6], "no calculated attribute that was never activated")
    else:
        reader.get("activation_of_draft", *path, draft_id, "activation")


def _ask_data_plans(reader: Reader, workspace_id: str) -> None:
    path = ("platform", "v2", "workspaces", workspace_id, "plans")
    plan_id = first(reader.list("data_plans", *path), "data_plan_id")
    if plan_id is None:
        reader.recorder.skip(_OF_WORKSPACE[7:], "no data plan to ask about")
    else:
        reader.get("data_plan", *path, plan_id)


def _ask_roles(reader: Reader) -> None:
    account = reader.account
    if account.org_id is None:
        without = "no Organization ID (`org_id`) in the configuration"
        reader.recorder.skip(("roles", "role_tasks", "unknown_organization"), without)
        return
    path = ("platform", "v2", "organizations")
    reader.get("roles", *path, account.org_id, "accounts", account.account_id, "roles")
    reader.list("role_tasks", *path, account.org_id, "accounts", account.account_id, "tasks")
    reader.get("unknown_organization", *path, NO_ID, "accounts", account.account_id, "roles")
