"""The second half of the demo: results of the warehouse go back to mParticle, here always a sandbox."""

import json
from pathlib import Path
from typing import Any

from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.testing import destination_config

from .activation import MODELS, SCHEMA, build_models, stream_mappings
from .destination import write
from .pyairbyte import PyAirbyte
from .rejects import rejected
from .screen import say


def write_back(sandbox: SandboxProcess, database: Path, rejects: Path, pyairbyte: PyAirbyte) -> None:
    """Make the models in the DuckDB file, write them to the sandbox, and show what it accepted and what it did not."""
    say("\nComputing scores and ended memberships in DuckDB; three rows are broken on purpose")
    for model, count in build_models(database).items():
        say(f"    {SCHEMA}.{model}: {count:,} rows, each becomes a {MODELS[model]}")
    say("Writing them to the Events API of the sandbox")
    write(_config(sandbox, rejects), database, SCHEMA, list(MODELS), pyairbyte)
    _show_accepted(sandbox)
    say("The destination rejected, and stored with the reason:")
    for stream, reason, message in rejected(rejects):
        say(f"    a row of {stream}: {reason}. {message}")


def _config(sandbox: SandboxProcess, rejects: Path) -> dict[str, Any]:
    return destination_config(
        sandbox,
        *stream_mappings(),
        on_rejected="skip",
        object_storage_config={"storage_type": "Local", "destination_path": str(rejects.resolve())},
    )


def _show_accepted(sandbox: SandboxProcess) -> None:
    report = sandbox.events_report()
    say(f"The sandbox accepted {report['batches_accepted']:,} batches with {report['events']:,} events")
    user = next(batch["mpid"] for batch in sandbox.batches() if batch.get("events"))
    say(f"    of user {user} it holds")
    for batch in sandbox.user(f"mpid:{user}"):
        if attributes := batch.get("user_attributes"):
            say(f"        attributes {json.dumps(attributes)}")
        for event in batch.get("events", ()):
            data = event["data"]
            say(f"        event {data['event_name']!r} {json.dumps(data['custom_attributes'])}")
