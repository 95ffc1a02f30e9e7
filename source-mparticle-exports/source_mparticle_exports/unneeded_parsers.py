"""Keep those parsers of the CDK out that this connector does not need.

The CDK's file-based framework imports the parsers of all types of file, and with them pandas and Apache Arrow, which
take over 100 MB and start threads. That of documents also loads language data from the internet. This connector reads
newline-delimited JSON alone, and asks no host but the storage's.
"""

import sys
from types import ModuleType
from typing import Final

_PACKAGE: Final = "airbyte_cdk.sources.file_based.file_types"
_PARSERS: Final = {
    "avro_parser": "AvroParser",
    "excel_parser": "ExcelParser",
    "parquet_parser": "ParquetParser",
    "unstructured_parser": "UnstructuredParser",
}


def prepare() -> None:
    """Put modules in the parsers' places that hold an empty class, except for those that are imported already."""
    for module, parser in _PARSERS.items():
        name = f"{_PACKAGE}.{module}"
        if name not in sys.modules:
            stand_in = ModuleType(name, "Not imported: this connector reads no such files.")
            setattr(stand_in, parser, type(parser, (), {}))
            sys.modules[name] = stand_in
