"""Models: from a hub or a folder, prepared, and run. One outside library a module."""
