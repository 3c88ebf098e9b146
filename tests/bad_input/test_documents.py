"""Documents that are broken: reported with path and line, searchable all the same, never fatal."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Kb, Wiki, write_document

GOOD = "# Good\n\nThe rehearsal found it.\n"
GOOD_WORDS = ("amber", "birch", "cedar")

# name -> content, how its line on stderr goes on, a word of the body that must still be found
BROKEN: dict[str, tuple[bytes, str, str]] = {
    "malformed-yaml": (
        b"---\ntitle: [a\ndate: 2026-01-01\n---\nyamlbody\n",
        "3: error: malformed YAML",
        "yamlbody",
    ),
    "title-is-a-map": (
        b"---\ntitle: {a: 1}\n---\n# Shown\n\nmapbody\n",
        "2: error: title: must be text, not a map [field]",
        "mapbody",
    ),
    "tags-are-a-map": (
        b"---\ntitle: T\ntags: {b: 2}\n---\ntagbody\n",
        "3: error: tags: must be a list of words, not a map [field]",
        "tagbody",
    ),
    "status-is-a-boolean": (
        b"---\nstatus: true\n---\nboolbody\n",
        "2: error: status: must be text, not true or false [field]",
        "boolbody",
    ),
    "impossible-date": (
        b"---\ntitle: T\ndate: 2026-13-45\n---\ndatebody\n",
        "3: error: date: '2026-13-45' is no date; write it as 2026-03-20 [field]",
        "datebody",
    ),
    "date-in-words": (
        b"---\ndate: tomorrow\n---\nwordbody\n",
        "2: error: date: 'tomorrow' is no date",
        "wordbody",
    ),
    "never-closed": (
        b"---\ntitle: T\nfoo: bar\n\nopenbody text\n",
        "1: error: no closing --- line for the front matter [front-matter]",
        "openbody",
    ),
    "aliases": (
        b"---\na: &a [x, x]\nb: &b [*a, *a]\n---\nbombbody\n",
        "3: error: aliases are not used here [front-matter]",
        "bombbody",
    ),
    "nesting": (
        b"---\na: " + b"[" * 5000 + b"\n---\ndeepbody\n",
        "2: error: nested too deeply [front-matter]",
        "deepbody",
    ),
    "alias-bomb": (
        b"---\na: &a [x, x, x, x, x, x, x, x]\n"
        + b"".join(
            b"%c: &%c [%s]\n" % (n, n, b", ".join([b"*%c" % (n - 1)] * 8)) for n in b"bcdefghijk"
        )
        + b"date: *k\n---\nlaughbody\n",
        "3: error: aliases are not used here [front-matter]",
        "laughbody",
    ),
    "deep-indentation": (
        b"---\n" + b"".join(b" " * n + b"a:\n" for n in range(200)) + b"---\nstairbody\n",
        "51: error: nested too deeply [front-matter]",
        "stairbody",
    ),
    "endless-number": (
        b"+++\ntitle = 0x" + b"f" * 5000 + b"\n+++\nhugebody\n",
        "2: error: title: must be text, not a huge number [field]",
        "hugebody",
    ),
    "long-title": (
        b"---\ntitle: " + b"very " * 1000 + b"\n---\nlongbody\n",
        "2: error: title: has 4,999 characters; the first 1,000 count [field]",
        "longbody",
    ),
    "control-character": (
        b"---\ntitle: T\nowner: a\x07b\n---\nbellbody\n",
        "3: error: malformed YAML: control characters are not allowed [front-matter]",
        "bellbody",
    ),
    "owner-is-nested": (
        b"---\nowner: [a, [b]]\n---\nnestbody\n",
        "2: error: owner: must be a list of words, but holds a list [field]",
        "nestbody",
    ),
    "python-tag": (
        b'---\ntitle: !!python/object/apply:os.system ["true"]\n---\nruntag\n',
        "2: error: title: must be text, not a list [field]",
        "runtag",
    ),
    "toml": (
        b'+++\ntitle = "x\n+++\ntomlbody\n',
        "2: error: malformed TOML",
        "tomlbody",
    ),
    "invalid-utf8": (
        b"# Bad\n\nabc \xff\xfe brokenbytes\n",
        "3: error: byte 11 is not valid UTF-8; save the file as UTF-8 [encoding]",
        "brokenbytes",
    ),
    "nul": (
        b"# N\n\na\x00b nulbody\n",
        "3: error: the text contains NUL characters [nul]",
        "nulbody",
    ),
}


@dataclass(frozen=True)
class Indexed:
    """One wiki with all of the broken documents and some good ones, indexed once."""

    root: Path
    first: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def indexed(kb_in: Kb, tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    root = tmp_path_factory.mktemp("broken")
    files = {f"{name}.md": content for name, (content, _, _) in BROKEN.items()}
    files |= {f"good/{word}.md": f"# Good\n\n{word}body\n".encode() for word in GOOD_WORDS}
    for path, content in files.items():
        write_document(root, path, content)
    (root / "site_config").mkdir()
    (root / "site_config" / "kb.toml").write_text('[model]\nname = "none"\n')
    return Indexed(root, kb_in(root, "index"))


def test_run_with_broken_documents(indexed: Indexed) -> None:
    assert indexed.first.returncode == 1
    assert indexed.first.stdout.startswith(f"{len(BROKEN) + len(GOOD_WORDS)} added, 0 changed")
    assert "Traceback" not in indexed.first.stderr
    assert len(indexed.first.stderr.splitlines()) == len(BROKEN), "one line for each"


@pytest.mark.parametrize("case", BROKEN)
def test_broken_document_is_reported_and_its_text_is_found(
    kb_in: Kb, indexed: Indexed, case: str
) -> None:
    _, line, word = BROKEN[case]
    reported = [said for said in indexed.first.stderr.splitlines() if f"kb/{case}.md:" in said]
    assert len(reported) == 1
    assert reported[0].startswith(f"kb/{case}.md:{line}")
    found = kb_in(indexed.root, "search", word, "--paths")
    assert (found.returncode, found.stdout) == (0, f"kb/{case}.md\n")


@pytest.mark.parametrize("word", GOOD_WORDS)
def test_good_documents_are_indexed_all_the_same(kb_in: Kb, indexed: Indexed, word: str) -> None:
    found = kb_in(indexed.root, "search", f"{word}body", "--paths")
    assert (found.returncode, found.stdout) == (0, f"kb/good/{word}.md\n")


def test_problems_are_reported_until_they_are_mended(kb_in: Kb, indexed: Indexed) -> None:
    again = kb_in(indexed.root, "index")
    assert again.returncode == 1
    assert again.stderr == indexed.first.stderr
    assert again.stdout.startswith("0 added, 0 changed, 0 removed")
    status = kb_in(indexed.root, "status").stdout
    for line in indexed.first.stderr.splitlines():
        assert f"  {line}\n" in status


@pytest.mark.parametrize(
    ("content", "line", "word", "title"),
    [
        ("just seldomword here\n", "", "seldomword", "doc"),
        (
            "---\ntitle: Only\n---\n",
            "kb/doc.md:1: warning: the document has no text",
            "only",
            "Only",
        ),
        ("", "kb/doc.md:1: warning: the document has no text [empty]", "doc", "doc"),
        ("\ufeff---\ntitle: Bom\n---\nbombody\n", "", "bombody", "Bom"),
        ("---\r\ntitle: Crlf\r\n---\r\n# H\r\n\r\ncrlfbody\r\n", "", "crlfbody", "Crlf"),
    ],
    ids=["no title", "only front matter", "empty", "bom", "crlf"],
)
def test_unusual_but_usable(
    kb: Kb, wiki: Wiki, content: str, line: str, word: str, title: str
) -> None:
    root = wiki({"doc.md": content, "good.md": GOOD})
    done = kb("index", cwd=root)
    assert (done.returncode, done.stderr.strip().startswith(line)) == (0, True)
    assert line or done.stderr == ""
    found = kb("search", word, "-n", "1", cwd=root)
    assert found.returncode == 0
    assert f" 1. {title}" in found.stdout


def test_utf16_is_read_and_said(kb: Kb, wiki: Wiki) -> None:
    root = wiki({"doc.md": "# Sixteen\n\nwidebody 宽\n".encode("utf-16")})
    done = kb("index", cwd=root)
    assert done.returncode == 0
    assert "kb/doc.md:1: warning: written in UTF-16; save it as UTF-8 [encoding]" in done.stderr
    assert "widebody 宽" in kb("search", "widebody", cwd=root).stdout


def test_crlf_keeps_line_numbers(kb: Kb, wiki: Wiki) -> None:
    root = wiki({"doc.md": "---\r\ntitle: C\r\n---\r\n\r\n# H\r\n\r\ncrlfbody\r\n"})
    kb("index", cwd=root)
    assert "7" in kb("search", "crlfbody", cwd=root).stdout


def test_a_file_of_20_mb_is_refused_or_read_as_the_settings_say(kb: Kb, wiki: Wiki) -> None:
    picture = "![a salad](data:image/png;base64," + "iVBORw0KGgoAAAANSUhEUg" * 4000 + ")\n\n"
    note = "Crop rotation and its consequences for the kitchen.\n\n" * 100
    text = "# Big\n\n" + (picture + note) * 215 + "lastword\n"
    root = wiki({"big.md": text, "good.md": GOOD})
    size = (root / "kb" / "big.md").stat().st_size
    assert size > 20_000_000
    done = kb("index", cwd=root)
    assert done.returncode == 1
    assert f"kb/big.md:1: error: the file has {size:,} bytes" in done.stderr
    assert "raise the setting [too-large]" in done.stderr
    assert done.stdout.startswith("1 added")
    settings = root / "site_config" / "kb.toml"
    settings.write_text(settings.read_text() + "[index]\nmax_file_bytes = 30_000_000\n")
    done = kb("index", cwd=root)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("1 added")
    last = text.count("\n")
    assert f"kb/big.md:{last}" in kb("search", "lastword", cwd=root).stdout
    assert kb("search", "iVBORw0KGgoAAAANSUhEUg", cwd=root).returncode == 1, "pictures hold no text"


@pytest.mark.parametrize("model", ["none", "default"])
@pytest.mark.parametrize(
    "text", ["lorem ipsum, dolor " * 55_000, "上线延期回滚" * 58_000, "x" * 1_000_000]
)
def test_a_line_of_1_mb(kb: Kb, wiki: Wiki, text: str, model: str) -> None:
    root = wiki({"line.md": f"# L\n\n{text} lastword\n", "good.md": GOOD}, model)
    assert len((root / "kb" / "line.md").read_bytes()) > 1_000_000
    assert kb("index", cwd=root).returncode == 0
    found = kb("search", "lastword", "--mode", "lexical", cwd=root)
    assert (found.returncode, "kb/line.md:3" in found.stdout) == (0, True)


def test_ten_thousand_headings(kb: Kb, wiki: Wiki) -> None:
    text = "\n".join(f"## Same\n\nparagraph number{n}\n" for n in range(10_000))
    root = wiki({"heads.md": text})
    assert kb("index", cwd=root).returncode == 0
    found = kb("search", "number9999", cwd=root)
    assert "kb/heads.md:39999" in found.stdout
    assert "#same_9999" in found.stdout


def test_control_characters_never_reach_the_terminal(kb: Kb, wiki: Wiki) -> None:
    hostile = (
        '---\ntitle: "T \\e[31mred\\a"\nowner: "\\u202eevil"\n---\n'
        "# H \x1b[2J\n\nescbody \x1b]0;owned\x07 \x9b31m \u202e text\n"
    )
    root = wiki({"esc.md": hostile, "a\x1b[31mb.md": "# Name\n\nnamebody\n"})
    kb("index", cwd=root)
    commands = [
        ("search", "escbody", "--explain"),
        ("search", "escbody", "--json"),
        ("search", "namebody"),
        ("search", "namebody", "--paths"),
        ("show", "esc.md"),
        ("show", "--json", "esc.md"),
        ("status",),
        ("similar", str(root / "kb" / "esc.md")),
        ("search", "x\x1b[31m"),
        ("show", "no\x1b[31m.md"),
    ]
    for command in commands:
        done = kb(*command, cwd=root)
        printed = done.stdout + done.stderr
        raw = {c for c in printed if not c.isprintable() and c not in "\n\t"}
        assert raw == set(), command
    assert "escbody" in kb("search", "escbody", cwd=root).stdout


def test_mended_file_is_no_longer_reported(kb: Kb, wiki: Wiki) -> None:
    root = wiki({"doc.md": BROKEN["malformed-yaml"][0]})
    assert kb("index", cwd=root).returncode == 1
    Path(root / "kb" / "doc.md").write_text(GOOD)
    done = kb("index", cwd=root)
    assert (done.returncode, done.stderr) == (0, "")
