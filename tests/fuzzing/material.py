"""Hypothesis strategies for content as it must not hurt: Markdown, front matter, settings, queries.

Pieces that mean something to a reader (fences, brackets, anchors, tags, other scripts) are put
together in any order, repeated, nested and damaged, so that a few of them already reach far.
"""

from __future__ import annotations

import json

from hypothesis import strategies as st

Texts = st.SearchStrategy[str]

_MARKS = [
    *(
        "#",
        "# ",
        "###### ",
        "#######",
        "=",
        "===\n",
        "---\n",
        "- ",
        "* ",
        "+ ",
        "1. ",
        "> ",
        "    ",
    ),
    *(
        "`",
        "``",
        "```",
        "```\n",
        "````python\n",
        "~~~",
        "~~~\n",
        "\t",
        "\t- ",
        "| a | b |\n",
        "|--|\n",
    ),
    *(
        "[",
        "]",
        "(",
        ")",
        "![",
        "](",
        "][",
        "[^1]",
        "[^1]: ",
        "[a](b)",
        "![a](data:image/png;base64,AA)",
    ),
    *(
        "<",
        ">",
        "<!--",
        "-->",
        "</a",
        "<a href=''>",
        "<https://x.y>",
        "<%",
        "%>",
        "{{",
        "{%",
        "${x}",
    ),
    *(
        "*",
        "**",
        "***",
        "_",
        "__",
        "~~",
        "\\",
        "\\`",
        "&",
        "&amp;",
        "&#0;",
        "&#xD800;",
        "&#9999999999;",
    ),
    *(
        "{",
        "}",
        " {#id}",
        " {: #a .b }",
        " {}",
        "{a:",
        "\n",
        "\n\n",
        "\r",
        "\r\n",
        "\v",
        "\f",
        "\x85",
    ),
]
_CHARACTERS = [
    *("\0", "\x1b[31m", "\x9b", "\x07", "\ufeff", "\u2028", "\u2029", "\u00a0", "\u3000", "\u200b"),
    *(
        "\u202e",
        "\u2066",
        "\u200d",
        "\u0301",
        "\u0e33",
        "👩‍👩‍👧",
        "🇩🇪",
        "﷽",
        "ﬃ",
        "İ",
        "ß",
        "ǆ",
        "\U000e0041",
    ),
    *(
        "上线",
        "，",
        "。",
        "「",
        "」",
        "“",
        "”",
        "‘",
        "’",
        "《",
        "１２",
        "ｶﾞ",
        "豈",
        "㍿",
        "한",
        "𠮷",
        "שלום",
        "مرحبا",
    ),
    *(
        "e",
        "camelCase",
        "us-east-1",
        "x86_64",
        "C++",
        "it's",
        "a.b.c",
        "0",
        "²",
        "Ⅷ",
        "e\u0301\u0301",
    ),
]
_YAML = [
    *(
        "---\n",
        "---",
        "...\n",
        "+++\n",
        "title: ",
        "date: ",
        "tags: ",
        "owner: ",
        "status: ",
        "a: ",
        "? ",
    ),
    *(
        "&a ",
        "*a",
        "<<: *a\n",
        "!!python/object/apply:os.system ",
        "!!binary ",
        "!x ",
        "!<tag:x> ",
        "%YAML 1.1\n",
    ),
    *(
        "[",
        "]",
        "{",
        "}",
        ", ",
        ": ",
        "- ",
        "| \n",
        ">-\n",
        "'",
        '"',
        '"\\x00"',
        '"\\ud800"',
        '"\\U0010ffff"',
    ),
    *(
        "2026-03-20",
        "2026-13-45",
        "0x1F",
        "1e999",
        "-.inf",
        "~",
        "null",
        "yes",
        "010",
        "{{ 7*7 }}",
        "\n",
        "  ",
    ),
    *(
        "[[",
        "]]",
        "[extra]\n",
        "a = ",
        "'''",
        '"""',
        "0x" + "f" * 40,
        "1979-05-27T07:32:00Z",
        "# comment",
    ),
]
_QUERY = [
    *(
        '"',
        "“",
        "”",
        "„",
        "«",
        "»",
        "「",
        "」",
        "『",
        "』",
        "‘",
        "’",
        "-",
        "－",
        " ",
        "　",
        "OR",
        "NEAR(",
        "*",
        "^",
    ),
    *(
        "last",
        "week",
        "months",
        "ago",
        "3",
        "去年",
        "上个月",
        "三天前",
        "半年",
        "最近",
        "月",
        "日",
        "年",
        "2026",
        "/",
    ),
]
_SETTINGS = [
    *(
        "[model]\n",
        "[index]\n",
        "[types]\n",
        "name = ",
        "exclude = ",
        "max_file_bytes = ",
        "'x'\n",
        "[",
        "]",
    ),
    *(
        "[[",
        "]]",
        "{",
        "}",
        "a.b.c = 1\n",
        "= ",
        "0x",
        "9" * 50,
        "nan",
        "-inf",
        '"\\u0000"\n',
        "true\n",
        "\n",
    ),
]


