"""kb: a team's memory, searchable. The package behind the command ``kb``."""

__version__ = "0.1.0"
