"""What a contact must look like, and how it is masked."""

from __future__ import annotations

from uuid import UUID

import pytest

from desktop.parties.records import ContactKind, ContactOrder
from desktop.parties.rules import masked, objection, tidied

NOBODY = UUID(int=1)


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (ContactKind.MOBILE, "138 1234 5678", "13812345678"),
        (ContactKind.MOBILE, "１３８１２３４５６７８", "13812345678"),
        (ContactKind.PHONE, "(0571) 8512-3456", "057185123456"),
        (ContactKind.EMAIL, " lan @example.com ", "lan@example.com"),
        (ContactKind.IDENTITY, "330105 19900101 123x", "33010519900101123X"),
        (ContactKind.BANK, "6222 0000-1111 2222", "6222000011112222"),
        (ContactKind.POSTAL, " Street 1,  Hall ", "Street 1,  Hall"),
    ],
)
def test_what_was_typed_is_kept_tidily(kind: ContactKind, typed: str, kept: str) -> None:
    assert tidied(kind, typed) == kept
    assert objection(ContactOrder(NOBODY, kind, typed)) is None


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (ContactKind.MOBILE, "  "),
        (ContactKind.MOBILE, "ring at noon"),
        (ContactKind.EMAIL, "lan.example.com"),
        (ContactKind.IDENTITY, "第一"),
        (ContactKind.POSTAL, "x" * 201),
    ],
)
def test_what_is_no_contact_of_its_kind_is_objected_to(kind: ContactKind, typed: str) -> None:
    assert objection(ContactOrder(NOBODY, kind, typed)) is not None


def test_notices_go_where_something_can_be_sent() -> None:
    for kind, value in ((ContactKind.BANK, "6222000011112222"), (ContactKind.IDENTITY, "330105199001011234")):
        assert objection(ContactOrder(NOBODY, kind, value, notices=True)) is not None
    assert objection(ContactOrder(NOBODY, ContactKind.EMAIL, "lan@example.com", notices=True)) is None


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (ContactKind.MOBILE, "13912345678", "139 **** 5678"),
        (ContactKind.PHONE, "12345678", "123 **** 5678"),
        (ContactKind.PHONE, "1234567", "*******"),
        (ContactKind.MOBILE, "", ""),
        (ContactKind.IDENTITY, "330105199001011234", "**** 1234"),
        (ContactKind.BANK, "6222000011112222", "**** 2222"),
        (ContactKind.BANK, "1234567", "*******"),
        (ContactKind.EMAIL, "lan@example.com", "l***@example.com"),
        (ContactKind.POSTAL, "Street 1", "Street 1"),
    ],
)
def test_personal_numbers_keep_their_last_digits_and_short_ones_none(
    kind: ContactKind, value: str, shown: str
) -> None:
    assert masked(kind, value) == shown
