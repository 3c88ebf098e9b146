"""The fault campaign: what can go wrong goes wrong, and no answer may be wrong because of it.

``python -m tests.faults`` runs the short form, with ``--long`` the long one, and writes what was
tried and what came of it to ``results.json``. One module a family of cases; ``catalogue`` names
them. A new case is a function ``(seed, times) -> Outcome`` with its line in the catalogue.
"""
