"""Slack: messages of an incoming webhook.

``{"text": …, "blocks": […]}``: ``text`` stands in notifications; a section holds at most 3,000
characters of mrkdwn, a message 50 blocks, and all blocks together, so users found, some 13,000
characters (slackapi/bolt-js, issue 2509). ``&``, ``<`` and ``>`` are written as entities, so that
no ``<!channel>`` and no link comes out of a text. It is not signed: the address is the secret. A
message that was taken is answered with 200 and ``ok``, any other with 4xx and a word. Source:
docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, …/formatting-message-text and
…/reference/block-kit/blocks/section-block.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from indexer.practice.webhooks.bulletin import Bulletin, Json, Line, encoded, fitted, shortened

MOST_IN_SECTION = 3000
MOST_BLOCKS = 50
MOST_IN_ALL = 12_000
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def message(bulletin: Bulletin) -> Json:
    """The message, within the limits."""
    return fitted(bulletin, lambda most: _message(bulletin, most), _excess)


def _message(bulletin: Bulletin, most: int) -> Json:
    title = bulletin.title.translate(_ENTITIES)
    lead = bulletin.lead.translate(_ENTITIES)
    blocks = [_section("\n".join(line for line in (f"*{title}*", lead) if line))]
    for heading, lines, more in shortened(bulletin, most):
        written = [f"*{heading.translate(_ENTITIES)}*", *map(_line, lines)]
        written += [f"• {more.translate(_ENTITIES)}"] if more else []
        blocks += map(_section, _pieces(written))
    return {"text": title, "blocks": blocks}


def _line(line: Line) -> str:
    text = line.text.translate(_ENTITIES)
    named = f"<{line.url.translate(_ENTITIES)}|{text}>" if line.url else text
    return f"• {named} · {line.about.translate(_ENTITIES)}" if line.about else f"• {named}"


def _pieces(lines: Iterable[str]) -> Iterator[str]:
    """The lines in as few texts as sections can hold."""
    piece = ""
    for line in lines:
        longer = f"{piece}\n{line}" if piece else line
        if len(longer) > MOST_IN_SECTION and piece:
            yield piece
            longer = line
        piece = longer
    if piece:
        yield piece


def _section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:MOST_IN_SECTION]}}


def _excess(said: Json) -> int:
    return max(len(said["blocks"]) - MOST_BLOCKS, len(encoded(said).decode()) - MOST_IN_ALL)
