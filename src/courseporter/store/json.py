"""JSON columns by the one JSON library of the house."""

from __future__ import annotations

import msgspec

_encoder = msgspec.json.Encoder()


def encode(value: object) -> str:
    """One line of JSON; frozen values of the model and errors included."""
    return _encoder.encode(value).decode()


def decode(text: str | bytes) -> object:
    """What the JSON text holds, as dictionaries, lists and plain values."""
    return msgspec.json.decode(text)
