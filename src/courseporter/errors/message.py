"""Sentences for people as data: a template and its arguments, rendered only when they are shown.

`_` and `ngettext` make a message where something is known; the store keeps it; a face renders it
with `str`, in the language that `speak` chose.  Templates are English and the ids of the gettext
catalogue (`make messages`).
"""

from __future__ import annotations

import gettext as _gettext
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

import msgspec


class Translations(Protocol):
    """What a message asks of a catalogue: the interface of `gettext.NullTranslations`."""

    def gettext(self, message: str, /) -> str:
        """The translated template."""
        ...

    def ngettext(self, singular: str, plural: str, n: int, /) -> str:
        """The translated template for this number."""
        ...


_ENGLISH = _gettext.NullTranslations()
_spoken: ContextVar[Translations] = ContextVar("spoken", default=_ENGLISH)
_everywhere: list[Translations] = []


class Message(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One sentence.  `template` has its fields in braces, filled from `args` as `str.format` does;
    with `plural` the number `args["count"]` decides between the two templates.

    `str(message)` renders it in the language of this context.
    """

    template: str
    args: Mapping[str, str | int | float | Message | None] = {}
    plural: str | None = None

    def __str__(self) -> str:
        """The sentence in the language of this context."""
        catalogue = _catalogue()
        if self.plural is None:
            template = catalogue.gettext(self.template)
        else:
            template = catalogue.ngettext(self.template, self.plural, self._count())
        return template.format(**self.args) if self.args else template.format()

    def __format__(self, spec: str) -> str:
        """As an argument of another message."""
        return format(str(self), spec)

    def __hash__(self) -> int:
        """Equal messages are one: losses are listed once."""
        return hash((self.template, self.plural, tuple(sorted(self.args.items()))))

    def _count(self) -> int:
        count = self.args.get("count")
        return count if isinstance(count, int) else 0


Phrase = Message | str  # a plain string is shown as it is: names, and sentences of older stores


def _(template: str, /, **args: str | float | Message | None) -> Message:
    """The message of this template; numbers keep their type and may be formatted: `{size:,}`."""
    return Message(template, args)


def ngettext(
    singular: str, plural: str, count: int, /, **args: str | float | Message | None
) -> Message:
    """The message for this number, which both templates can name as `{count}`."""
    return Message(singular, {**args, "count": count}, plural)


def gettext(template: str, /, **args: str | float | Message | None) -> str:
    """The sentence in the language of this context, for faces that show it at once."""
    return str(Message(template, args))


def joined(messages: Iterable[Phrase], separator: str = "; ") -> Message | None:
    """Several messages as one, each once, in order; None when there are none."""
    parts = list(dict.fromkeys(messages))
    if not parts:
        return None
    if len(parts) == 1 and isinstance(parts[0], Message):
        return parts[0]
    fields = separator.join(f"{{part{number}}}" for number in range(len(parts)))
    return Message(fields, {f"part{number}": part for number, part in enumerate(parts)})


def shown(phrase: Phrase | None) -> str | None:
    """The sentence in the language of this context; None stays None."""
    return None if phrase is None else str(phrase)


def speak(translations: Translations | None) -> None:
    """Render messages with this catalogue in the whole process from now on; None: in English."""
    _everywhere[:] = [] if translations is None else [translations]


@contextmanager
def spoken(translations: Translations) -> Generator[None]:
    """Render messages with this catalogue within the block: a server answers each in its own."""
    token = _spoken.set(translations)
    try:
        yield
    finally:
        _spoken.reset(token)


def _catalogue() -> Translations:
    return _everywhere[0] if _everywhere else _spoken.get()


def pack(text: Phrase | None) -> str | None:
    """A text as it is kept in a column: plain strings as they are, messages as JSON."""
    if text is None or (isinstance(text, str) and not text.startswith(_MARK)):
        return text
    message = text if isinstance(text, Message) else Message("{text}", {"text": text})
    return _encode(message).decode()


def unpack(kept: str | None) -> Phrase | None:
    """What `pack` has kept; sentences of older stores come back as plain strings."""
    if kept is None or not kept.startswith(_MARK):
        return kept
    try:
        return _decode(kept)
    except msgspec.DecodeError:  # an older sentence that merely begins like one
        return kept


_MARK = '{"template":'
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Message).decode
