"""The help of a page on paper: what it is for, and its keys, to hang beside the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.kernel.lettering import Face, wrap
from desktop.kernel.paper import A4, ACCENT, HAIRLINE, INK2, INK3, LINE, RIGHT, Leaf, Paper, one_paper
from desktop.kernel.text import Catalog

_LEFT, _RIGHT, _WORDS = 20.0, 195.0, 62.0
_TOP, _BOTTOM, _ROW = 36.0, 274.0, 6.4


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """Keys under one heading: each as its cap shows it, with what it does."""

    title: str
    keys: tuple[tuple[str, str], ...]


def help_pdf(say: Catalog, title: str, text: str, groups: Sequence[KeyGroup], foot: str) -> bytes:
    """One page of help as a PDF, as many sides as its keys need; ``foot`` stands below each."""

    def draw(paper: Paper) -> None:
        leaves = [_leaf(paper, title)]
        y = _explained(leaves[0], text)
        for group in groups:
            for at, (press, words) in enumerate(group.keys):
                needed = _ROW if at else 3 * _ROW
                if y + needed > _BOTTOM:
                    leaves.append(_leaf(paper, title))
                    y = _TOP
                if not at:
                    y = _heading(leaves[-1], y + _ROW, group.title)
                y = _key(leaves[-1], y, press, words)
        for number, leaf in enumerate(leaves, 1):
            leaf.text(_LEFT, 285, foot, 8, ink=INK3, width=120)
            place = say("page {page} of {count}", page=number, count=len(leaves))
            leaf.text(_RIGHT, 285, place, 8, ink=INK2, align=RIGHT)
            paper.add(leaf)

    return one_paper(draw, title, foot, say.language, A4)


def _leaf(paper: Paper, title: str) -> Leaf:
    leaf = paper.leaf()
    leaf.mark(_LEFT, 14, 9)
    leaf.text(_LEFT + 12, 20.6, title, 18, face=Face.BOLD, width=_RIGHT - _LEFT - 12, least=11)
    leaf.rule(27, _LEFT, _RIGHT, 1, ACCENT)
    return leaf


def _explained(leaf: Leaf, text: str) -> float:
    lines = len(wrap(text, _RIGHT - _LEFT, 10)) if text else 0
    return leaf.block(_LEFT, _TOP, text, 10, _RIGHT - _LEFT, lines) if text else _TOP - _ROW


def _heading(leaf: Leaf, y: float, title: str) -> float:
    leaf.text(_LEFT, y + 4.4, title, 9, ink=INK2)
    leaf.rule(y + _ROW, _LEFT, _RIGHT, HAIRLINE, LINE)
    return y + _ROW


def _key(leaf: Leaf, y: float, press: str, words: str) -> float:
    leaf.text(_LEFT, y + 4.4, press, 10, face=Face.BOLD, width=_WORDS - _LEFT - 3)
    leaf.text(_WORDS, y + 4.4, words, 10, width=_RIGHT - _WORDS)
    leaf.rule(y + _ROW, _LEFT, _RIGHT, HAIRLINE, LINE)
    return y + _ROW
