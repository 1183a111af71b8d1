"""One exact spelling of plain values: frozen dataclasses to JSON text and back, the same bytes every time.

Requests and answers stand in the journal in this form, and everything that is hashed is hashed in it.
"""

from __future__ import annotations

import hashlib
import json
import os
import types
import typing
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any, Union, cast, get_args, get_origin
from uuid import UUID

from desktop.kernel import measures
from desktop.kernel.hashing import key_told
from desktop.kernel.measures import Measure
from desktop.kernel.text import Text, Worded

_MEASURES = {
    kind.__name__: kind
    for kind in vars(measures).values()
    if isinstance(kind, type) and issubclass(kind, Measure) and kind is not Measure
}


class Secret(str):
    """Words that no journal, file or log may show: their plain form is a salted SHA-256, and nothing leads back.

    The salt lives and dies with the value: the same value gives the same digest each time it is spelled, so a
    repeated request is known again, and somebody who guesses a password cannot test the guess on the book.
    """

    def __new__(cls, words: str) -> Secret:
        """Seal ``words``."""
        made = super().__new__(cls, words)
        made._salt = os.urandom(16)
        return made

    _salt: bytes

    @property
    def digest(self) -> str:
        """What the book shows in its place."""
        return hashlib.sha256(self._salt + self.encode()).hexdigest()

    def __repr__(self) -> str:
        return "Secret(…)"


class Content(bytes):
    """What a file holds, such as a photo: the book names it by its SHA-256; the content stands where files are kept."""

    __slots__ = ()


def dump(value: object) -> str:
    """The canonical JSON text of a value: sorted keys, no spaces, no escapes beyond what JSON needs.

    Dataclasses are told by field, measures by their raw steps, dates in ISO form. What has no exact spelling, such as
    a float, is a TypeError.
    """
    return _SPELLING[type(value)](value)


quoted: Callable[[str], str] = json.encoder.encode_basestring
"""A text as `dump` spells it."""

Spelling = Callable[[Any], str]


def _record(names: tuple[str, ...]) -> Spelling:
    """How a record with these fields, in their order, is spelled."""
    if not names:
        return lambda _value: "{}"
    frame, spelling = "{" + ",".join(f'"{name}":%s' for name in names) + "}", _SPELLING
    if len(names) == 1:
        return lambda value: frame % dump(getattr(value, names[0]))
    taken = attrgetter(*names)
    return lambda value: frame % tuple([spelling[type(item)](item) for item in taken(value)])


def _mapping(value: Mapping[Any, Any]) -> str:
    named = sorted(((str(key), item) for key, item in value.items()), key=itemgetter(0))
    return "{" + ",".join([f"{quoted(key)}:{dump(item)}" for key, item in named]) + "}"


def _many(value: Sequence[Any]) -> str:
    spelling = _SPELLING
    return "[" + ",".join([spelling[type(item)](item) for item in value]) + "]"


def _text(value: Text) -> str:
    words = {
        "c": value.context,
        "f": {name: _tagged(item) for name, item in value.fields.items()},
        "m": value.message,
        "n": value.count,
        "p": value.plural,
    }
    return _mapping({key: item for key, item in words.items() if key == "f" or item not in ("", None)})


_BY_BASE: tuple[tuple[type, Spelling], ...] = (
    (Secret, lambda value: _mapping({"sha256": value.digest})),
    (Content, lambda value: _mapping({"sha256": hashlib.sha256(value).hexdigest()})),
    (type(None), lambda _: "null"),
    (bool, lambda value: "true" if value else "false"),
    (int, int.__repr__),
    (str, quoted),
    (Measure, lambda value: int.__repr__(value.raw)),
    (Enum, lambda value: dump(value.value)),
    (Text, _text),
    (Decimal, lambda value: f'"{value}"'),
    (UUID, lambda value: f'"{value}"'),
    (date, lambda value: f'"{value.isoformat()}"'),
    (bytes, lambda value: f'"{b64encode(value).decode()}"'),
    (tuple, _many),
    (list, _many),
    (Mapping, _mapping),
)
"""How each kind of value is spelled; the first that fits counts."""


class _Found(dict[type, Spelling]):
    """How values of a type are spelled, found once for each."""

    def __missing__(self, kind: type) -> Spelling:
        self[kind] = found = self._look(kind)
        return found

    def _look(self, kind: type) -> Spelling:
        for base, spelling in _BY_BASE:
            if issubclass(kind, base):
                return spelling
        if is_dataclass(kind):
            return _record(tuple(sorted(field.name for field in fields(kind))))
        raise TypeError(f"{kind.__name__} has no plain form")


