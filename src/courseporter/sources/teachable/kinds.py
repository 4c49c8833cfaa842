"""Kinds of Teachable attachments under all their spellings (TEACHABLE.md 3.2)."""

from __future__ import annotations

import re

from courseporter.errors import Message, _

_SAME = {"pdf_embed": "pdf", "code": "code_display", "html": "text", "embed": "code_embed"}

# Kinds without content for learners: they are in the ledger alone, with the reason.
WITHOUT_CONTENT: dict[str, Message] = {
    "native_comments": _("Teachable's comment box has no content; discussions belong to the site."),
    "upsell": _("An offer to buy another product isn't course content."),
}


def kind_of(written: str) -> str:
    """The kind in one spelling: "native comments" and "native-comments" are `native_comments`."""
    name = re.sub(r"[\s-]+", "_", written.strip().lower())
    return _SAME.get(name, name)
