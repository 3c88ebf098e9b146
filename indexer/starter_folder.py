"""Where the files lie that a new wiki begins with. It reads none of them."""

from __future__ import annotations

from pathlib import Path


def starter_folder() -> Path:
    """Inside an installed package, or the repository around it."""
    packaged = Path(__file__).parent / "starter_files"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent
