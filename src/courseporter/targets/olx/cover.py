"""The cover of a course without one: plain, small, always the same bytes."""

from __future__ import annotations

from base64 import b64decode

# static_name never gives this: a path that ends like a hash gets another hash behind it.
NAME = "cover-00000000.png"

PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAu4AAAGmAQMAAAAZMJMVAAAABlBMVEUfTl8ran9I+rbcAAAAYUlEQVR42u3MMQ0A"
    "AAgDsPk3DSIWEo5WQBMAAAAAAAAAAAAAAAAAoDCn9Hq9Xq/X6/V6vV6v1+v1er1er9fr9Xq9Xq/X6/V6vV6v1+v1"
    "er3+Ww8AAAAAAAAAAAAAAAAAFBYcM6HJ+dvFUgAAAABJRU5ErkJggg=="
)
