"""Microsoft Teams: an Adaptive Card for the webhook of a workflow.

``{"type": "message", "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive",
"content": card}]}``, at most 28 KB; users saw smaller ones refused, from 21,000 bytes on, so there
the line is drawn here. Texts stand in text runs, which know no Markdown and no mentions. It is not
signed: the address is the secret. A workflow answers 202 with nothing, the webhooks before it 200
with ``1``, or with 200 and a sentence that tells of an error. Source: learn.microsoft.com/
microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook, learn.microsoft.com/
connectors/teams and adaptivecards.io/explorer/TextRun.html.
"""

from __future__ import annotations

from indexer.practice.webhooks.bulletin import Bulletin, Json, Line, fitted, over, shortened

MOST_BYTES = 20_000


def message(bulletin: Bulletin) -> Json:
    """The message, within the limit."""
    return fitted(bulletin, lambda most: _message(bulletin, most), over(MOST_BYTES))


def _message(bulletin: Bulletin, most: int) -> Json:
    body = [_block(_run(bulletin.title, size="Large", weight="Bolder"))]
    body += [_block(_run(bulletin.lead))] if bulletin.lead else []
    for heading, lines, more in shortened(bulletin, most):
        body += [_block(_run(heading, weight="Bolder")), *map(_item, lines)]
        body += [_block(_run(f"• {more}"))] if more else []
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attachment]}


def _item(line: Line) -> Json:
    link = {"selectAction": {"type": "Action.OpenUrl", "url": line.url}} if line.url else {}
    about = [_run(f" · {line.about}")] if line.about else []
    return _block(_run("• "), _run(line.text, **link), *about)


def _block(*runs: Json) -> Json:
    return {"type": "RichTextBlock", "inlines": list(runs)}


def _run(text: str, **more: object) -> Json:
    return {"type": "TextRun", "text": text, **more}
