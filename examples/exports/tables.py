"""Records as rows of a DuckDB table: typed as the stream says, and once for each primary key."""

from pathlib import Path
from typing import Any

import duckdb

SCHEMA = "mparticle"
"""The schema of all tables, so that `events` may also be the name of a table of one's own."""

_TYPES = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "object": "JSON",
    "array": "JSON",
}


def load(connection: duckdb.DuckDBPyConnection, stream: dict[str, Any], messages: Path) -> int:
    """Put a stream's records into the table of its name, and return how many there were.

    `stream` is one that `discover` printed; `messages` has what `read` printed, a message a line. A record replaces the
    row that has its primary key.
    """
    name, ((key,),) = stream["name"], stream["source_defined_primary_key"]
    types = {column: _type(schema) for column, schema in stream["json_schema"]["properties"].items()}
    columns = ", ".join(f'"{column}" {type_}' for column, type_ in types.items())
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    connection.execute(f'CREATE TABLE IF NOT EXISTS {SCHEMA}."{name}" ({columns}, PRIMARY KEY ("{key}"))')
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE records AS SELECT json -> '$.record.data' AS data "
        "FROM read_json_objects(?, format = 'newline_delimited') "
        "WHERE (json ->> '$.type') = 'RECORD' AND (json ->> '$.record.stream') = ?",
        [str(messages), name],
    )
    connection.execute(
        f'INSERT OR REPLACE INTO {SCHEMA}."{name}" '  # noqa: S608 - the names are those of the connector
        f"SELECT {', '.join(_value(column, type_) for column, type_ in types.items())} FROM records "
        f"QUALIFY row_number() OVER (PARTITION BY data ->> '$.{key}' ORDER BY data ->> '$.exported_timestamp' DESC) = 1"
    )
    ((count,),) = connection.execute("SELECT count(*) FROM records").fetchall()
    return int(count)


def _type(schema: dict[str, Any]) -> str:
    if schema.get("airbyte_type") == "timestamp_with_timezone":
        return "TIMESTAMPTZ"
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    (kind,) = set(kinds) - {"null"}
    return _TYPES[kind]


def _value(column: str, type_: str) -> str:
    """A value that is not of its type is an error, and no empty field."""
    return f"data -> '$.{column}'" if type_ == "JSON" else f"CAST(data ->> '$.{column}' AS {type_})"
