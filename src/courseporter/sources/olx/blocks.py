"""Definitions of blocks as XML, and what each becomes: a page to edit, or kept verbatim."""

from __future__ import annotations

import re
from urllib.parse import quote

from lxml import etree

from courseporter.formats.names import OLX as NAMED
from courseporter.formats.olx.foreign import OLX
from courseporter.formats.olx.known import known_block
from courseporter.formats.olx.package.attributes import attributes_of
from courseporter.formats.olx.package.facts import NESTING
from courseporter.formats.olx.package.references import static_name
from courseporter.formats.olx.pages import page_class
from courseporter.model import ASSET_SCHEME, Block, Foreign, OutlineRow, Text
from courseporter.sources.olx.material import Material

_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True,
    remove_pis=True,
)  # fmt: skip
_STATIC = re.compile(r"""(["'])/static/([^"'<>?#]+)""")
_PAGE_OWN = frozenset(
    ("url_name", "slug", "display_name", "filename", "editor", "visible_to_staff_only")
)
_KEPT_OWN = ("slug", "visible_to_staff_only")
_FILELESS = frozenset(
    (
        "done drag-and-drop-v2 edx_sga google-calendar google-document lti_consumer"
        " openassessment pdf poll recommender staffgradedxblock survey ubcpi"
    ).split()
)


class Blocks:
    """Finds definitions; `used` are the files that blocks came from."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self.used: set[str] = set()

    def course(self) -> etree._Element | None:
        """The course element, its pointer followed."""
        element = self._file("course.xml")
        if element is None or len(element):
            return element
        return self._file(f"course/{element.get('url_name')}.xml")

    def definition(self, element: etree._Element) -> etree._Element | None:
        """The element itself, or what it points to; None when that can't be read."""
        tag, name = str(element.tag), element.get("url_name")
        if not _is_pointer(element) or name is None or tag in _FILELESS:
            return element
        path = f"{tag}/{name.replace(':', '/')}.xml"
        found = self._file(path)
        if found is None:
            return element if tag == "discussion" else None
        self.used.add(path)
        return found

    def block(self, element: etree._Element, row: OutlineRow) -> tuple[Block, dict[str, str]]:
        """The block, and attributes that it doesn't hold itself."""
        if element.tag == "html":
            html = self._page(element)
            if html is not None and row.type == "text" and page_class(html) is None:
                attributes = attributes_of(element)
                more = {name: attributes[name] for name in attributes if name not in _PAGE_OWN}
                return Text(html=self._linked(html)), more
        whole = self._whole(element)
        known = known_block(whole, NAMED + row.key, row.title, self._file_named)
        return known or Foreign(data=whole, format=OLX), {}

    def _file_named(self, name: str) -> str | None:
        """The draft's path of a static file."""
        return self._material.statics.get(static_name(name))

    def _page(self, element: etree._Element) -> str | None:
        """The HTML of a page: in its own file, or inside the element."""
        filename = element.get("filename")
        if not filename:
            text = etree.tostring(element, encoding="unicode", with_tail=False)
            return text[text.index(">") + 1 : text.rindex("<")] if not text.endswith("/>") else ""
        for path in (f"html/{filename}.html", f"html/{filename}"):
            data = self._material.raw(path)
            if data is not None:
                self.used.add(path)
                return data.decode("utf-8-sig", "replace")
        return None

    def _linked(self, html: str) -> str:
        """Addresses of static files as the draft writes them."""
        if "/static/" not in html:
            return html

        def changed(found: re.Match[str]) -> str:
            path = self._material.statics.get(static_name(found[2]))
            return found[0] if path is None else f"{found[1]}{ASSET_SCHEME}{quote(path)}"

        return _STATIC.sub(changed, html)

    def _whole(self, element: etree._Element) -> str:
        """The element as XML, with the definitions of its children and the text of its page."""
        whole = etree.fromstring(etree.tostring(element, with_tail=False), _PARSER)
        for name in _KEPT_OWN:
            if name in whole.attrib:
                del whole.attrib[name]
        if whole.tag == "html" and whole.get("filename") and not len(whole):
            whole.text = self._page(whole)
        elif whole.tag in NESTING:
            self._inline(whole)
        return etree.tostring(whole, encoding="unicode")

    def _inline(self, parent: etree._Element) -> None:
        for child in list(parent):
            found = self.definition(child)
            if found is None:
                continue
            inner = etree.fromstring(etree.tostring(found, with_tail=False), _PARSER)
            if child.get("url_name"):
                inner.set("url_name", child.get("url_name") or "")
            parent.replace(child, inner)
            if inner.tag in NESTING or inner.tag == "vertical":
                self._inline(inner)

    def _file(self, path: str) -> etree._Element | None:
        data = self._material.raw(path)
        if data is None:
            return None
        try:
            data.decode()
            return etree.fromstring(data, _PARSER)
        except (etree.XMLSyntaxError, UnicodeDecodeError, ValueError):
            return None


def _is_pointer(element: etree._Element) -> bool:
    text = (element.text or "").strip()
    return set(element.attrib) == {"url_name"} and not len(element) and not text
