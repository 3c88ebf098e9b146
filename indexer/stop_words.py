"""Terms that carry no meaning in a query; they stay in the index, for phrases. Pure data.

In a small wiki a question word is rare, and what is rare weighs much: without this list "怎么"
would decide what a question finds.
"""

from __future__ import annotations

from indexer.tokens import stem

_ENGLISH = """
    a about after again all also am an and any are as at be because been before being both but by
    can could did do does doing down during each few for from further get had has have having he
    her here hers him his how i if in into is it its itself just me more most my myself no nor not
    now of off on once only or other our ours out over own same she should so some such than that
    the their theirs them then there these they this those through to too under until up us very
    was we were what when where which while who whom why will with would you your yours
"""

_CHINESE_CHARACTERS = (
    "的了吗呢吧啊么嘛呀着过和与及或在是有也都就还要会能可以把被让给对从到为其之这那哪个些怎什"
    "我你他她它们该没不很最更"
)

_CHINESE_PAIRS = """
    怎么 么办 什么 如何 怎样 么样 哪些 哪个 可以 为什 么是 是什 我们 你们 他们 一个 没有 应该 需要 能不 不能
    为何 是否 请问 多少 时候 以及 或者 因为 所以 如果 但是 这个 那个 这些 那些 进行 通过 关于 多久 多长 到底
    今天 一直 还是 就是 不是 不会 有没
"""

_TERMS = frozenset(map(stem, _ENGLISH.split())) | frozenset(_CHINESE_PAIRS.split())
_CHARACTERS = frozenset(_CHINESE_CHARACTERS)


def is_stop_term(term: str) -> bool:
    """Whether a term (of ``indexer.tokens``) says nothing about what a query seeks."""
    return term in _TERMS or _CHARACTERS.issuperset(term)
