"""Amounts written out in Chinese capital numerals (人民币大写).

Rule: 支付结算办法 (银发〔1997〕393号), annex 1. Where the rule leaves a choice, this is the form written
here: 元 (not 圆); 整 after 元 when neither 角 nor 分 follow and never after 角 or 分; 零 between 元 and 角
when the last digit of the yuan is 0; no 零 after 万 when only the last digit of the 万 group is 0. The
prefix 人民币 belongs to the paper, not to the words.

>>> amount_in_words(Decimal("1680.32"))
'壹仟陆佰捌拾元零叁角贰分'
>>> amount_in_words(Decimal("-88.80"))
'负捌拾捌元捌角'
"""

from __future__ import annotations

from decimal import Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("仟", "佰", "拾", "")
GROUPS = ("亿", "万", "")
LIMIT = 10**12


def amount_in_words(amount: Decimal) -> str:
    """``amount`` in yuan in words; more than two decimals, or 10 ** 12 and above, is a ValueError."""
    fen = amount.scaleb(2)
    if fen != fen.to_integral_value() or abs(amount) >= LIMIT:
        raise ValueError(f"{amount} is no amount of fen below {LIMIT} yuan")
    yuan, rest = divmod(abs(int(fen)), 100)
    jiao, fen_digit = divmod(rest, 10)
    words = "负" if fen < 0 else ""
    if yuan or not rest:
        words += (_whole(yuan) or DIGITS[0]) + "元"
    if not rest:
        return words + "整"
    if yuan and (jiao == 0 or yuan % 10 == 0):
        words += DIGITS[0]
    if jiao:
        words += DIGITS[jiao] + "角"
    if fen_digit:
        words += DIGITS[fen_digit] + "分"
    return words


def _whole(yuan: int) -> str:
    """The groups of four digits; 零 stands before a group below 1000 and for a whole group of zeros."""
    words, gap = "", False
    for power, unit in zip((10**8, 10**4, 1), GROUPS, strict=True):
        group = yuan // power % 10**4
        if not group:
            gap = bool(words)
            continue
        if words and (gap or group < 1000):
            words += DIGITS[0]
        words, gap = words + _group(group) + unit, False
    return words


def _group(number: int) -> str:
    """Up to four digits, a run of zeros inside written once."""
    words, gap = "", False
    for power, place in zip((1000, 100, 10, 1), PLACES, strict=True):
        digit = number // power % 10
        if not digit:
            gap = bool(words)
            continue
        words += (DIGITS[0] if gap else "") + DIGITS[digit] + place
        gap = False
    return words
