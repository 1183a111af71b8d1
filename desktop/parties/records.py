"""The plain values of parties."""

from __future__ import annotations

from desktop.kernel.text import Text, Worded


class PartyKind(Worded):
    """Person or organisation."""

    PERSON = "person", Text("Person")
    ORGANISATION = "organisation", Text("Organisation")


class PartyRoleKind(Worded):
    """What a party is to us."""

    CUSTOMER = "customer", Text("Customer")
    PRODUCER = "producer", Text("Producer")
    LESSOR = "lessor", Text("Land lessor")
    CONTRACTOR = "contractor", Text("Contractor")


class DebtorType(Worded):
    """Which rules of collection hold for a party."""

    CONSUMER = "consumer", Text("Consumer")
    BUSINESS = "business", Text("Business")
    PUBLIC = "public", Text("Public body")
