"""Searches answered by a process that keeps model and index loaded: its socket and both ends."""
