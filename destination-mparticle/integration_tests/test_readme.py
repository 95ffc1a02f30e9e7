"""The README's own commands, typed word for word against a sandbox."""

import json
import re
import shlex
import subprocess
from pathlib import Path

from mparticle_sandbox import SandboxProcess

from .harness import command

README = Path(__file__).parents[1].joinpath("README.md").read_text()
SCRIPT = re.search(r"## Run it.*?```bash\n(.*?)```", README, re.DOTALL)[1]  # type: ignore[index] # without it, no test runs


def test_the_commands_of_the_readme_do_what_it_says(sandbox: SandboxProcess, tmp_path: Path) -> None:
    _, _, rest = SCRIPT.partition("cd /tmp/try-destination\n")
    script = rest.replace("kill %1\n", "").replace("http://127.0.0.1:8080", sandbox.url)
    script = script.replace("destination-mparticle ", f"{shlex.join(command())} ")

    done = subprocess.run(["/bin/sh", "-e"], input=script.encode(), cwd=tmp_path, capture_output=True, check=False)

    assert (done.returncode, "Traceback" in done.stderr.decode()) == (0, False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    (status,) = [line["connectionStatus"] for line in lines if line.get("type") == "CONNECTION_STATUS"]
    assert status["status"] == "SUCCEEDED"
    (state,) = [line["state"] for line in lines if line.get("type") == "STATE"]
    assert state["destinationStats"] == {"recordCount": 2.0, "rejectedRecordCount": 0.0}
    assert len([line for line in lines if "endpoint" in line]) == 2
    tiers = [entry["batch"]["user_attributes"] for entry in lines[-1]["batches"] if "user_attributes" in entry["batch"]]
    assert tiers == [{"tier": "gold"}, {"tier": "silver"}]
