"""What can be wrong with an import in a way that a person can mend."""

from __future__ import annotations

from indexer.errors import KbError


class TableUnreadable(KbError):
    """The file is no table that can be read."""


class ColumnsUnknown(KbError):
    """No mapping fits the columns of the table, or the mapping itself cannot be used."""


class ImportRefused(KbError):
    """The place to write to is none, or is not as it was when the plan was made."""
