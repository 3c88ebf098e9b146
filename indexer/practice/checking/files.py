"""Rules of the files themselves: whether they can be read as their authors meant them.

What is wrong is found where files are read (``source``, ``parser``, ``front_matter``, ``metadata``,
``document_schema``); here it gets its rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from indexer.document_schema import FIELD_CODE, SECTION_CODE
from indexer.ignore_rules import RULE_PROBLEM
from indexer.message import say
from indexer.model import Problem, Severity
from indexer.practice.checking.dates import CONTRADICTORY
from indexer.practice.checking.rule import Finding, Rule

FIELD = "field"

RULES = (
    Rule(
        "front-matter",
        Severity.ERROR,
        say("The block of fields at the top cannot be read."),
        say("Without it the document has no owner, date or type, and no filter finds it."),
    ),
    Rule(
        FIELD,
        Severity.ERROR,
        say("A field has a value that cannot be used."),
        say("A date that is none sorts nowhere, and nothing ever falls due with it."),
    ),
    Rule(
        FIELD_CODE,
        Severity.ERROR,
        say("The fields do not fit the schema of the document's type."),
        say(
            "Filters, overviews and reminders rest on the fields that a type asks for; the"
            " schema is in site_config/types."
        ),
    ),
    Rule(
        SECTION_CODE,
        Severity.WARNING,
        say("A section that the document's type asks for is missing."),
        say("Readers look for causes and actions in the same place of every retro."),
    ),
    Rule(
        "encoding",
        Severity.ERROR,
        say("The file is not UTF-8 text."),
        say("Other programs show question marks, and searches miss the words."),
    ),
    Rule(
        "nul",
        Severity.ERROR,
        say("The text contains NUL characters."),
        say("It is damaged, or no text; git takes it for a binary file and shows no changes."),
    ),
    Rule(
        "too-large",
        Severity.ERROR,
        say("The file is larger than what is read of one."),
        say("What is beyond the limit is found by no search."),
    ),
    Rule(
        "empty",
        Severity.WARNING,
        say("The document has no text."),
        say("Whoever finds it has lost the time."),
    ),
    Rule(
        "unreadable",
        Severity.ERROR,
        say("The file or folder cannot be read."),
        say("Nothing of it is in the index, and nothing of it was checked."),
    ),
    Rule(
        "file-name",
        Severity.ERROR,
        say("The file's name is not valid UTF-8."),
        say("No link can name it, and other systems cannot check it out."),
    ),
    Rule(
        "symlink",
        Severity.WARNING,
        say("A symbolic link stands in the place of a document."),
        say("Links are not followed, so that no file outside the wiki is read; nobody finds it."),
    ),
    Rule(
        RULE_PROBLEM,
        Severity.WARNING,
        say("A rule of .gitignore or .kbignore cannot be used."),
        say("Files may be searched and published that were meant to be left out."),
    ),
)


def findings(problems: Iterable[Problem]) -> Iterator[Finding]:
    """The problems as findings, each once: a field and its schema may say the same."""
    said: set[tuple[int, str]] = set()
    for problem in problems:
        code = problem.code
        if code == FIELD and problem.severity is Severity.WARNING:
            code = CONTRADICTORY.code  # the only fault of a field that can be used
        if (problem.line, problem.message) not in said:
            said.add((problem.line, problem.message))
            yield Finding(problem.path, problem.line, code, problem.message)
