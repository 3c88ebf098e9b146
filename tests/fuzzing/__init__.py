"""Nasty input for whatever reads what others wrote: see ``python -m tests.fuzzing``."""
