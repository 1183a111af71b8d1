"""Energy lost between the meter and the boundary (变损, 线损), added where a customer's own equipment loses it.

供电营业规则 1996 art. 74: whoever owns the equipment bears what it loses. The formulas are the usual ones of
electrical engineering; a transformer's values come from its name-plate, the load-shape factor ``k`` (1.0 for a load
without breaks, more for fewer shifts) and the hours energised from the contract. A company's own table for a kind of
transformer (查表法) is data of the contract: what is lost up to so many kWh a month. Everything is summed exactly and
rounded once, half up, to whole kWh and kvarh; iron and copper alone are rounded for print and may differ by 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from desktop.kernel.country import Load, Loss
from desktop.kernel.fields import Fields
from desktop.kernel.measures import Energy, round_half_up
from desktop.kernel.text import Text

PRECISION = 50
FIXED_RATE, TABLE = "fixed_rate", "table"
LARGEST = 10**12
"""What is larger is a slip of the hand, of a value and of what comes out."""


@dataclass(frozen=True, slots=True)
class Transformer:
    """A name-plate: rated kVA, loss without load and of a short circuit in kW, no-load current and impedance in %."""

    sn_kva: Decimal
    p0_kw: Decimal
    pk_kw: Decimal
    i0_percent: Decimal
    uk_percent: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """A line: voltage in kV, resistance in ohm for each km, length in km."""

    kv: Decimal
    ohm_per_km: Decimal
    km: Decimal


@dataclass(frozen=True, slots=True)
class TableRow:
    """What a company's table says is lost in a month of up to so much energy (None: of more as well)."""

    upto_kwh: Decimal | None
    loss_kwh: Decimal
    loss_kvarh: Decimal


@dataclass(frozen=True, slots=True)
class _Passed:
    """What passed: kWh and kvarh, over how many hours, with which shape, and in which share of a month."""

    kwh: Decimal
    kvarh: Decimal
    hours: Decimal
    k: Decimal
    share: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class _Lost:
    """Unrounded kWh and kvarh; ``parts`` are the active ones by name."""

    parts: Mapping[str, Decimal]
    reactive: Decimal = Decimal(0)

    @property
    def active_kwh(self) -> Decimal:
        """Whole kWh, rounded once from the sum."""
        with localcontext() as context:
            context.prec = PRECISION
            return round_half_up(sum(self.parts.values(), Decimal(0)), 0)

    @property
    def reactive_kvarh(self) -> Decimal:
        """Whole kvarh."""
        return round_half_up(self.reactive, 0)


def transformer_loss(transformer: Transformer, load: _Passed) -> _Lost:
    """Iron loss for every hour energised, copper loss with the square of the load; the reactive ones alike."""
    with localcontext() as context:
        context.prec = PRECISION
        squares = load.k * (load.kwh**2 + load.kvarh**2)
        sn, hours = transformer.sn_kva, load.hours
        iron, reactive_iron = transformer.p0_kw * hours, transformer.i0_percent / 100 * sn * hours
        copper = squares * transformer.pk_kw / (sn**2 * hours)
        reactive_copper = squares * transformer.uk_percent / 100 / (sn * hours)
        return _Lost({"iron": iron, "copper": copper}, reactive_iron + reactive_copper)


def line_loss(line: Line, load: _Passed) -> _Lost:
    """What the resistance of a line takes."""
    with localcontext() as context:
        context.prec = PRECISION
        squares = load.k * (load.kwh**2 + load.kvarh**2)
        ohm = line.ohm_per_km * line.km
        return _Lost({"line": squares * ohm / (line.kv**2 * load.hours * 1000)})


def fixed_loss(kwh: Decimal, percent: Decimal) -> _Lost:
    """A rate agreed in the contract."""
    return _Lost({"fixed": kwh * percent / 100})


def table_loss(rows: Sequence[TableRow], load: _Passed) -> TableRow | None:
    """The row of a monthly table that a load falls into, limits included; None where the table ends before it."""
    with localcontext() as context:
        context.prec = PRECISION
        month = load.kwh / load.share
        return next((row for row in rows if row.upto_kwh is None or month <= row.upto_kwh), None)


def lost(terms: Mapping[str, object], load: Load) -> Loss:
    """What the equipment a contract names loses of a load; values that do not fit are `Refused`, naming the key.

    ``terms`` are ``{"method": "transformer", …}`` with the keys of the cases of `rate_case`; ``hours`` are those of a
    whole month (by custom 720), calendar hours where they are left out. A table is ``{"method": "table", "model": …,
    "rows": [{"upto_kwh": …, "loss_kwh": …, "loss_kvarh": …}, …]}`` for a month; of a part of one the load is reckoned
    up to a month, and the loss down to the part.
    """
    month_hours = Decimal(24 * load.month_days)
    fields = Fields({"hours": f"{month_hours}", "k": "1", **terms})
    share = Decimal(load.days) / load.month_days
    hours = _positive(fields, "hours") * load.days / load.month_days
    passed = _Passed(load.active.decimal, load.reactive.decimal, hours, _positive(fields, "k"), share)
    loss, words = _loss(fields, passed)
    return Loss(Energy.of(loss.active_kwh), Energy.of(loss.reactive_kvarh), words)


