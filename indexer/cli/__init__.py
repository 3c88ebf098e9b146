"""The terminal: click commands, one file for each, and the only place that prints and exits.

Exit status: 0 done or found, 1 nothing relevant found (or documents with errors, after ``kb
index``), 2 something is wrong. stdout carries data, stderr talk.
"""
