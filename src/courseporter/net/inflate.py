"""Compressed bodies, unpacked a little at a time, so that a small answer can't fill the memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

import httpx

BLOCK = 1 << 16
ACCEPTED = "gzip, deflate"


def blocks(response: httpx.Response) -> Iterator[bytes]:
    """The body in blocks of at most 64 KiB, unpacked. Raises httpx.DecodingError."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    raw = response.iter_raw()  # as it arrives: what came before a break is kept
    if encoding in {"", "identity"}:
        return raw
    if encoding in {"gzip", "x-gzip"}:
        return _inflate(raw, zlib.MAX_WBITS | 32, response)
    if encoding == "deflate":
        return _inflate(raw, zlib.MAX_WBITS, response)
    raise httpx.DecodingError(f"unknown encoding {encoding[:40]}", request=response.request)


def _inflate(raw: Iterable[bytes], bits: int, response: httpx.Response) -> Iterator[bytes]:
    stream = zlib.decompressobj(bits)
    try:
        for piece in raw:
            left = piece
            while left:
                yield stream.decompress(left, BLOCK)
                left = stream.unconsumed_tail
        while not stream.eof and (rest := stream.decompress(b"", BLOCK)):
            yield rest
    except zlib.error as error:
        raise httpx.DecodingError(str(error), request=response.request) from error
    if not stream.eof:
        raise httpx.RemoteProtocolError("the compressed body ends early", request=response.request)
