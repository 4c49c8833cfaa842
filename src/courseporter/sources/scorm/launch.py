"""What an item launches: a file of the package, an address outside, or nothing and why."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from courseporter.errors import InputError
from courseporter.formats.scorm_player.choice import LOST
from courseporter.formats.scorm_player.content_types import is_page
from courseporter.model import Block, Link, Package, Text
from courseporter.sources.scorm.files import Files, add_parameters, as_address
from courseporter.sources.scorm.height import HEAD, height_of
from courseporter.sources.scorm.items import Item
from courseporter.sources.scorm.notes import Notes

KEY = "item:"  # in front of an identifier
LEADS_OUT = "It opens an address outside the package, which the course only links to."


class Launch(NamedTuple):
    """`block` is what stands in the course (None: a mere container), `href` goes to the ledger.

    `lost` says what is lost, `fault` why it failed; at most one of them is set.
    """

    block: Block | None
    href: str | None = None
    lost: str | None = None
    fault: str | None = None


class FirstPage(NamedTuple):
    """What was seen in a file that a lesson opens; `fault` says why nobody can open it."""

    height: int | None
    fault: str | None = None


class Launcher:
    """Resolves items one by one; what is odd is counted in `notes`.

    `package` is what all lessons have in common: file, version, identity and mode.
    """

    def __init__(self, files: Files, package: Package, notes: Notes) -> None:
        self._files = files
        self._package = package
        self._notes = notes
        self._launched = 0
        self._first_pages: dict[str, FirstPage] = {}

    def launch(self, item: Item, key: str) -> Launch:
        """What the item opens; `key` is its place in the outline."""
        if item.fault:
            return _failed(item.fault)
        if not item.ref:
            return Launch(None) if item.parent else Launch(Text(html=_EMPTY))
        name = f"“{item.title or item.identifier}”"
        resource = item.scope.resources.get(item.ref)
        if resource is None:
            self._notes.add("dangling_reference", f"{name} ({item.identifier}) → “{item.ref}”", key)
            return _failed(f"It refers to the resource “{item.ref}”, which the package lacks.")
        if resource.only:
            self._notes.add("only_file_taken", f"{name} → “{resource.only}”", key)
            return self._resolve(item, resource.only, (), key)._replace(href=None)
        if not resource.url or resource.url[0] in "?#":
            self._notes.add("resource_without_file", f"{name} → “{item.ref}”", key)
            return _failed(f"Its resource “{item.ref}” names no file to open.", resource.url)
        return self._resolve(item, resource.url, resource.others, key)

    def _resolve(self, item: Item, url: str, others: tuple[str, ...], key: str) -> Launch:
        found = self._files.find(url, others)
        href = add_parameters(url, item.parameters)
        if found.state in ("exact", "repaired"):
            fault = self._first_page(found.path).fault
            if fault:
                return _failed(f"The file “{found.path}” {fault}.", href)
            target = add_parameters(as_address(found.path) + found.suffix, item.parameters)
            said = href if found.state == "exact" else target
            return Launch(
                self._block(item, key, target, found.path),
                _tidy(said),
                lost=LOST[self._package.mode],
            )
        if found.state == "external":
            web = "https:" + href if href.startswith("//") else href
            self._notes.add("external_resource", web, key)
            return Launch(Link(url=web), href, lost=LEADS_OUT)
        if found.state == "missing":
            return _failed(f"The file “{found.path}” is not in the package.", href)
        self._notes.add("unsafe_reference", f"“{url}”", key)
        reason = f"The address “{url}” leads out of the package."
        if found.state == "foreign":
            return _failed(f"“{url}” is no address that a lesson may open.")
        return _failed(reason, href)

    def _block(self, item: Item, key: str, href: str, path: str) -> Package:
        """The lesson; its name is that of its key, because two items may share an identifier."""
        package, told, number = self._package, item.told, self._launched
        self._launched += 1
        return Package(
            file=package.file,
            href=href,
            version=package.version,
            mode=package.mode,
            identity=package.identity,
            item=key.removeprefix(KEY),
            number=number,
            mastery=told.mastery,
            threshold=told.threshold,
            launch_data=told.launch_data,
            max_time=told.max_time,
            time_action=told.time_action,
            height=self._first_page(path).height,
        )

    def _first_page(self, path: str) -> FirstPage:
        """The file that is opened first; items often share it."""
        seen = self._first_pages.get(path)
        if seen is None:
            seen = self._first_pages[path] = self._look(path)
        return seen

    def _look(self, path: str) -> FirstPage:
        try:
            head = self._files.head(path, HEAD)
        except InputError as error:
            return FirstPage(None, _FAULTS.get(error.code, "is damaged"))
        return FirstPage(height_of(head) if is_page(path) else None)


_FAULTS = {
    "archive_encrypted": "is protected by a password",
    "archive_unsupported": "is packed in a way that cannot be read",
}
_EMPTY = "<p>The package gives this item a title, but nothing to open.</p>"


def _failed(reason: str, href: str | None = None) -> Launch:
    text = Text(html=f"<p>This part could not be brought over. {escape(reason)}</p>")
    return Launch(text, href, fault=reason)


def _tidy(url: str) -> str:
    """The address with `/` for separators; query and fragment stay as they are."""
    cut = min((at for at in (url.find("?"), url.find("#")) if at >= 0), default=len(url))
    return url[:cut].replace("\\", "/").removeprefix("./") + url[cut:]
