"""Strategies: Markdown text as people and machines might write it, from plain to hostile."""

from __future__ import annotations

from hypothesis import strategies as st

_WORDS = st.sampled_from(
    [
        *("launch", "rollback", "us-east-1", "getUserName", "don't", "café", "v1.2.3"),
        *("上线", "延期，", "回滚。", "订单系统", "😀", "１２", "ﬁ"),
        *("`code`", "**bold**", "_em_", "[text](url)", "![pic](a.png)", "<b>", "&amp;", "\\*"),
    ]
)
_INLINE = st.lists(_WORDS, max_size=30).map(" ".join)
_LONG = st.builds(lambda word, n: word * n, _WORDS, st.integers(20, 300))
_LINES = st.one_of(
    st.just(""),
    _INLINE,
    _INLINE,
    _LONG,
    st.builds("{} {}".format, st.sampled_from(["#", "##", "####", "-", ">", "1."]), _INLINE),
    st.sampled_from(["```", "~~~", "====", "----", "<!--", "-->", "    code", "| a | b |", "#"]),
)

markdown = st.lists(_LINES, max_size=40).map("\n".join)
"""Text of the shapes that the readers treat specially."""

any_text = st.one_of(markdown, st.text(max_size=300))
"""The same, or any characters at all."""

front_matter = st.builds(
    "{0}\n{1}\n{0}\n{2}".format,
    st.sampled_from(["---", "+++"]),
    st.one_of(
        st.text(max_size=100),
        st.lists(
            st.builds(
                "{}{} {}".format,
                st.sampled_from(["title", "date", "tags", "owner", "a", "? ", "- ", "&a ", "'"]),
                st.sampled_from([":", " =", "", ": |", ": >", ": !!int", ": &x"]),
                st.one_of(
                    st.text(max_size=20),
                    st.sampled_from(["[1, [2]]", "{a: b}", "*x", "true", "2026-13-01", "0x" * 9]),
                ),
            ),
            max_size=6,
        ).map("\n".join),
    ),
    _INLINE,
)
"""Front matter, mostly wrong, over a line of text."""
