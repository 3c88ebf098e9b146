"""What a person typed -> words, phrases and exclusions; everything else is text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import QueryError
from indexer.query import MAX_TERMS, Query, contains_phrase, parse_query
from tests.reading.documents import any_text


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("Launch  delays", Query("Launch delays", ("launch", "delay"))),
        ("why was the launch late", Query("why was the launch late", ("launch", "late"))),
        ("the who", Query("the who", ("the", "who"))),
        ("为什么延期", Query("为什么延期", ("么延", "延", "延期", "期"))),
        ('"go live" plan', Query("go live plan", ("go", "live", "plan"), phrases=("go live",))),
        ("“上线”延期", Query("上线 延期", ("上", "上线", "线", "延", "延期", "期"), ("上线",))),
        ("launch -billing", Query("launch", ("launch",), excluded=("billing",))),
        ('launch -"dry run"', Query("launch", ("launch",), excluded_phrases=("dry run",))),
        ("launch -", Query("launch -", ("launch",))),
        ("go-live -- now-ish", None),
        ('launch "', Query('launch "', ("launch",))),
        (
            '"" launch "!" "go live"',
            Query("launch ! go live", ("launch", "go", "live"), ("go live",)),
        ),
        ("NEAR(a, 5) OR title:b*", None),
        ("launch\x1b[31m\x00\n", Query("launch [31m", ("launch", "31m", "31", "m"))),
        ("「上线」延期", Query("上线 延期", ("上", "上线", "线", "延", "延期", "期"), ("上线",))),
        ("『上线』", Query("上线", ("上", "上线", "线"), ("上线",))),
        ("‘上线’后", Query("上线 后", ("上", "上线", "线", "后"), ("上线",))),
        (
            "team’s ‘go live’ day",
            Query("team’s go live day", ("team", "go", "live", "day"), ("go live",)),
        ),
        (
            "the ‘90s team’s launch",
            Query("the ‘90s team’s launch", ("90s", "90", "s", "team", "launch")),
        ),
        (
            "＂go live＂　ＡＰＩ１２",
            Query("go live API12", ("go", "live", "api12", "api", "12"), ("go live",)),
        ),
        ("-「上线」 延期", Query("延期", ("延", "延期", "期"), excluded_phrases=("上线",))),
        ("－上线　延期", Query("延期", ("延", "延期", "期"), excluded=("上线",))),
        ("-上线，延期", Query("，延期", ("延", "延期", "期"), excluded=("上线",))),
        ("延期 ——上线", Query("延期 ——上线", ("延", "延期", "期", "上", "上线", "线"))),
        ("延期 —上线", Query("延期 —上线", ("延", "延期", "期", "上", "上线", "线"))),
        ("延期－上线", Query("延期-上线", ("延", "延期", "期", "上", "上线", "线"))),
        ("《上线》（一）", Query("《上线》（一）", ("上", "上线", "线", "一"))),
        ("上线。、；：？！…～·【】", Query("上线。、；：？！…～·【】", ("上", "上线", "线"))),
        ("ｶﾞｲﾄﾞ", Query("ガイド", ("ガ", "ガイ", "イ", "イド", "ド"))),
        ("ｇｏ－ｌｉｖｅ", Query("go-live", ("go-live", "go", "live"))),
        ("launch \udcff", Query("launch", ("launch",))),
    ],
)
def test_parse(typed: str, query: Query | None) -> None:
    found = parse_query(typed)
    if query is None:
        assert found.phrases == found.excluded == found.excluded_phrases == ()
        assert found.text == typed
    else:
        assert found == query


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "  ",
        "***",
        "。，、",
        "——",
        "《》",
        "「」",
        "　",
        "-billing",
        '-"dry run"',
        "\x1b",
        '""',
        "-- -",
        "－上线",
    ],
)
def test_nothing_to_search_for(typed: str) -> None:
    with pytest.raises(QueryError, match="there is no word to search for in"):
        parse_query(typed)


def test_a_pasted_page_is_searched_by_its_first_words() -> None:
    query = parse_query(" ".join(f"word{n}" for n in range(100_000)))
    assert len(query.terms) == MAX_TERMS
    assert query.terms[:2] == ("word0", "word")
    assert len(query.text) <= 10_000


@given(st.one_of(any_text, st.text(alphabet='-"“”‘’「」－　 ab上*(', max_size=40)))
def test_only_a_query_error_is_raised(typed: str) -> None:
    try:
        query = parse_query(typed)
    except QueryError:
        return
    assert 0 < len(query.terms) <= MAX_TERMS
    assert len(set(query.terms)) == len(query.terms)
    assert query.text.isprintable()


@pytest.mark.parametrize(
    ("text", "phrase", "contains"),
    [
        ("The Go-Live\nplan", "go-live plan", True),
        ("ＡＰＩ gateway", "api Gateway", True),
        ("go live later", "live  later", True),
        ("go and live", "go live", False),
        ("订单系统上线", "系统上线", True),
        ("訂單系統上線", "系统上线", True),
        ("订单系统上线", "系統上線", True),
        ("因为延期,所以上线", "延期，所以", True),
        ("他说「上线」了。", '说"上线"了.', True),
        ("上线，\n延期", "上线,延期", True),
        ("用 API 网关", "用API网关", True),
        ("ｶﾞｲﾄﾞ", "ガイド", True),
        ("上线，延期", "上线延期", False),
        ("a b", "ab", False),
    ],
)
def test_contains_phrase(text: str, phrase: str, contains: bool) -> None:
    assert contains_phrase(text, phrase) is contains
