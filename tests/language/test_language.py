"""Which language the terminal speaks."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from indexer.cli.language import of_environment
from indexer.cli.main import main


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ("", "en"),
        ("LANG=C", "en"),
        ("LANG=POSIX", "en"),
        ("LANG=C.UTF-8", "en"),
        ("LANG=en_GB.UTF-8", "en"),
        ("LANG=de_DE.UTF-8", "en"),
        ("LANG=zh", "zh"),
        ("LANG=zh_CN.UTF-8", "zh"),
        ("LANG=zh_TW.Big5", "zh"),
        ("LANG=zh_HK", "zh"),
        ("LANG=zh-Hans", "zh"),
        ("LANG=zha_CN", "en"),  # Zhuang
        ("LANG=zh_CN LC_MESSAGES=en_US", "en"),
        ("LANG=en_US LC_MESSAGES=zh_CN", "zh"),
        ("LANG=zh_CN LC_MESSAGES=zh_CN LC_ALL=C", "en"),
        ("LANG=C LC_ALL=zh_CN", "zh"),
        ("LANG=zh_CN LC_ALL=", "zh"),
        ("LANG=en_US LANGUAGE=zh_CN:en", "zh"),
        ("LANG=zh_CN LANGUAGE=en:zh", "en"),
        ("LANG=en_US LANGUAGE=fr:zh", "zh"),
        ("LANG=en_US LANGUAGE=fr", "en"),
        ("LANGUAGE=zh", "zh"),
        ("LC_ALL=C LANGUAGE=zh", "en"),  # as in GNU gettext
        ("KB_LANG=zh", "zh"),
        ("KB_LANG=zh LC_ALL=C", "zh"),
        ("KB_LANG=en LANG=zh_CN LANGUAGE=zh", "en"),
        ("KB_LANG= LANG=zh_CN", "zh"),
    ],
)
def test_the_language_of_the_environment(environment: str, language: str) -> None:
    variables = dict(setting.split("=") for setting in environment.split())
    assert of_environment(variables) == language


def test_a_process_can_speak_one_language_after_the_other() -> None:
    for language, words in (
        ("zh", ("用法：", "选项：", "显示此帮助")),
        ("en", ("Usage:", "Options:")),
    ):
        for command in ([], ["search"]):
            arguments = ["--lang", language, *command, "--help"]
            said = CliRunner().invoke(main, arguments, prog_name="kb").stdout
            assert [word for word in words if word not in said] == []
