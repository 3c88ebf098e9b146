"""Adapters that turn text into vectors, one outside library each; they do not know each other."""
