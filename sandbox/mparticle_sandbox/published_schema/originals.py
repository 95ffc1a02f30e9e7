"""Where mParticle's own files are, for those who have them: the tests compare the digest with them.

mParticle publishes the schema at https://docs.mparticle.com/schema/mparticle.inbound.eventsapi.schema.json, and keeps
it with a sample in the folder `static/schema` of https://github.com/mParticle/docs. Save them under the names below
in a folder, and name it in `MPARTICLE_SCHEMA_FOLDER`. Without them the tests that compare are skipped; the others
need only the digest.
"""

import os
from pathlib import Path

# By default a folder beside the checkout.
_BESIDE = Path(__file__).resolve().parents[4] / "shared" / "data"
_FOLDER = Path(os.environ.get("MPARTICLE_SCHEMA_FOLDER", _BESIDE))

SCHEMA = _FOLDER / "mparticle-eventsapi-schema.json"
SAMPLE = _FOLDER / "mparticle-eventsapi-sample.json"
