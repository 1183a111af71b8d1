"""Numbers that check themselves: resident identity number, unified social credit code, organisation code, e-invoice.

GB 11643, GB 32100 and GB 11714. Length, signs, date of birth and check sign are looked at; whether a district, a
person or a registration exists is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from desktop.kernel.fields import Fields
from desktop.kernel.text import Text

_RESIDENT = re.compile(r"\d{6}(\d{4})(\d{2})(\d{2})\d{3}[0-9X]", re.ASCII)
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_CODE = re.compile(f"[{_CREDIT}]{{18}}")
_ORGANISATION = re.compile(r"([0-9A-Z]{8})-?([0-9X])", re.ASCII)
_INVOICE = re.compile(r"\d{20}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a number fits: ``reason`` is OK, FORMAT, DATE or CHECK; ``check_sign`` the one it should have."""

    reason: str
    check_sign: str = ""

    @property
    def valid(self) -> bool:
        """Nothing is wrong with it."""
        return self.reason == "OK"


def _compared(found: str, wanted: str) -> Checked:
    return Checked("OK" if found == wanted else "CHECK", wanted)


def resident_id(number: str) -> Checked:
    """A resident identity number (GB 11643): district, day of birth, sequence, check sign by ISO 7064 MOD 11-2.

    >>> resident_id("11010519491231002X").valid, resident_id("110105194912310021")
    (True, Checked(reason='CHECK', check_sign='X'))
    """
    hit = _RESIDENT.fullmatch(number)
    if hit is None:
        return Checked("FORMAT")
    try:
        date(*(int(part) for part in hit.groups()))
    except ValueError:
        return Checked("DATE")
    weighed = sum(int(sign) * (2 ** (17 - place) % 11) for place, sign in enumerate(number[:17]))
    return _compared(number[17], "10X98765432"[weighed % 11])


def credit_code(number: str) -> Checked:
    """A unified social credit code (GB 32100).

    >>> credit_code("91350100M000100Y43").valid
    True
    """
    if not _CREDIT_CODE.fullmatch(number):
        return Checked("FORMAT")
    weighed = sum(_CREDIT.index(sign) * pow(3, place, 31) for place, sign in enumerate(number[:17]))
    return _compared(number[17], _CREDIT[-weighed % 31])


def organisation_code(number: str) -> Checked:
    """An organisation code (GB 11714), with or without the hyphen before its check sign.

    >>> organisation_code("M000100Y-4").valid, organisation_code("M000100Y5").check_sign
    (True, '4')
    """
    hit = _ORGANISATION.fullmatch(number)
    if hit is None:
        return Checked("FORMAT")
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    left = -sum(int(sign, 36) * weight for sign, weight in zip(hit[1], weights, strict=True)) % 11
    return _compared(hit[2], "X" if left == 10 else str(left))


def invoice_number(number: str) -> Checked:
    """The number of a fully digital e-invoice: twenty digits."""
    return Checked("OK" if _INVOICE.fullmatch(number) else "FORMAT")


_BY_TYPE: Mapping[str, Callable[[str], Checked]] = {
    "resident_id": resident_id,
    "uscc": credit_code,
    "org_code": organisation_code,
    "einvoice_no": invoice_number,
}


def rate_case(data: Mapping[str, object]) -> Mapping[str, object]:
    """A case of `cn_id_checksums`: ``type`` and ``value``."""
    fields = Fields(data)
    kind, number = fields.text("type"), fields.text("value")
    if kind and kind not in _BY_TYPE:
        known = ", ".join(_BY_TYPE)
        fields.note("type", kind, Text("No number is called so"), Text("Use one of: {words}", words=known))
    fields.refuse()
    checked = _BY_TYPE[kind](number)
    answer = {"valid": checked.valid, "reason": checked.reason}
    return answer | ({"check_char": checked.check_sign} if checked.check_sign else {})
