"""What the modules of this package ask of a document. Shapes only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from indexer.model import Metadata


class Written(Protocol):
    """A document as its file has it: ``matter`` holds the fields of the front matter as they were
    written, ``body`` the Markdown below.
    """

    @property
    def path(self) -> str: ...
    @property
    def metadata(self) -> Metadata: ...
    @property
    def matter(self) -> Mapping[str, Any]: ...
    @property
    def body(self) -> str: ...
