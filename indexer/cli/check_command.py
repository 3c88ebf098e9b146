"""``kb check``: the content of a wiki, as ``kb doctor`` looks at its index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexer.cli.language import spoken
from indexer.cli.terminal import Session, print_json, printable, report, shown_path, talk
from indexer.message import Message, say
from indexer.model import Severity
from indexer.settings import CONTENT, load_settings
from indexer.source import Source

if TYPE_CHECKING:
    from indexer.practice.checking.engine import Report
    from indexer.practice.checking.mending import Mended
    from indexer.practice.checking.rule import Finding, Rule


@click.command(
    "check",
    epilog="""\b
Examples:
  kb check                             the whole wiki
  kb check kb/retros kb/index.md       what concerns these; links are followed everywhere
  kb check --fix                       mend what can be mended safely, and look again
  kb check --strict                    warnings fail as well, for CI
  kb check --explain broken-link
  kb check --json | jq -r '.findings[].path'

\b
A line of what is found:
  kb/retros/2026-03-20-launch.md:14: broken-link: there is no ../lessons/gone.md

kb check looks at what the documents say, kb doctor at the index and what it rests on. No model is
loaded. A comment <!-- kb: ignore CODE --> switches a rule off for its line. All rules with their
reasons are in kb/manual/check.md. Exit status: 0 nothing found, or warnings alone, 1 errors (with
--strict also warnings), 2 it could not be checked.""",
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--fix", is_flag=True, help="Mend what can be mended safely, and look again.")
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings too.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--rules", is_flag=True, help="List all rules, check nothing.")
@click.option("--explain", metavar="CODE", help="Say why a rule is there, check nothing.")
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[Path, ...],
    fix: bool,
    strict: bool,
    as_json: bool,
    rules: bool,
    explain: str | None,
) -> None:
    """Tell what is wrong with the documents: fields and sections that their type asks for, links,
    dates, reviews, actions, duplicates, what superseded what, and words that blame persons.

    PATHS are files or folders below kb/; without any the whole wiki is checked.
    """
    if rules or explain is not None:
        ctx.exit(_tell_rules(explain, as_json=as_json))
    from indexer.practice.checking import engine

    session: Session = ctx.obj
    root, today = session.wiki().root, dt.date.today()
    settings = load_settings(root)
    chosen = engine.chosen_paths(root, paths) if paths else None

    def look() -> Report:
        return engine.check(root, settings, today, chosen, _generated(settings.types))

    found = look()
    mended = None
    if fix and any(finding.edit for finding in found.findings):
        from indexer.practice.checking.mending import mend

        mended = mend(Source(root), found.findings)
        found = look()
    if as_json:
        print_json(check_as_json(found, mended.findings if mended else ()))
    else:
        _print(found, mended, root)
    failed = found.count(Severity.ERROR) or (strict and found.findings)
    ctx.exit(1 if failed else 0)


def check_as_json(found: Report, mended: Iterable[Finding]) -> dict[str, object]:
    """What was found and what was made good, in the documented form."""
    return {
        "version": 1,
        "documents": found.checked,
        "errors": found.count(Severity.ERROR),
        "warnings": found.count(Severity.WARNING),
        "findings": [_finding_as_json(one, mended=False) for one in found.findings]
        + [_finding_as_json(one, mended=True) for one in mended],
        "skipped": [{"code": code, "reason": why} for code, why in found.skipped.items()],
    }


def _finding_as_json(finding: Finding, *, mended: bool) -> dict[str, object]:
    from indexer.practice.checking.rules import severity

    return {
        "path": finding.path,
        "line": finding.line,
        "code": finding.code,
        "severity": severity(finding).value,
        "message": finding.message,
        "fixable": finding.edit is not None,
        "mended": mended,
    }


def _generated(types: Mapping[str, str]) -> Callable[[], Collection[str]]:
    """Gives the paths of pages that the site makes; asked only if a link may mean one."""

    def paths() -> Collection[str]:
        from indexer.site.pages import ACROSS
        from indexer.site.pages.standing import STANDING

        names = [*(module.NAME for module in (*ACROSS, *STANDING)), "index"]
        return {*(f"{name}.md" for name in names), *(f"{folder}/index.md" for folder in types)}

    return paths


def _print(found: Report, mended: Mended | None, root: Path) -> None:
    from indexer.practice.checking.rules import severity

    for finding in mended.findings if mended else ():
        click.echo(_line(finding, root, click.style(spoken(say("mended")), fg="green", bold=True)))
    for path, why in (mended.failed if mended else {}).items():
        talk(say("{path}: {problem}", path=shown_path(root / CONTENT / path), problem=why))
    for finding in found.findings:
        warning = severity(finding) is Severity.WARNING
        label = click.style(spoken(say("warning")), fg="yellow") if warning else ""
        click.echo(_line(finding, root, label))
    for code, why in found.skipped.items():
        talk(say("{code} was left out: {reason}", code=code, reason=why))
    fixable = sum(finding.edit is not None for finding in found.findings)
    if fixable:
        talk(say("{count} of them can be mended: kb check --fix", count=fixable))
    report(
        say(
            "{documents} documents: {errors} errors, {warnings} warnings",
            documents=found.checked,
            errors=found.count(Severity.ERROR),
            warnings=found.count(Severity.WARNING),
        )
    )


def _line(finding: Finding, root: Path, label: str) -> str:
    """``path:line: code: message``, or ``path:line: code (label): message``."""
    place = printable(f"{shown_path(root / CONTENT / finding.path)}:{finding.line}")
    code = click.style(finding.code, bold=True) if label else click.style(finding.code, fg="red")
    if label:
        code = f"{code} ({label})"
    return f"{click.style(place, fg='cyan')}: {code}: {printable(spoken(finding.message))}"


def _tell_rules(code: str | None, *, as_json: bool) -> int:
    from indexer.practice.checking.rules import RULES

    if code is not None and code not in RULES:
        raise click.UsageError(spoken(say("no rule has the code {code}", code=code)))
    told = [RULES[code]] if code else list(RULES.values())
    if as_json:
        print_json([_rule_as_json(rule) for rule in told])
        return 0
    for rule in told:
        label = _SEVERITIES[rule.severity]
        click.echo(f"{click.style(rule.code, bold=True)} ({spoken(label)}): {spoken(rule.title)}")
        if code:
            click.echo(spoken(rule.reason))
            if rule.fix:
                click.echo(spoken(say("--fix {does}.", does=rule.fix)))
    return 0


_SEVERITIES: Mapping[Severity, Message] = {
    Severity.ERROR: say("error"),
    Severity.WARNING: say("warning"),
}


def _rule_as_json(rule: Rule) -> dict[str, object]:
    return {
        "code": rule.code,
        "severity": rule.severity.value,
        "title": rule.title,
        "reason": rule.reason,
        "fix": rule.fix,
    }