def rate_case(data: Mapping[str, object]) -> Mapping[str, object]:
    """The answer to a case of the topic ``cn_losses``; unfit input is `Refused`, naming the key."""
    fields = Fields(data)
    kwh, fixed = _positive(fields, "kwh", least=Decimal(0)), fields.data.get("method") == FIXED_RATE
    kvarh = Decimal(0) if fixed else _positive(fields, "kvarh", least=Decimal(0))
    hours, k = (Decimal(1), Decimal(1)) if fixed else (_positive(fields, "hours"), _positive(fields, "k"))
    loss, words = _loss(fields, _Passed(kwh, kvarh, hours, k))
    active, reactive = loss.active_kwh, loss.reactive_kvarh
    return {
        **{f"{name}_kwh": f"{round_half_up(part, 0)}" for name, part in loss.parts.items()},
        "active_loss_kwh": f"{active}",
        "reactive_loss_kvarh": f"{reactive}",
        "billed_kwh": f"{round_half_up(kwh + active, 0)}",
        "billed_kvarh": f"{round_half_up(kvarh + reactive, 0)}",
        "trace": [*words, Text("{kwh} kWh metered + {loss} kWh lost", kwh=kwh, loss=active)],
    }


def _loss(fields: Fields, passed: _Passed) -> tuple[_Lost, tuple[Text, ...]]:
    """The loss by the method that the fields name, with its arithmetic."""
    method = fields.text("method")
    loss = _Lost({})
    words: tuple[Text, ...] = ()
    if method == FIXED_RATE:
        loss, words = _of_rate(fields, passed)
    elif method == "transformer":
        loss, words = _of_transformer(fields, passed)
    elif method == "line":
        loss, words = _of_line(fields, passed)
    elif method == TABLE:
        loss, words = _of_table(fields, passed)
    else:
        what = Text("This is not one of the known words")
        fields.note(
            "method",
            method,
            what,
            Text("Use one of: {words}", words=f"transformer, line, {FIXED_RATE}, {TABLE}"),
        )
    if max(loss.active_kwh, loss.reactive_kvarh) > LARGEST:
        fields.note("kwh", passed.kwh, Text("This is too large or too small"), Text("Mend the value"))
    fields.refuse()
    return loss, words


def _of_rate(fields: Fields, passed: _Passed) -> tuple[_Lost, tuple[Text, ...]]:
    rate = _positive(fields, "rate_percent", least=Decimal(0))
    fields.refuse()
    words = Text("{kwh} kWh × {percent} % of loss agreed", kwh=passed.kwh, percent=rate)
    return fixed_loss(passed.kwh, rate), (words,)


def _of_transformer(fields: Fields, load: _Passed) -> tuple[_Lost, tuple[Text, ...]]:
    plate = Transformer(*(_positive(fields, name) for name in Transformer.__slots__))
    fields.refuse()
    loss = transformer_loss(plate, load)
    words = (
        Text(
            "Iron: {p0} kW × {hours} h = {loss} kWh",
            p0=plate.p0_kw,
            hours=load.hours,
            loss=round_half_up(loss.parts["iron"], 2),
        ),
        Text(
            "Copper: {k} × ({kwh}² + {kvarh}²) × {pk} kW ÷ ({sn}² × {hours} h) = {loss} kWh",
            k=load.k,
            kwh=load.kwh,
            kvarh=load.kvarh,
            pk=plate.pk_kw,
            sn=plate.sn_kva,
            hours=load.hours,
            loss=round_half_up(loss.parts["copper"], 2),
        ),
    )
    return loss, words


def _of_line(fields: Fields, load: _Passed) -> tuple[_Lost, tuple[Text, ...]]:
    line = Line(*(_positive(fields, name) for name in Line.__slots__))
    fields.refuse()
    loss = line_loss(line, load)
    words = Text(
        "Line: {k} × ({kwh}² + {kvarh}²) × {ohm} Ω ÷ ({kv}² × {hours} h × 1000) = {loss} kWh",
        k=load.k,
        kwh=load.kwh,
        kvarh=load.kvarh,
        ohm=line.ohm_per_km * line.km,
        kv=line.kv,
        hours=load.hours,
        loss=round_half_up(loss.parts["line"], 2),
    )
    return loss, (words,)


def _of_table(fields: Fields, load: _Passed) -> tuple[_Lost, tuple[Text, ...]]:
    rows = [_table_row(entry) for entry in fields.each("rows")]
    limits = [row.upto_kwh for row in rows[:-1]]
    if None in limits or limits != sorted({limit for limit in limits if limit is not None}):
        what = Text("This row ends where the one before it ends, or before")
        fields.note("rows", None, what, Text("Order the rows by their limits"))
    model = fields.text("model")
    fields.refuse()
    row = table_loss(rows, load)
    if row is None:
        what = Text("The table of {model} ends before so much energy", model=model)
        fields.note("rows", load.kwh, what, Text("Add a row to the table in the terms of the contract"))
        fields.refuse()
        raise LookupError(model)
    with localcontext() as context:
        context.prec = PRECISION
        active, reactive = row.loss_kwh * load.share, row.loss_kvarh * load.share
    words = Text("Table of {model}: {loss} kWh lost", model=model, loss=round_half_up(active, 2))
    return _Lost({"table": active}, reactive), (words,)


def _table_row(entry: Fields) -> TableRow:
    entry.unknown({"upto_kwh", "loss_kwh", "loss_kvarh"})
    none = Decimal(0)
    return TableRow(
        _positive(entry, "upto_kwh") if entry.has("upto_kwh") else None,
        _positive(entry, "loss_kwh", least=none),
        _positive(entry, "loss_kvarh", least=none) if entry.has("loss_kvarh") else none,
    )


def _positive(fields: Fields, key: str, least: Decimal | None = None) -> Decimal:
    """A number above 0, or from ``least`` on."""
    value = fields.decimal(key)
    if not 0 <= value <= LARGEST or (least is None and value == 0):
        fields.note(key, value, Text("This is too large or too small"), Text("Mend the value"))
        return Decimal(1)
    return value
