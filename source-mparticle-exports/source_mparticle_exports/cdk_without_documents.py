"""Keep the CDK's parser of office documents out.

The CDK's file-based framework imports the parsers of all types of file. That of documents loads language data from the
internet when it is imported, and takes seconds. This connector reads no documents, and asks no host but the storage's.
"""

import sys
from types import ModuleType
from typing import Final

_MODULE: Final = "airbyte_cdk.sources.file_based.file_types.unstructured_parser"


class UnstructuredParser:
    """In the place of the CDK's parser. It cannot parse anything."""


def prepare() -> None:
    """Put an empty module in the parser's place, unless that is imported already."""
    if _MODULE not in sys.modules:
        stand_in = ModuleType(_MODULE, "Not imported: this connector reads no documents.")
        stand_in.UnstructuredParser = UnstructuredParser  # type: ignore[attr-defined] # a module's names are open
        sys.modules[_MODULE] = stand_in
