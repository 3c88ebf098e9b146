"""``kb digest`` as it is typed: what it tells, to whom it is sent, and what it never says."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Kb, Wiki, write_document
from tests.practice.webhooks import chat_server
from tests.practice.webhooks.chat_server import SECRET, TOKEN, Got, Reply, chat

TODAY = dt.date.today()  # the days of these documents follow it


def day(away: int) -> str:
    return (TODAY + dt.timedelta(days=away)).isoformat()


FILES = {
    "retros/new.md": f"---\ntitle: Wallet launch slipped\ndate: {day(-2)}\n---\n# W\n\nLate.\n",
    "retros/old.md": f"---\ntitle: Old one\ndate: {day(-90)}\n---\n# O\n\n"
    f"- [ ] rehearse it @ops due:{day(-1)}\n- [ ] think @ops due:{day(5)}\n"
    f"- [ ] far @ops due:{day(50)}\n- [x] done @ops due:{day(-1)}\n- [ ] some day\n",
    "sops/way.md": f"---\ntitle: Way back\ndate: 2020-01-01\nreview_by: {day(3)}\n"
    f"last_drill: 2020-01-01\ndrill_every: 1 year\n---\n# Way\n\nBack.\n",
    "sops/gone.md": "---\ntitle: Gone\nsuperseded_by: way\nreview_by: 2020-01-01\n---\n# G\n\n"
    "- [ ] forget @ops due:2020-01-01\n",
    "manual/page.md": f"---\ntitle: Page\ndate: {day(0)}\n---\n# Page\n\nHow.\n",
}
HOOKS = """
[webhooks.team]
kind = "dingtalk"
url_env = "KB_WEBHOOK_TEAM"
secret_env = "KB_WEBHOOK_SECRET"
site_url = "https://wiki.example/team"
"""


@pytest.fixture
def root(wiki: Wiki, kb: Kb) -> Path:
    root = wiki(FILES)
    with (root / "site_config" / "kb.toml").open("a", encoding="utf-8") as file:
        file.write(HOOKS)
    assert kb("index", cwd=root).returncode == 0
    return root


def test_it_tells_what_is_new_and_due(kb: Kb, root: Path) -> None:
    told = kb("digest", cwd=root)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout == (
        f"# Team wiki, {day(-7)} to {day(0)}\n\n1 new, 2 due, 2 actions due\n\n## New\n\n"
        f"- [Wallet launch slipped](kb/retros/new.md) · retro · {day(-2)}\n\n## Due\n\n"
        "- [Way back](kb/sops/way.md) · drill overdue since 2021-01-01\n"
        f"- [Way back](kb/sops/way.md) · review due on {day(3)}\n\n## Actions\n\n"
        f"- [rehearse it](kb/retros/old.md) · overdue since {day(-1)} · ops · Old one\n"
        f"- [think](kb/retros/old.md) · due on {day(5)} · ops · Old one\n"
    )


def test_the_time_and_the_language_can_be_chosen(kb: Kb, root: Path) -> None:
    told = kb("digest", "--since", "100 days ago", "--lang", "zh", cwd=root).stdout
    assert told.startswith(f"# 团队知识库，{day(-100)} 至 {day(0)}\n")
    assert "Old one](kb/retros/old.md) · retro" in told
    assert "far](" in told
    assert kb("--lang", "zh", "digest", cwd=root).stdout.startswith("# 团队知识库")
    assert kb("digest", "--since", "some day", cwd=root).returncode == 2


def test_a_week_without_anything_is_one_line(kb: Kb, wiki: Wiki) -> None:
    root = wiki({"a.md": "# A\n\nText.\n"})
    assert kb("index", cwd=root).returncode == 0
    told = kb("digest", cwd=root).stdout
    assert told == f"# Team wiki, {day(-7)} to {day(0)}\n\nNothing new, nothing due.\n"


def test_git_knows_what_is_new(kb: Kb, root: Path) -> None:
    def git(*words: str, when: str = "") -> None:
        who = ("-c", "user.name=Ann", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=0")
        env = {**os.environ, "GIT_COMMITTER_DATE": when} if when else None
        subprocess.run(["git", *who, *words], cwd=root, check=True, capture_output=True, env=env)

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "All", when=f"{day(-30)}T12:00:00")
    (root / "kb" / "retros" / "old.md").rename(root / "kb" / "retros" / "renamed.md")
    write_document(
        root, "retros/late.md", "---\ntitle: Written late\ndate: 2019-01-01\n---\n# L\n\nX\n"
    )
    git("add", ".")
    git("commit", "-qm", "Late", when=f"{day(-1)}T12:00:00")
    titles = [one["title"] for one in json.loads(kb("digest", "--json", cwd=root).stdout)["new"]]
    assert titles == ["Wallet launch slipped", "Written late"]
    copy = root.parent / "shallow"
    subprocess.run(
        ["git", "clone", "-q", "--depth", "1", f"file://{root}", copy],
        check=True,
        capture_output=True,
    )
    assert kb("index", cwd=copy).returncode == 0
    titles = [one["title"] for one in json.loads(kb("digest", "--json", cwd=copy).stdout)["new"]]
    assert titles == ["Wallet launch slipped"]


def test_json_has_all_of_it(kb: Kb, root: Path) -> None:
    told = json.loads(kb("digest", "--json", cwd=root).stdout)
    assert list(told) == ["version", "since", "until", "new", "due", "recurring", "actions"]
    assert [one["kind"] for one in told["due"]] == ["drill", "review"]
    assert [one["text"] for one in told["actions"]] == ["rehearse it", "think"]


def test_it_is_sent_and_signed(kb: Kb, root: Path) -> None:
    with chat(chat_server.dingtalk) as server:
        env = {"KB_WEBHOOK_TEAM": server.url, "KB_WEBHOOK_SECRET": SECRET}
        sent = kb("digest", "--to", "team", cwd=root, env=env)
    assert (sent.returncode, sent.stdout) == (0, "")
    assert sent.stderr == "sent to team (dingtalk)\n"
    (got,) = server.got
    said = got.message["markdown"]["text"]
    assert "[Wallet launch slipped](https://wiki.example/team/retros/new/)" in said


def test_a_dry_run_shows_what_would_be_sent_and_needs_no_secret(kb: Kb, root: Path) -> None:
    with chat(chat_server.dingtalk) as server:
        env = {"KB_WEBHOOK_TEAM": server.url, "KB_WEBHOOK_SECRET": SECRET}
        dry = kb("digest", "--to", "team", "--dry-run", cwd=root, env=env)
        assert server.got == []
        kb("digest", "--to", "team", cwd=root, env=env)
    assert json.loads(dry.stdout) == server.got[0].message
    assert kb("digest", "--to", "team", "--dry-run", cwd=root).stdout == dry.stdout


def refusing(_: Got) -> Reply:
    said = {"errcode": 310000, "errmsg": f"no such robot {TOKEN}"}
    return Reply(200, json.dumps(said))


@pytest.mark.parametrize(
    ("answering", "told"),
    [
        (refusing, "code 310000: no such robot ***"),
        (lambda _: Reply(500, "x"), "it answered 500"),
        (lambda _: Reply(302, "", {"Location": "https://evil.example/"}), "a redirect"),
        (lambda _: Reply(hang_up=True), "hung up"),
        (lambda _: Reply(200, "<html>Log in</html>", {"Content-Type": "text/html"}), "not of this"),
    ],
)
def test_what_goes_wrong_is_an_error_that_betrays_nothing(
    kb: Kb, root: Path, answering: chat_server.Answering, told: str
) -> None:
    with chat(answering) as server:
        env = {"KB_WEBHOOK_TEAM": server.url, "KB_WEBHOOK_SECRET": SECRET}
        failed = kb("digest", "--to", "team", cwd=root, env=env)
    assert (failed.returncode, failed.stdout) == (2, "")
    assert failed.stderr.startswith("error: team (dingtalk): not sent: ")
    assert told in failed.stderr
    for hidden in (TOKEN, SECRET, "127.0.0.1", "Traceback"):
        assert hidden not in failed.stderr


def test_nobody_listens_is_told_after_some_tries(kb: Kb, root: Path) -> None:
    with chat(refusing) as server:
        pass
    env = {"KB_WEBHOOK_TEAM": server.url, "KB_WEBHOOK_SECRET": SECRET}
    failed = kb("digest", "--to", "team", cwd=root, env=env)
    assert failed.returncode == 2
    assert "cannot be reached" in failed.stderr
    assert TOKEN not in failed.stderr


def test_what_cannot_go_together_is_told(kb: Kb, root: Path) -> None:
    assert "no webhook is named other" in kb("digest", "--to", "other", cwd=root).stderr
    assert "KB_WEBHOOK_TEAM is not set" in kb("digest", "--to", "team", cwd=root).stderr
    assert kb("digest", "--dry-run", cwd=root).returncode == 2
    assert kb("digest", "--json", "--to", "team", cwd=root).returncode == 2
    assert kb("digest", "--to", "", cwd=root).returncode == 2


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('kind = "icq"\nurl_env = "KB_WEBHOOK_X"', "webhooks.x.kind cannot be used"),
        ('kind = "slack"', "webhooks.x.url_env cannot be used"),
        ('kind = "slack"\nurl_env = "AWS_SECRET_ACCESS_KEY"', "webhooks.x.url_env cannot be used"),
        ('kind = "slack"\nurl_env = "KB_WEBHOOK_X\\n"', "webhooks.x.url_env cannot be used"),
        (f'kind = "slack"\nurl_env = "https://hooks.example/{TOKEN}"', "x.url_env cannot be used"),
        (f'kind = "slack"\nurl = "https://hooks.example/{TOKEN}"', "x.url cannot be used"),
        ('kind = "slack"\nurl_env = "KB_WEBHOOK_X"\nsecret_env = "KB_WEBHOOK_S"', "x.secret_env"),
        ('kind = "dingtalk"\nurl_env = "KB_WEBHOOK_X"\nsecret_env = "HOME"', "x.secret_env"),
        ('kind = "slack"\nurl_env = "KB_WEBHOOK_X"\nsite_url = "javascript:x"', "x.site_url"),
        ('kind = "slack"\nurl_env = 7', "webhooks.x.url_env cannot be used"),
    ],
)
def test_a_webhook_that_cannot_be_used_is_told(kb: Kb, wiki: Wiki, written: str, told: str) -> None:
    root = wiki({"a.md": "# A\n\nText.\n"})
    with (root / "site_config" / "kb.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[webhooks.x]\n{written}\n")
    failed = kb("digest", cwd=root)
    assert failed.returncode == 2
    assert told in failed.stderr
    assert TOKEN not in failed.stderr
