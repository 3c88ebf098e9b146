"""Everything that can go wrong in a way a user can mend, as a tree.

    KbError
    ├── RootNotFound          no wiki here or above
    ├── SettingsError         a key of the settings has a value that cannot be used
    ├── QueryError            the query or one of its filters cannot be understood
    ├── PathError             a path that names no document, or lies outside the root
    ├── IndexUnusable         missing, damaged, or written by another version
    │   └── IndexMissing
    ├── IndexUnwritable       no permission, or no space, below .kb/
    │   └── IndexBusy         another program holds the database
    ├── LinkRefused           a symbolic link stands where kb keeps what is its own
    ├── WatcherRunning        another process watches this wiki
    ├── ModelUnavailable      the embedding model cannot be found, read or trusted
    │   ├── ModelDamaged      its prepared files are not as they were written
    │   └── ModelNotAgreed    the settings name it, and nobody here has said that it may be used
    ├── SiteNotBuilt          mkdocs.yml, or a document in a strict build, is in the way
    ├── NotSent               a webhook did not take a message, or could not be asked
    └── EvaluationError       queries or judgements that cannot be read

Each class owns a sentence (the message) and a remedy (the hint). What is not in this tree
is a bug of ours and is shown as one. This module knows nothing of exit codes or screens.
"""

from indexer.message import NOTHING, Message, say


class KbError(Exception):
    """Base of all errors a user can mend: ``message`` says what, ``hint`` says what to do."""

    def __init__(self, message: Message, hint: Message = NOTHING) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class RootNotFound(KbError):
    """No folder upward from the start holds ``mkdocs.yml`` or ``kb/``."""


class SettingsError(KbError):
    """A settings key has a value of the wrong kind; the message names file, key and value."""


class QueryError(KbError):
    """The query, or a filter beside it, cannot be understood."""


class PathError(KbError):
    """A path names no document of the wiki, or leads out of its root."""


class IndexUnusable(KbError):
    """The index is damaged or of another version; it comes back with ``kb index``."""


class IndexMissing(IndexUnusable):
    """There is no index yet."""


class IndexUnwritable(KbError):
    """The index cannot be written: permission, space, or a lock that is never released."""


class IndexBusy(IndexUnwritable):
    """Another program, not of ours, holds the database and does not let go."""


class LinkRefused(KbError):
    """A symbolic link stands where kb keeps, or would write, what is its own."""


class WatcherRunning(KbError):
    """Another process watches this wiki."""


class ModelUnavailable(KbError):
    """The embedding model cannot be found, read or trusted."""


class ModelDamaged(ModelUnavailable):
    """A prepared model's files are not as they were written, or cannot be loaded; it can be
    prepared anew.
    """

    @property
    def mending(self) -> Message:
        """What is said before it is."""
        return say("{reason}; preparing it anew", reason=self.message)


class ModelNotAgreed(ModelUnavailable):
    """The settings name a model, and no person of this machine has said that it may be used."""


class SiteNotBuilt(KbError):
    """The site cannot be built, or not without warnings where none are allowed."""


class NotSent(KbError):
    """A message was not sent, or nobody says that it was taken; the address is never told."""


class EvaluationError(KbError):
    """A queries, judgements or run file cannot be read; the message names path and line."""
