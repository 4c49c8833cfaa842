"""The names of HTML's elements, those of older pages too: what else looks like a tag is text."""

from __future__ import annotations

INLINE = frozenset(
    (
        "a abbr acronym applet area audio b bdi bdo big blink br button canvas center cite code "
        "data datalist del dfn em embed font i iframe img input ins kbd keygen "
        "label map mark marquee math meter nobr noembed object optgroup option output "
        "param picture progress q rb rp rt rtc ruby s samp script select slot small source span "
        "strike strong style sub sup svg template textarea time track tt u var video wbr"
    ).split()
)
BLOCKS = frozenset(
    (
        "address article aside base basefont blockquote body caption col colgroup dd details "
        "dialog dir div dl dt fieldset figcaption figure "
        "footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li "
        "link listing main menu meta nav noframes noscript ol p plaintext "
        "pre search section summary table tbody td tfoot th thead title tr ul xmp"
    ).split()
)
# These are nothing but their attributes: without any, `cp <source>` speaks of a file.
POINTERS = frozenset(("area", "param", "source", "track"))
