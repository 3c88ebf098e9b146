"""Ids of a tracker on a page lead where the settings say, but not in code, links or attributes."""

from __future__ import annotations

from indexer.site.tracker_ids import linked
from indexer.tracker_links import tracker

TRACKERS = [tracker("pc", "PC-\\d+", "https://pc.example/{id}?a=1&b=2")]
LINK = '<a href="https://pc.example/PC-1?a=1&amp;b=2">#PC-1</a>'


def test_ids_in_prose_become_links() -> None:
    assert linked("<p>see #PC-1, 见#PC-1。</p>", TRACKERS) == f"<p>see {LINK}, 见{LINK}。</p>"
    assert linked("<h2>#PC-1</h2>", TRACKERS) == f"<h2>{LINK}</h2>"


def test_nothing_else_changes() -> None:
    for html in (
        "<p><code>#PC-1</code> <a href='#PC-1'>#PC-1</a></p>",
        '<pre><span title=" #PC-1">#PC-1</span></pre>',
        '<p title="see #PC-1">#XY-1 &#35;PC-1 x#PC-1</p>',
    ):
        assert linked(html, TRACKERS) == html
    assert linked("<p>#PC-1</p>", []) == "<p>#PC-1</p>"
