"""The benchmark suite: how fast kb is, against named baselines in the same run.

``python -m tests.benchmarks`` measures and writes ``results.json``; ``python -m
tests.benchmarks.page`` makes the manual's pages of it. Nothing here asserts a time.
"""
