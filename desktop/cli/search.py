"""`search`: what the search box finds."""

from __future__ import annotations

from datetime import date

import click

from desktop.cli.call import DONE, PROBLEMS, Call, common, progress, table
from desktop.desk import service as desk
from desktop.desk.records import Found
from desktop.kernel.errors import Refused
from desktop.kernel.text import Catalog, Text
from desktop.search.records import SearchOrder


@click.command("search")
@click.argument("words", nargs=-1)
@click.option(
    "--limit", type=click.IntRange(1, 200), default=20, help="how many customers and papers at most"
)
@click.option("--rebuild", is_flag=True, help="index everything anew first; until then little is found")
@common
def find(call: Call, words: tuple[str, ...], limit: int, rebuild: bool) -> int:
    """Find customers, bills and receipts as the search box does."""
    if not words and not rebuild:
        raise Refused(Text("Name what to look for, or --rebuild."))
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    if rebuild:
        done = desk.rebuild_search(seat, progress(call))
        told = say.plural("{count} entry indexed anew.", "{count} entries indexed anew.", done.count)
        lines = (
            [told] if not done.left else [told, say("Stopped: start it again, for the rest is not found.")]
        )
        if not words or done.left:
            call.answer(done, lines)
            return PROBLEMS if done.left else DONE
        click.echo(told, err=True)
    found = seat.ask(desk.search_hits, SearchOrder(" ".join(words), limit))
    hits = (*found.customers, *found.papers)
    call.answer(found, table([_found_line(one, say) for one in hits], {3}))
    if found.left:
        left = say.plural("{count} entry is not found yet", "{count} entries are not found yet", found.left)
        click.echo(f"{say('Search is being prepared')}: {left}", err=True)
    if not hits:
        click.echo(say('Nothing found for "{typed}"', typed=" ".join(words)), err=True)
    return DONE


def _found_line(one: Found, say: Catalog) -> list[str]:
    facts = [
        fact if isinstance(fact, str) else say.month(fact) if isinstance(fact, date) else say(fact)
        for fact in one.facts
    ]
    amount = say.money(one.amount) if one.amount is not None else ""
    return [one.title, " ".join(one.reading), say.join(facts), amount, say.write(one.note)]
