"""The names of HTML's elements, those of older pages too: what else looks like a tag is text."""

from __future__ import annotations

INLINE = frozenset(
    (
        "a abbr audio b bdi bdo big br button center cite code data del dfn em embed "
        "font i iframe img input ins kbd "
        "label mark math object picture q ruby s samp script select small span strike "
        "strong style sub sup svg textarea "
        "time tt u var video wbr"
    ).split()
)
BLOCKS = frozenset(
    (
        "address article aside blockquote body caption col colgroup dd details dialog "
        "div dl dt fieldset figcaption figure "
        "footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li link main "
        "menu meta nav noscript ol p "
        "pre section summary table tbody td tfoot th thead title tr ul"
    ).split()
)