PIECES = [*_MARKS, *_CHARACTERS, *_YAML, *_QUERY, *_SETTINGS]


def _pieces(pieces: list[str]) -> Texts:
    single = st.sampled_from(pieces)
    run = st.builds(
        lambda piece, count: piece * count, single, st.sampled_from([2, 9, 60, 200, 3000])
    )
    return st.one_of(single, single, single, run, st.text(max_size=8))


def _joined(pieces: list[str], count: int) -> Texts:
    flat = st.lists(_pieces(pieces), max_size=count).map("".join)
    nested = st.builds(
        lambda inner, open_, close, depth: open_ * depth + inner + close * depth,
        flat,
        st.sampled_from(["[", "(", "{", "> ", "- ", "  - ", "<b>", "**", "`", "![a]("]),
        st.sampled_from(["]", ")", "}", "</b>", "**", "`", ""]),
        st.integers(1, 60),
    )
    return st.one_of(flat, flat, nested)


any_text: Texts = st.text(st.characters(), max_size=60)
"""Lone surrogates too: Python reads bytes of a command line as such."""

markdown: Texts = _joined([*_MARKS, *_CHARACTERS], 25)
yaml_block: Texts = _joined([*_YAML, *_CHARACTERS], 20)
query: Texts = _joined([*_QUERY, *_CHARACTERS], 15)
settings: Texts = _joined([*_SETTINGS, *_YAML], 15)
glossary: Texts = st.builds(
    lambda rows, tail: (
        "| Term | Other names | Language | Meaning |\n|---|---|---|---|\n"
        + "".join(f"| {' | '.join(row)} |\n" for row in rows)
        + tail
    ),
    st.lists(
        st.lists(_pieces([*_CHARACTERS, ",", "、", "en", "zh", "\\|"]), max_size=5), max_size=4
    ),
    markdown,
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Front matter, closed or not, and Markdown, with any line ends."""
    text = ""
    if draw(st.booleans()):
        fence = draw(st.sampled_from(["---\n", "+++\n", "--- \n", "---\r\n"]))
        close = draw(st.sampled_from([fence, fence, "...\n", ""]))
        text = fence + draw(yaml_block) + draw(st.sampled_from(["\n", ""])) + close
    text += draw(markdown)
    return text.replace("\n", draw(st.sampled_from(["\n", "\n", "\r\n", "\r"])))


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A document as bytes: marked, of another encoding, damaged, or no text at all."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=200))
    text = draw(documents())
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030"]))
    content = bytearray(text.encode(encoding, errors="replace"))
    for place in draw(st.lists(st.integers(0, 10_000), max_size=3)):
        if content:
            content[place % len(content)] = draw(st.integers(0, 255))
    return bytes(content)


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | any_text
    | st.sampled_from(["{x}", "{0.__class__}", "{x!r:>99}", "hybrid", "2026-03-20", 2**70, 1e308]),
    lambda inner: (
        st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=30,
)


def lines(valid: bytes) -> st.SearchStrategy[bytes]:
    """Lines for the socket: any bytes, any JSON, a right line with places exchanged."""
    values = json.loads(valid)
    return st.one_of(
        st.binary(max_size=80),
        _JSON.map(lambda value: json.dumps(value).encode()),
        st.builds(
            lambda depth, mark: mark * depth,
            st.integers(1, 30_000),
            st.sampled_from([b"[", b'{"a":']),
        ),
        st.builds(lambda digits: b"9" * digits, st.integers(1, 6000)),
        _damaged(values),
        st.integers(0, len(valid)).map(lambda end: valid[:end]),
    )


@st.composite
def _damaged(draw: st.DrawFn, value: object) -> bytes:
    copy = json.loads(json.dumps(value))
    for _ in range(draw(st.integers(1, 2))):
        at, key = copy, None
        while isinstance(at, list | dict) and at and draw(st.integers(0, 5)):
            container, key = (
                at,
                draw(st.sampled_from(list(at) if isinstance(at, dict) else range(len(at)))),
            )
            at = container[key]
        if key is not None:
            container[key] = draw(_JSON)
    return json.dumps(copy).encode()
