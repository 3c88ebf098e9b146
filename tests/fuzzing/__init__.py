"""Nasty input of every kind for whatever reads what others wrote: see ``python -m tests.fuzzing``."""
