"""Ids of a tracker become links by patterns that can neither hang nor lead anywhere else."""

from __future__ import annotations

import pytest

from indexer.tracker_links import mentions, tracker, url_of

PINGCODE = ("PC-\\d+", "https://acme.pingcode.com/pjm/items/{id}")
GITHUB = ("([\\w.-]+/[\\w.-]+)#(\\d+)", "https://github.com/{1}/issues/{2}")


@pytest.mark.parametrize(
    ("pattern", "url", "id_", "wanted"),
    [
        (*PINGCODE, "PC-12", "https://acme.pingcode.com/pjm/items/PC-12"),
        (*PINGCODE, "PC-", ""),
        (*PINGCODE, "XPC-12", ""),
        (*PINGCODE, "PC-１２", ""),
        (*GITHUB, "acme/shop#42", "https://github.com/acme/shop/issues/42"),
        ("[A-Z][A-Z0-9]+-\\d{1,6}", "http://jira:8080/browse/{id}", "OPS-7", None),
        ("\\w+", "https://x.example/?q={id}", "a_b", "https://x.example/?q=a_b"),
    ],
)
def test_where_an_id_leads(pattern: str, url: str, id_: str, wanted: str | None) -> None:
    found = url_of(id_, [tracker("t", pattern, url)])
    assert found == ("http://jira:8080/browse/OPS-7" if wanted is None else wanted)


def test_the_first_that_knows_the_id_counts() -> None:
    both = [tracker("a", "A-\\d+", "https://a/{id}"), tracker("b", "\\w-\\d+", "https://b/{id}")]
    assert [url_of(id_, both) for id_ in ("A-1", "B-1", "1")] == [
        "https://a/A-1",
        "https://b/B-1",
        "",
    ]


@pytest.mark.parametrize(
    ("pattern", "url", "wrong"),
    [
        *((pattern, "https://x/{id}", "pattern") for pattern in (
            "(a+)+", "a|b", "(a", "a*a*a*a*", "a?a?a?a?", "\\1", "(?P<n>a)", "(?=a)", "", ".*",
            "[z-a]", "a{1,9}+", "a\n", "^a$", "a" * 101, "((a))",
        )),
        *(("\\d+", url, "url") for url in (
            "javascript:alert({id})", "//x/{id}", "https://{id}/", "https://a@x/{id}",
            "https://x/\"{id}", "https://x/ {id}", "ftp://x/{id}", "https:///{id}", "https://x{id}",
        )),
        *(("\\d+", url, "placeholder") for url in ("https://x/", "https://x/{2}", "https://x/{1}")),
    ],
)  # fmt: skip
def test_what_is_not_taken(pattern: str, url: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        tracker("t", pattern, url)


def test_what_an_id_puts_into_an_address_is_escaped() -> None:
    assert tracker("t", "[^a]+", "https://x/{id}").url('"><b>?#') == "https://x/%22%3E%3Cb%3E%3F%23"


def test_the_slowest_pattern_that_is_taken_is_answered_at_once() -> None:
    slow = tracker("t", "\\w*\\w*\\w*-", "https://x/{id}")
    assert slow.url("a" * 200) == ""
    assert url_of("a" * 1000, [slow]) == ""


def test_mentions() -> None:
    text = "see #PC-123, acme/shop#42 (#7) x#1 &#12; ＃A1 #release 见#12。a@b#3"
    assert [m.id for m in mentions(text)] == ["PC-123", "acme/shop#42", "7", "A1", "12"]
    assert all(text[m.start : m.end].replace("＃", "#").lstrip("#") == m.id for m in mentions(text))
