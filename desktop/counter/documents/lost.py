"""Steps with money without an answer, in words: on the page, in a command, and on the sheets they are handed on by."""

from __future__ import annotations

from desktop.counter.records import LostPayment, LostState
from desktop.kernel.country import Country
from desktop.kernel.text import Catalog


def lost_words(one: LostPayment, say: Catalog, country: Country) -> str:
    """What became of a step, and what to do."""
    step = _step(one, say, country)
    if one.state is LostState.BOOKED:
        return say("Is booked, its answer was lost: {step}", step=step)
    if one.state is LostState.UNBOOKED:
        return say("Is not booked, do it again if the money changed hands: {step}", step=step)
    return say("No answer yet, it is asked for again in half a minute: {step}", step=step)


def handed_on_words(one: LostPayment, say: Catalog, country: Country) -> str:
    """A step that was open when its till or its day was closed."""
    step = _step(one, say, country)
    if one.state is LostState.UNBOOKED:
        return say("Handed on, not booked: {step}", step=step)
    return say("Handed on, no answer yet: {payment}", payment=step)


def _step(one: LostPayment, say: Catalog, country: Country) -> str:
    parts = [say(one.kind.text)]
    if one.account_number:
        parts.append(country.format_account(one.account_number))
    parts.append(say.money(one.amount, unit=True))
    if one.sent_at is not None:
        parts.append(say.moment(one.sent_at))
    return say.join(parts)
