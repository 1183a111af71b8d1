"""Numbers with a format of their own on the mainland: account, unified social credit code, bank account, telephone."""

from __future__ import annotations

import re

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength, ValidationError

from desktop.countries.cn.check_signs import organisation_code, resident_id
from desktop.kernel.country import Identifier, kept_signs
from desktop.kernel.text import Text

_MOBILE = re.compile(r"1[3-9]\d{9}")
_AREA = re.compile(r"0(10|2\d|[3-9]\d\d)")


def format_account(number: str) -> str:
    """An account number (户号) in groups of four for the eye; it stays text, leading zeros count.

    >>> format_account("330104827615")
    '3301 0482 7615'
    """
    digits = "".join(number.split())
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def account_flaw(number: str) -> Text | None:
    """An account number has 10 to 13 digits."""
    if not number.isdecimal():
        return Text("An account number has digits only")
    if not 10 <= len(number) <= 13:
        return Text("An account number has 10 to 13 digits, this one has {found}", found=str(len(number)))
    return None


def group_tax_number(number: str) -> str:
    """A unified social credit code by its parts: authority and kind, district, subject, check sign.

    >>> group_tax_number("91330105MA2H4K7X7G")
    '91 330105 MA2H4K7X7 G'
    """
    cuts = (number[:2], number[2:8], number[8:17], number[17:])
    return " ".join(part for part in cuts if part)


def group_identity(number: str) -> str:
    """A resident identity number by its parts: district, day of birth, the rest.

    >>> group_identity("11010519491231002X")
    '110105 19491231 002X'
    """
    return " ".join(part for part in (number[:6], number[6:14], number[14:]) if part)


def tax_number_flaw(number: str) -> Text | None:
    """A unified social credit code (GB 32100): 18 signs, the last of them checks the others."""
    try:
        uscc.validate(number)
    except InvalidLength:
        return Text("A tax number has 18 signs, this one has {found}", found=str(len(number)))
    except InvalidChecksum:
        return Text("The check sign does not fit. Compare it with the licence")
    except (InvalidFormat, ValidationError):
        return Text("No letter I, O, S, V or Z stands in a tax number. Compare it with the licence")
    return None


def identity_flaw(number: str) -> Text | None:
    """A person's number: of 14 signs and more it is a resident identity number; shorter ones are of passports."""
    if len(number) < 14:
        return None if len(number) >= 5 else Text("An identity number has 18 signs")
    match resident_id(number).reason:
        case "OK":
            return None
        case "DATE":
            return Text("There is no such day of birth. Compare it with the identity card")
        case "CHECK":
            return Text("The check sign does not fit. Compare it with the identity card")
    return Text("An identity number has 17 digits and a check sign")


def organisation_flaw(number: str) -> Text | None:
    """An organisation's number: its unified social credit code, or the organisation code before it."""
    if organisation_code(number).valid:
        return None
    return tax_number_flaw(number)


def bank_account_flaw(number: str) -> Text | None:
    """An account at a bank has 8 to 30 digits."""
    if not number.isdecimal() or not 8 <= len(number) <= 30:
        return Text("A bank account has 8 to 30 digits")
    return None


def clean_phone(typed: str) -> str:
    """A telephone number without spaces and marks and without the country's +86.

    >>> clean_phone("+86 139-5716-2615"), clean_phone("0571 8800 1234")
    ('13957162615', '057188001234')
    """
    digits = kept_signs(typed)
    return digits[2:] if digits.startswith("86") and len(digits) > 11 else digits


def group_phone(number: str) -> str:
    """A mobile number in 3, 4, 4; a fixed one after its area code; a short one as it is.

    >>> group_phone("13957162615"), group_phone("057188001234"), group_phone("95598"), group_phone("4008001234")
    ('139 5716 2615', '0571 8800 1234', '95598', '400 800 1234')
    """
    if number.startswith("1") and len(number) > 5:
        cuts = (number[:3], number[3:7], number[7:])
    elif number.startswith(("400", "800")):
        cuts = (number[:3], number[3:6], number[6:])
    else:
        area = _AREA.match(number)
        cut = area.end() if area else 0
        cuts = (number[:cut], number[cut : cut + 4], number[cut + 4 :]) if area else (number, "", "")
    return " ".join(part for part in cuts if part)


def phone_flaw(number: str) -> Text | None:
    """Eleven digits for a mobile one, an area code before a fixed one, five to ten for a service number."""
    if not number.isdecimal():
        return Text("A telephone number has digits only")
    if number.startswith("1") and len(number) > 5 and not _MOBILE.fullmatch(number):
        return Text("A mobile number has 11 digits, this one has {found}", found=str(len(number)))
    if not 3 <= len(number) <= 12:
        return Text("A telephone number has 3 to 12 digits, this one has {found}", found=str(len(number)))
    return None


IDENTIFIERS = {
    "account": Identifier("330104827615", kept_signs, format_account, account_flaw),
    "tax_number": Identifier("91330105MA2H4K7X7G", kept_signs, group_tax_number, tax_number_flaw),
    "identity": Identifier("11010519491231002X", kept_signs, group_identity, identity_flaw),
    "organisation": Identifier("91330105MA2H4K7X7G", kept_signs, group_tax_number, organisation_flaw),
    "bank_account": Identifier("3300161603505300", kept_signs, format_account, bank_account_flaw),
    "phone": Identifier("057188001234", clean_phone, group_phone, phone_flaw),
}
