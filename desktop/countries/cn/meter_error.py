"""Energy billed too much or too little because of the metering, put right (退补电量).

供电营业规则 1996 art. 80 and 81 and their successors. Positive energy is billed afterwards, negative paid back. A
meter that was verified too fast or too slow (in %) counts for half of the time since its last verification, unless
the real start is known. Wrong wiring: the ratio of right and wrong power. Wrong multiplier: the difference. Anything
else: a normal month less what was recorded. Rounded half up to whole kWh, then priced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import Enum

from desktop.countries.cn.currency import CNY
from desktop.kernel.country import EnergyError, ErrorKind, ErrorValue
from desktop.kernel.errors import Refused
from desktop.kernel.fields import Fields
from desktop.kernel.measures import Energy, round_half_up
from desktop.kernel.text import Text

PRECISION = 50
LARGEST = 10**12
"""What is larger is a slip of the hand, of a value and of what comes out."""


class Cause(Enum):
    """What was wrong."""

    METER_ERROR = "meter_error"
    WIRING = "wiring"
    MULTIPLIER = "multiplier"
    NORMAL_MONTH = "normal_month"


_RECORDED = ErrorValue("recorded_kwh", Text("Recorded"), "kWh")

KINDS = (
    ErrorKind(
        Cause.METER_ERROR.value,
        Text("The meter ran too fast or too slow"),
        (
            _RECORDED,
            ErrorValue("error_percent", Text("Error"), "%", signs=(Text("too fast"), Text("too slow"))),
            ErrorValue(
                "half_period",
                Text("It counts for"),
                choices=(
                    (True, Text("half of the time since it was verified")),
                    (False, Text("all of the time, for the start is known")),
                ),
            ),
        ),
    ),
    ErrorKind(
        Cause.WIRING.value,
        Text("The wiring was wrong"),
        (
            _RECORDED,
            ErrorValue("correct_power", Text("Right power"), "kW"),
            ErrorValue(
                "wrong_power", Text("Power as wired"), "kW", signs=(Text("forward"), Text("backward"))
            ),
        ),
    ),
    ErrorKind(
        Cause.MULTIPLIER.value,
        Text("The multiplier was wrong"),
        (
            _RECORDED,
            ErrorValue("correct_multiplier", Text("Right multiplier")),
            ErrorValue("used_multiplier", Text("Multiplier used")),
        ),
    ),
    ErrorKind(
        Cause.NORMAL_MONTH.value,
        Text("Not everything was recorded"),
        (_RECORDED, ErrorValue("normal_kwh", Text("A normal month"), "kWh")),
    ),
)
"""The kinds of errors, and what is asked about each."""


@dataclass(frozen=True, slots=True)
class Correction:
    """Whole kWh to bill afterwards (+) or pay back (−), and how they came about."""

    kwh: Decimal
    arithmetic: Text

    @property
    def direction(self) -> str:
        """``back_bill``, ``refund`` or ``none``."""
        return "none" if not self.kwh else "back_bill" if self.kwh > 0 else "refund"


def of_meter_error(recorded: Decimal, percent: Decimal, *, half_period: bool) -> Correction:
    """A meter that ran ``percent`` too fast (+) or too slow (−); above −100."""
    error = percent / 100
    words = Text(
        "−{recorded} kWh × {percent} % ÷ (100 % + {percent} %), half of the time",
        recorded=recorded,
        percent=percent,
    )
    if not half_period:
        words = Text(
            "−{recorded} kWh × {percent} % ÷ (100 % + {percent} %)", recorded=recorded, percent=percent
        )
    with localcontext() as context:
        context.prec = PRECISION
        return _rounded(-recorded * error / (1 + error) / (2 if half_period else 1), words)


def of_wiring(recorded: Decimal, correct: Decimal, wrong: Decimal) -> Correction:
    """Wiring that measured the power ``wrong`` in place of ``correct``; ``wrong`` is not 0."""
    words = Text(
        "{recorded} kWh × ({correct} ÷ {wrong} − 1)", recorded=recorded, correct=correct, wrong=wrong
    )
    with localcontext() as context:
        context.prec = PRECISION
        return _rounded(recorded * (correct / wrong - 1), words)


def of_multiplier(recorded: Decimal, correct: Decimal, used: Decimal) -> Correction:
    """A multiplier ``used`` in place of the ``correct`` one; neither is 0."""
    words = Text(
        "{recorded} kWh × ({correct} − {used}) ÷ {used}", recorded=recorded, correct=correct, used=used
    )
    with localcontext() as context:
        context.prec = PRECISION
        return _rounded(recorded * (correct - used) / used, words)


def of_normal_month(recorded: Decimal, normal: Decimal) -> Correction:
    """A month that was not recorded in full, against a normal one."""
    words = Text("{normal} kWh of a normal month − {recorded} kWh", normal=normal, recorded=recorded)
    return _rounded(normal - recorded, words)


def _rounded(exact: Decimal, words: Text) -> Correction:
    return Correction(round_half_up(exact, 0), words)


def energy_error(values: Mapping[str, object]) -> EnergyError:
    """What an error of the metering comes to, by the keys of the cases of `rate_case` without their price."""
    fields = Fields(values)
    known = {one.key for kind in KINDS if kind.code == values.get("kind") for one in kind.values}
    fields.unknown({"kind", *(known or values)})
    found = _found(fields)
    if not found.kwh:
        raise Refused(Text("These values change nothing: no energy is to be put right."))
    return EnergyError(Energy.of(found.kwh), found.arithmetic)


def rate_case(data: Mapping[str, object]) -> Mapping[str, object]:
    """The answer to a case of the topic ``cn_meter_error``; unfit input is `Refused`, naming the key."""
    fields = Fields(data)
    price = fields.decimal("price")
    found = _found(fields)
    exact = found.kwh * price
    if abs(exact) > LARGEST:
        fields.note("price", exact, Text("This is too large or too small"), Text("Mend the value"))
    fields.refuse()
    return {
        "adjust_kwh": f"{found.kwh:f}",
        "direction": found.direction,
        "amount": f"{round_half_up(exact, CNY.decimals):.2f}",
        "trace": [found.arithmetic, Text("{energy} kWh × {price}", energy=found.kwh, price=price)],
    }


def _found(fields: Fields) -> Correction:
    """The correction that the fields describe."""
    cause = fields.choice("kind", Cause)
    recorded = fields.decimal("recorded_kwh")
    if fields.data.get("kind") != cause.value:
        fields.refuse()  # without its kind nobody knows what else is asked
    match cause:
        case Cause.METER_ERROR:
            percent = fields.decimal("error_percent")
            if percent <= -100:
                fields.note(
                    "error_percent", percent, Text("This is too large or too small"), Text("Mend the value")
                )
            half = fields.truth("half_period", default=True)
            fields.refuse()
            found = of_meter_error(recorded, percent, half_period=half)
        case Cause.WIRING:
            correct, wrong = _not_zero(fields, "correct_power"), _not_zero(fields, "wrong_power")
            fields.refuse()
            found = of_wiring(recorded, correct, wrong)
        case Cause.MULTIPLIER:
            correct, used = _not_zero(fields, "correct_multiplier"), _not_zero(fields, "used_multiplier")
            fields.refuse()
            found = of_multiplier(recorded, correct, used)
        case Cause.NORMAL_MONTH:
            normal = fields.decimal("normal_kwh")
            fields.refuse()
            found = of_normal_month(recorded, normal)
    if abs(found.kwh) > LARGEST:
        fields.note("recorded_kwh", found.kwh, Text("This is too large or too small"), Text("Mend the value"))
    fields.refuse()
    return found


def _not_zero(fields: Fields, key: str) -> Decimal:
    value = fields.decimal(key, longest=PRECISION - 10)
    if not value:
        fields.note(key, value, Text("This must not be 0"), Text("Mend the value"))
        return Decimal(1)
    return value
