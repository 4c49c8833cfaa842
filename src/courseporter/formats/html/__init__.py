"""HTML fragments: rewrite references, see and strip what is active, turn into XML or text, clean
for a preview.
"""

from courseporter.formats.html.active import active_content, strip_active
from courseporter.formats.html.elements import BLOCKS, INLINE, POINTERS
from courseporter.formats.html.fix import fix_html
from courseporter.formats.html.preview import clean_for_preview
from courseporter.formats.html.references import rewrite_references
from courseporter.formats.html.text import escape_text, to_text
from courseporter.formats.html.xml import to_xml

__all__ = [
    "BLOCKS",
    "INLINE",
    "POINTERS",
    "active_content",
    "clean_for_preview",
    "escape_text",
    "fix_html",
    "rewrite_references",
    "strip_active",
    "to_text",
    "to_xml",
]
