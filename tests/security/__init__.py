"""Content and settings of a wiki are untrusted: what they may not do, tried on the real command."""
