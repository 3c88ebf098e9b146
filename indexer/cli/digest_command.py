"""``kb digest``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from indexer.catalogue import speaker
from indexer.cli.filters import parsed_date
from indexer.cli.hits import tell_freshness
from indexer.cli.language import LANGUAGES, present, spoken
from indexer.cli.shapes import action_as_json, due_as_json, metadata_as_json
from indexer.cli.terminal import Session, print_json, printable_lines, talk
from indexer.errors import NotSent
from indexer.message import say
from indexer.practice.digest import Digest, digest
from indexer.practice.digest_text import Writer, markdown
from indexer.settings import CONTENT, FILE

if TYPE_CHECKING:
    from indexer.practice.themes.finding import Theme
    from indexer.settings import Settings
    from indexer.webhook_settings import Webhook


@click.command(
    "digest",
    epilog="""\b
Examples:
  kb digest                                 the last seven days, as Markdown
  kb digest --since "1 month ago" --lang zh
  kb digest --to team --dry-run             what would be sent, without sending it
  kb digest --to team                       send it to the webhook of that name
  kb digest --json | jq '.actions[].text'

A webhook is named in site_config/kb.toml; its address is in an environment variable, never in a
file of the wiki. How to set up WeCom, DingTalk, Feishu, Slack, Teams and others, and a schedule, is
in kb/manual/digest.md. Exit status: 0 printed or sent, 2 an error: then nothing counts as sent.""",
)
@click.option(
    "--since",
    metavar="DATE",
    default="7 days ago",
    show_default=True,
    help="What is new since then; what will be due within as long a time.",
)
@click.option("--lang", "language", type=click.Choice(LANGUAGES), help="Language of the digest.")
@click.option("--to", "name", metavar="NAME", help="Send it to the webhook of this name.")
@click.option("--dry-run", is_flag=True, help="With --to: print the message instead of sending it.")
@click.option("--json", "as_json", is_flag=True, help="Print the digest as JSON.")
@click.pass_context
def command(
    ctx: click.Context,
    since: str,
    language: str | None,
    name: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Tell what is new, what is due and what came back, for the team to hear of.

    New documents of the time, reviews, drills and actions that are overdue or will soon be due, and
    themes that a new document belongs to. A week without anything says so in one line.
    """
    if dry_run and name is None:
        raise click.UsageError(spoken(say("--dry-run goes with --to")))
    if as_json and name is not None:
        raise click.UsageError(spoken(say("--json and --to exclude each other")))
    session: Session = ctx.obj
    wiki = session.wiki()
    webhook = _webhook(wiki.settings, name) if name is not None else None
    start = parsed_date(since)
    freshness = wiki.refresh()
    tell_freshness(freshness)
    found = digest(wiki, start, session.today, freshness.removed)
    if as_json:
        print_json(_as_json(found, wiki.settings))
        return
    said = language or present()
    base = webhook.site_url if webhook else f"{CONTENT}/"
    writer = Writer(speaker(said), said, base, pages=webhook is not None)
    if webhook is None:
        click.echo(printable_lines(markdown(writer.bulletin(found))), nl=False)
    else:
        _send(webhook, writer, found, dry_run=dry_run)


def _webhook(settings: Settings, name: str) -> Webhook:
    if name in settings.webhooks:
        return settings.webhooks[name]
    known = ", ".join(settings.webhooks)
    raise NotSent(
        say("no webhook is named {name}", name=name),
        say("known webhooks: {known}", known=known)
        if known
        else say("name one in {path}: [webhooks.{name}]", path=FILE, name="team"),
    )


def _send(webhook: Webhook, writer: Writer, found: Digest, *, dry_run: bool) -> None:
    from indexer.practice.webhooks.sending import credentials, send
    from indexer.practice.webhooks.services import SERVICES

    message = SERVICES[webhook.kind].message(writer.bulletin(found))
    if dry_run:
        print_json(message)
        return
    send(webhook, message, credentials(webhook, os.environ))
    talk(say("sent to {name} ({kind})", name=webhook.name, kind=webhook.kind))


def _theme_as_json(theme: Theme) -> dict[str, object]:
    """A theme in short; kb themes --json has all of it."""
    return {
        "label": theme.label,
        "paths": list(theme.paths()),
        "first": theme.first.isoformat() if theme.first else None,
        "open_actions": len(theme.open_actions),
    }


def _as_json(found: Digest, settings: Settings) -> dict[str, object]:
    return {
        "version": 1,
        "since": found.since.isoformat(),
        "until": found.today.isoformat(),
        "new": [{"path": one.path, **metadata_as_json(one.metadata)} for one in found.new],
        "due": [due_as_json(due, found.today) for due in found.due],
        "recurring": [_theme_as_json(theme) for theme in found.recurring],
        "actions": [action_as_json(a, found.today, settings.trackers) for a in found.actions],
    }
