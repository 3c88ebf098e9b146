"""Which models a person has agreed to, wiki by wiki; kept in the data folder of the user.

A wiki's settings come with its files, and whoever may change those could have any model fetched and
loaded, or any folder read. So a name in the settings, or in an index, counts only once a person of
this machine has said it: ``kb model use``. What comes with kb needs no consent. It fetches and
loads nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path

from indexer import private_folder
from indexer.errors import ModelNotAgreed, SettingsError
from indexer.message import say
from indexer.settings import FILE, NO_MODEL, Settings

_FOLDER = "models-agreed-to"
_FREE = (NO_MODEL, Settings().model)


class Consents:
    """Those of one wiki. A wiki that was moved is another one."""

    def __init__(self, data: Path | None, root: Path) -> None:
        """``data`` is the user's data folder; without it nothing was agreed to."""
        self._folder = data / _FOLDER if data else None
        self._root = os.path.realpath(root)

    def holds(self, model: str) -> bool:
        """Whether the model may be used in this wiki."""
        if model in _FREE:
            return True
        if self._folder is None:
            return False
        try:
            written = json.loads(self._file(self._folder, model).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return bool(written == self._record(model))

    def require(self, model: str) -> None:
        """Raises ModelNotAgreed if it may not be used."""
        if not self.holds(model):
            raise ModelNotAgreed(
                say(
                    "{file} asks for the model {model}, which nobody has agreed to here",
                    file=FILE,
                    model=model,
                ),
                say(
                    "if you want it: kb model use {model}; else: kb model use default",
                    model=model,
                ),
            )

    def add(self, model: str) -> None:
        """A person said that the model may be used here. Raises SettingsError if that cannot be
        kept.
        """
        if self.holds(model) or self._folder is None:
            return
        file = self._file(self._folder, model)
        try:
            private_folder.make(self._folder)
            handle, temporary = tempfile.mkstemp(dir=self._folder)
            with open(handle, "w", encoding="utf-8") as written:
                json.dump(self._record(model), written)
            os.replace(temporary, file)
        except OSError as error:
            raise SettingsError(
                say("{path} cannot be written: {error}", path=file, error=error.strerror or error),
                say("let yourself write there, or name another folder with KB_DATA_DIR"),
            ) from error

    def _file(self, folder: Path, model: str) -> Path:
        said = json.dumps(self._record(model)).encode()
        return folder / f"{hashlib.sha256(said).hexdigest()[:32]}.json"

    def _record(self, model: str) -> dict[str, str]:
        return {"root": self._root, "model": model}
