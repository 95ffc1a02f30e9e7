"""The tasks of the seeded organization, and the roles that are made of them."""

TASKS = (
    "user:core", "audiences:view", "audiences:edit", "audiences:activate", "calculated_attributes:view",
    "calculated_attributes:edit", "connections:view", "connections:*", "data_plans:view", "data_plans:edit",
    "user_activity:view", "users:manage",
)  # fmt: skip

# role id, name, description, tasks
ROLES = (
    ("marketing-analyst", "Marketing Analyst", "Looks at audiences and attributes",
     ("user:core", "audiences:view", "calculated_attributes:view")),
    ("audience-manager", "Audience Manager", "Builds audiences and sends them out",
     ("user:core", "audiences:view", "audiences:edit", "audiences:activate", "connections:view")),
    ("data-steward", "Data Steward", "Keeps the data plans",
     ("user:core", "data_plans:view", "data_plans:edit", "user_activity:view")),
)  # fmt: skip