_SPELLING = _Found()


def load(kind: Any, text: str) -> Any:
    """The value of type ``kind`` that `dump` wrote as ``text``."""
    return build(kind, json.loads(text))


def build(kind: Any, value: Any) -> Any:
    """The value of type ``kind`` from its plain form; what does not fit is a ValueError or TypeError."""
    return _builder(kind)(value)


Builder = Callable[[Any], Any]


@cache
def _builder(kind: Any) -> Builder:
    """How values of a type come about from their plain form; found once for each type."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        inner = _builder(next(option for option in get_args(kind) if option is not type(None)))
        return lambda value: None if value is None else inner(value)
    if origin is tuple:
        return _tuple_builder(get_args(kind))
    if origin is list:
        each = _builder(get_args(kind)[0])
        return lambda value: [each(item) for item in value]
    if origin in (dict, Mapping):
        each = _builder(get_args(kind)[1])
        return lambda value: {key: each(item) for key, item in value.items()}
    if kind is Any or kind is type(None) or kind is None or kind is object:
        return lambda value: value
    return _plain_builder(kind)


def _tuple_builder(options: tuple[Any, ...]) -> Builder:
    if len(options) == 2 and options[1] is Ellipsis:
        each = _builder(options[0])
        return lambda value: tuple([each(item) for item in value])
    builders = [_builder(option) for option in options]
    return lambda value: tuple([each(item) for each, item in zip(builders, value, strict=True)])


def _plain_builder(kind: Any) -> Builder:
    if kind is Text:
        return _build_text
    if kind in (bool, int, str):
        return _only(kind)
    if kind in (datetime, date):
        return cast(Builder, kind.fromisoformat)
    if kind is bytes:
        return b64decode
    if issubclass(kind, Worded):
        members = {member.value: member for member in kind}
        return lambda value: members.get(value) or kind.of(value)
    if kind is UUID:
        return key_told
    if kind is Decimal or issubclass(kind, (Measure, Enum)):
        return cast(Builder, kind)
    if is_dataclass(kind):
        return _record_builder(kind)
    raise TypeError(f"{kind!r} has no plain form")


def _build_text(value: Any) -> Text:
    words = {name: _untagged(item) for name, item in value["f"].items() if name != "count"}
    return Text(
        value["m"], plural=value.get("p", ""), count=value.get("n"), context=value.get("c", ""), **words
    )


def _only(kind: type) -> Builder:
    def same(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(f"{value!r} is not {kind.__name__}")
        return value

    return same


def _record_builder(kind: Any) -> Builder:
    """Records are made as their constructor makes them, which for a frozen one goes a long way for each field."""
    parts: dict[str, Builder] = {}  # found with the first value, for a record may hold others of its own kind
    steps: list[tuple[str, Builder, Callable[[Any, Any], None]]] = []
    by_slots = "__slots__" in vars(kind) and not hasattr(kind, "__post_init__")

    def made(value: Any) -> Any:
        if not parts:
            hints = typing.get_type_hints(kind)
            parts.update({field.name: _builder(hints[field.name]) for field in fields(kind)})
            if by_slots:
                steps.extend((name, build, getattr(kind, name).__set__) for name, build in parts.items())
        if value.keys() != parts.keys():
            if value.keys() - parts.keys():
                raise ValueError(f"{kind.__name__} has no {', '.join(sorted(value.keys() - parts.keys()))}")
            return kind(**{name: parts[name](item) for name, item in value.items()})
        if not by_slots:
            return kind(*[build(value[name]) for name, build in parts.items()])
        record = object.__new__(kind)
        for name, build, put in steps:
            put(record, build(value[name]))
        return record

    return made


def _tagged(value: object) -> Any:
    """A field of a `Text`, with its kind beside it where JSON alone would lose it."""
    if isinstance(value, Worded):
        value = value.text
    if value is None or isinstance(value, str | bool | int):
        return value
    for tag, kind in _TAGS.items():
        if type(value) is kind:
            return {tag: value}
    raise TypeError(f"{type(value).__name__} cannot be a field of a text")


def _untagged(value: Any) -> Any:
    if isinstance(value, dict):
        ((tag, inner),) = value.items()
        return build(_TAGS[tag], inner)
    return value


_TAGS: dict[str, Any] = {**_MEASURES, "Text": Text, "Decimal": Decimal, "datetime": datetime, "date": date}
