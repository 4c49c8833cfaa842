"""What a site sells: only its products know whether a course is published, or part of a bundle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from courseporter.context import Http
from courseporter.errors import AuthError, RejectedError
from courseporter.sources.school.fields import text
from courseporter.sources.thinkific import rest


class Shop(NamedTuple):
    """Publish state, and title of the bundle, by the id of a course."""

    published: Mapping[str, bool]
    bundles: Mapping[str, str]


def read_shop(http: Http) -> Shop:
    """Return what the products say; nothing where the key may not read them."""
    published: dict[str, bool] = {}
    bundles: dict[str, str] = {}
    try:
        for product in rest.products(http):
            owner = text(product, "productable_id")
            if text(product, "productable_type") == "Bundle":
                for course in rest.bundled(http, owner):
                    bundles.setdefault(text(course, "id"), text(product, "name"))
            else:
                published[owner] = text(product, "status") == "published"
    except (AuthError, RejectedError):
        return Shop(published, bundles)
    return Shop(published, bundles)
