"""The plain values of parties: what they are to us, how they are reached, what was noted, who looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from desktop.kernel.text import Text, Worded


class PartyKind(Worded):
    """Person or organisation."""

    PERSON = "person", Text("Person")
    ORGANISATION = "organisation", Text("Organisation")


class PartyRoleKind(Worded):
    """What a party is to us."""

    CUSTOMER = "customer", Text("Customer", context="role")
    PRODUCER = "producer", Text("Producer")
    LESSOR = "lessor", Text("Land lessor")
    CONTRACTOR = "contractor", Text("Contractor")


class DebtorType(Worded):
    """Which rules of collection hold for a party."""

    CONSUMER = "consumer", Text("Consumer")
    BUSINESS = "business", Text("Business")
    PUBLIC = "public", Text("Public body")


class ContactKind(Worded):
    """What is known of a party: ways to reach it, and numbers that others know it by."""

    MOBILE = "mobile", Text("Mobile")
    PHONE = "phone", Text("Telephone")
    EMAIL = "email", Text("E-mail")
    POSTAL = "postal", Text("Postal address")
    IDENTITY = "identity", Text("Identity number")
    BANK = "bank", Text("Bank account")
    AUTHORISED = "authorised", Text("Authorised person")


CALLED = frozenset({ContactKind.MOBILE, ContactKind.PHONE})
"""The kinds of contact that are numbers to call."""

REACHED = CALLED | {ContactKind.EMAIL, ContactKind.POSTAL}
"""The kinds of contact that a notice can go to."""


class RevealReason(Worded):
    """Why somebody looks at personal data."""

    PRESENT = "present", Text("Customer here or calling")
    COMPLAINT = "complaint", Text("Complaint or question")
    NOTICE = "notice", Text("Delivering a notice")
    FIELD = "field", Text("Arranging a visit")
    OTHER = "other", Text("Another reason")


@dataclass(frozen=True, slots=True)
class ContactOrder:
    """A contact to add. ``notices``: bills and notices go there."""

    party_id: UUID
    kind: ContactKind
    value: str
    notices: bool = False


class ContactPart(Worded):
    """What of reaching a customer is changed at the desk."""

    PHONE = "phone", Text("Telephone number")
    NOTICES = "notices", Text("Where notices go")
    LANGUAGE = "language", Text("Language")
    AUTHORISED = "authorised", Text("Authorised person")


@dataclass(frozen=True, slots=True)
class ContactChange:
    """One thing about reaching a party: a number, the id of the contact notices go to, a language, or a person."""

    party_id: UUID
    part: ContactPart
    value: str


@dataclass(frozen=True, slots=True)
class ContactShown:
    """One contact in a party's history; ``value`` is masked unless it comes from `revealed`."""

    contact_id: UUID
    kind: ContactKind
    value: str
    notices: bool
    valid_from: date
    valid_to: date | None
    entered_by: str


@dataclass(frozen=True, slots=True)
class NoteOrder:
    """A note about a party, or about one of its accounts.

    An ``alert`` stays on the card until a note ``settles`` it.
    """

    party_id: UUID
    text: str
    account_id: UUID | None = None
    alert: bool = False
    settles: UUID | None = None


@dataclass(frozen=True, slots=True)
class NoteShown:
    """A note; ``pinned`` tells that it is an alert nobody has settled yet."""

    note_id: UUID
    text: str
    author: str
    written_at: datetime
    account_id: UUID | None
    alert: bool
    pinned: bool
    settles: UUID | None


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role that a party has, and since when."""

    kind: PartyRoleKind
    since: date


class PartyPart(Worded):
    """What of a party itself may change; ways to reach it change as contacts."""

    NAME = "name", Text("Name", context="party")
    LANGUAGE = "language", Text("Language")
    DEBTOR_TYPE = "debtor_type", Text("Debtor")
    KIND = "kind", Text("Kind")
    PHONE = "phone", Text("First number")


@dataclass(frozen=True, slots=True)
class KnownParty:
    """A party that comes in from another system with all that is known of it; its first phone is called first.

    ``notices`` is the one of its telephones and contacts that notices go to.
    """

    id: UUID
    kind: PartyKind
    name: str
    language: str
    debtor_type: DebtorType
    roles: tuple[PartyRoleKind, ...]
    phones: tuple[str, ...] = ()
    contacts: tuple[tuple[ContactKind, str], ...] = ()
    notices: str = ""


@dataclass(frozen=True, slots=True)
class PartyOrder:
    """A person or organisation to enter, in one role and without an account; ``phone`` may be empty."""

    kind: PartyKind
    name: str
    language: str
    debtor_type: DebtorType
    role: PartyRoleKind
    phone: str = ""


@dataclass(frozen=True, slots=True)
class PartyChange:
    """A party as it is called, spoken to and collected from, from now on."""

    party_id: UUID
    name: str
    language: str
    debtor_type: DebtorType


@dataclass(frozen=True, slots=True)
class PartChanged:
    """One part of a party that changed: when, by whom, what it was and became (codes, but for a name)."""

    changed_at: datetime
    by: str
    part: PartyPart
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RoleOrder:
    """A role that a party takes on."""

    party_id: UUID
    role: PartyRoleKind


@dataclass(frozen=True, slots=True)
class RevealOrder:
    """Show a party's personal data: why, and in what words where the reason is `RevealReason.OTHER`."""

    party_id: UUID
    reason: RevealReason
    words: str = ""


@dataclass(frozen=True, slots=True)
class Revealed:
    """Personal data in clear; ``phone`` is the number to call first."""

    phone: str
    contacts: tuple[ContactShown, ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """One look at a party's personal data: who, when, why."""

    looked_at: datetime
    by: str
    reason: RevealReason
    words: str


@dataclass(frozen=True, slots=True)
class PartyShown:
    """The argument that opens a party's card on the customers' page."""

    party_id: UUID


# Parties that are one


class Likeness(Worded):
    """Why two parties seem to be one."""

    IDENTITY = "identity", Text("Same identity or tax number")
    SAME = "same", Text("Same name and address")
    SIMILAR = "similar", Text("Similar name, same address")


@dataclass(frozen=True, slots=True)
class MergeOrder:
    """Two parties that are one: ``kept_id`` stays, and becomes as ``merged_id`` in the parts ``taken``."""

    kept_id: UUID
    merged_id: UUID
    reason: str
    taken: tuple[PartyPart, ...] = ()


@dataclass(frozen=True, slots=True)
class MergeUndone:
    """A merging that was wrong, known by the party that was merged, and why it was."""

    merged_id: UUID
    why: str


@dataclass(frozen=True, slots=True)
class ApartOrder:
    """Two parties that look alike and are not one."""

    one_id: UUID
    other_id: UUID


@dataclass(frozen=True, slots=True)
class MergeShown:
    """One merging: who stayed, who was merged, when, by whom and why; the same of its undoing, if it was undone."""

    kept_id: UUID
    kept_name: str
    merged_id: UUID
    merged_name: str
    merged_at: datetime
    merged_by: str
    reason: str
    undone_at: datetime | None
    undone_by: str
    undone_why: str
