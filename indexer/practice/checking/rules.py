"""All rules of ``kb check``, by code, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from indexer.model import Severity
from indexer.practice.checking import (
    action_lines,
    blame,
    dates,
    files,
    identity,
    ignore_marks,
    links_and_anchors,
    near_duplicates,
    owners,
    succession_chains,
)
from indexer.practice.checking.rule import Finding, Rule

_FAMILIES = (
    files,
    links_and_anchors,
    identity,
    near_duplicates,
    succession_chains,
    dates,
    action_lines,
    owners,
    blame,
    ignore_marks,
)

RULES: Mapping[str, Rule] = MappingProxyType(
    {rule.code: rule for family in _FAMILIES for rule in family.RULES}
)


def severity(finding: Finding) -> Severity:
    """That of its rule."""
    return RULES[finding.code].severity
