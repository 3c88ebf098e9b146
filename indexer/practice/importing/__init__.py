"""A tracker's tables -> actions in the wiki's files: rows, their meaning, a plan, the writing.

Nothing is written before a plan was made, and a plan writes what it showed or nothing.
"""
