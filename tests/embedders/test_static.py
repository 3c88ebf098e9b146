"""The Chinese encoder that comes with kb: what it reads and refuses, and where it puts texts."""

from __future__ import annotations

import functools
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.embedders.static import TABLE, TOKENS, StaticEmbedder, tokens, word_pieces
from indexer.embedders.static_manifest import MANIFEST, Manifest
from indexer.errors import ModelUnavailable
from indexer.models import CHINESE_ENCODER
from indexer.protocols import Embedder
from tests.embedders.embedder_contract import EmbedderContract

if TYPE_CHECKING:
    from indexer.protocols import GeneralEmbedder

CHINESE = (
    "上线因为钱包服务商没有日期延期了三周。",
    "回滚",
    "发票迁移之前没有人演练过怎么退回去。",
    "网关的证书在夜里过期了",
    "删掉没有人处理的告警，值班同学才能睡好。" * 20,
    "| 服务 | 负责人 |\n| 结算 checkout | 发布负责人 |",
)
TRANSLATIONS = (
    "The launch slipped by three weeks because the wallet provider had no date.",
    "rollback",
    "Nobody had rehearsed the way back before the invoice migration.",
    "The certificate of the gateway expired at night",
)


@functools.cache
def _loaded() -> StaticEmbedder:
    return StaticEmbedder(CHINESE_ENCODER)


@pytest.fixture
def chinese() -> StaticEmbedder:
    return _loaded()


class TestChineseEncoder(EmbedderContract):
    texts: ClassVar[tuple[str, ...]] = CHINESE

    @pytest.fixture
    def subject(self, chinese: StaticEmbedder) -> Embedder:
        return chinese


def test_translations_meet_in_the_english_models_space(
    chinese: StaticEmbedder, embedder: GeneralEmbedder
) -> None:
    ours = chinese.embed_documents(CHINESE[: len(TRANSLATIONS)])
    theirs = embedder.embed_documents(TRANSLATIONS)
    cosines = ours @ theirs.T
    assert cosines.argmax(axis=1).tolist() == list(range(len(TRANSLATIONS)))
    low, high = chinese.similarity_range
    assert float(np.diag(cosines).mean()) > (low + high) / 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("上线延期", True),
        ("用 Kubernetes 部署服务", True),
        ("launch delay", False),
        ("Customers saw an empty page (白屏) for ten minutes after the evening release", False),
        ("リリースが遅れました", False),
        ("東京タワーの高さ", False),
        ("출시가 지연되었습니다", False),
        (
            "索尼（ソニー）发布的新主机在上市当天就全部卖完了，很多门店排起长队，官方说下个月会补货",
            True,
        ),
        ("龘靐齉爩 𠮷𡃁𨋢", False),
        ("😀🚀🎉", False),
        ("12345 !!!", False),
        ("", False),
        ("   ", False),
    ],
)
def test_what_is_read(chinese: StaticEmbedder, text: str, expected: bool) -> None:
    assert chinese.readable([text]) == [expected]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("資料庫遷移失敗", "资料库迁移失败"),
        ("接口ＡＰＩ超时", "接口api超时"),
        ("上线延期。", "上线延期"),
        ("上线，延期", "上线 ,延期"),
    ],
)
def test_forms_of_the_same_text_have_the_same_vector(
    chinese: StaticEmbedder, one: str, other: str
) -> None:
    vectors = chinese.embed_documents([one, other])
    assert float(vectors[0] @ vectors[1]) == pytest.approx(1.0, abs=1e-6)


def test_tokens_are_characters_pairs_and_word_pieces() -> None:
    pieces = {"roll", "##back", "api", "r"}
    assert list(tokens("上線了 Rollback，ＡＰＩ!", pieces)) == [
        *("上", "线", "了", "上线", "线了"),
        *("roll", "##back", "api"),
    ]
    assert word_pieces("Café", {"cafe"}) == ["cafe"]
    assert word_pieces("rolls", {"roll"}) == []
    assert word_pieces("r" * 51, {"r", "##r"}) == []


@given(st.text())
def test_any_text_has_a_vector_or_is_refused(text: str) -> None:
    length = float(np.linalg.norm(_loaded().embed_query(text)))
    assert length == pytest.approx(1.0, abs=1e-4) or not _loaded().readable([text])[0]


def test_the_work_grows_with_the_text_and_not_faster(chinese: StaticEmbedder) -> None:
    """Counted in tokens, not in seconds: a line of a megabyte is read once."""
    line = "上线延期的原因是外部依赖没有日期" * 20_000
    assert len(chinese.rows_of(line)) < 2 * len(line)
    assert chinese.readable([line]) == [True]
    assert float(np.linalg.norm(chinese.embed_query(line))) == pytest.approx(1.0, abs=1e-4)


def test_it_is_small_and_says_what_it_is() -> None:
    files = [file for file in CHINESE_ENCODER.iterdir() if file.suffix in {".npy", ".txt", ".json"}]
    assert sum(file.stat().st_size for file in files) <= 8_000_000
    card = (CHINESE_ENCODER / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "## Data and licences" in card
    assert Manifest.load(CHINESE_ENCODER).fingerprint.startswith("static-")


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def _foreign(folder: Path) -> None:
    fields = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    (folder / MANIFEST).write_text(json.dumps({**fields, "format": "other-1"}), encoding="utf-8")


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: _flip(folder / TABLE),
        lambda folder: _flip(folder / TOKENS),
        lambda folder: (folder / TABLE).unlink(),
        lambda folder: (folder / MANIFEST).unlink(),
        lambda folder: (folder / MANIFEST).write_text("[]", encoding="utf-8"),
        lambda folder: (folder / MANIFEST).write_text("{}", encoding="utf-8"),
        lambda folder: (folder / TABLE).write_bytes(b""),
        _foreign,
    ],
    ids=["table", "tokens", "no table", "no manifest", "list", "empty", "cut", "foreign"],
)
def test_a_damaged_or_foreign_table_is_refused(
    tmp_path: Path, damage: object, chinese: StaticEmbedder
) -> None:
    folder = tmp_path / "table"
    shutil.copytree(CHINESE_ENCODER, folder)
    assert callable(damage)
    damage(folder)
    with pytest.raises(
        ModelUnavailable, match=r"the Chinese encoder in .* cannot be used"
    ) as caught:
        StaticEmbedder(folder)
    assert caught.value.hint == "reinstall kb: pip install --force-reinstall kb-wiki"
