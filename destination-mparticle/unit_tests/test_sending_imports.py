"""The core of what sends knows neither Airbyte nor the configuration, so that it can be tested and reused alone."""

import subprocess
import sys

CORE = (
    "errors",
    *(f"pipeline.{name}" for name in ("batch", "grouping", "ids", "packing", "prepare", "record", "routing", "users")),
    *(f"http.{name}" for name in ("client", "exchange", "rate_limiter", "response", "retry")),
    *(f"sending.{name}" for name in ("byte_budget", "keyed_queue", "retrying_client", "sender_pool", "stage")),
    "events_api.refusals",
    "tracking.checkpoints",
    "tracking.statistics",
    "protocol.messages",
    "sink",
)


def test_the_core_imports_neither_airbyte_nor_the_configuration() -> None:
    modules = ", ".join(f"destination_mparticle.{name}" for name in CORE)
    outer = ("airbyte_cdk", "destination_mparticle.config", "destination_mparticle.options")
    program = f"import sys, {modules}; print(sorted(sys.modules.keys() & {set(outer)}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
