"""Sending a digest to the chat of a team: one module a service, one that sends.

``bulletin`` is what all services are given; each makes its own message of it, within its limits and
with its own marks made harmless. ``services`` knows them all, ``sending`` alone knows HTTP.
"""
