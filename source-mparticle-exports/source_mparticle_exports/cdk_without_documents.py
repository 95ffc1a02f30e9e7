"""Keep the CDK's parsers of office documents out.

The CDK's file-based framework imports the parsers of all types of file. That of documents loads language data from the
internet when it is imported, and takes seconds. That of spreadsheets imports pandas, which takes 50 MB. This connector
reads neither, and asks no host but the storage's.
"""

import sys
from types import ModuleType
from typing import Final

_PACKAGE: Final = "airbyte_cdk.sources.file_based.file_types"
_PARSERS: Final = {"unstructured_parser": "UnstructuredParser", "excel_parser": "ExcelParser"}


def prepare() -> None:
    """Put modules in the parsers' places that hold an empty class, except for those that are imported already."""
    for module, parser in _PARSERS.items():
        name = f"{_PACKAGE}.{module}"
        if name not in sys.modules:
            stand_in = ModuleType(name, "Not imported: this connector reads no documents.")
            setattr(stand_in, parser, type(parser, (), {}))
            sys.modules[name] = stand_in
