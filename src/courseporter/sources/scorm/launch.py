"""What an item launches: a file of the package, an address outside, or nothing, with a reason."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from msgspec.structs import replace

from courseporter.errors import InputError, Message, _
from courseporter.formats.scorm_player.choice import LOST
from courseporter.formats.scorm_player.content_types import is_page
from courseporter.model import Block, Link, Package, Text
from courseporter.sources.scorm.files import Files, add_parameters, as_address
from courseporter.sources.scorm.height import HEAD, height_of
from courseporter.sources.scorm.items import Item
from courseporter.sources.scorm.notes import Notes

KEY = "item:"  # in front of an identifier
LEADS_OUT = _("It opens an address outside the package, so the course only links to it.")


class Launch(NamedTuple):
    """`block` is what the course gets (None: a container only), `href` goes to the ledger.

    `lost` says what is lost, `fault` why it failed; at most one of them is set.
    """

    block: Block | None
    href: str | None = None
    lost: Message | None = None
    fault: Message | None = None


class FirstPage(NamedTuple):
    """What was found in a file that a lesson opens; `fault` says why it can't be opened."""

    height: int | None
    fault: Message | None = None


class Launcher:
    """Resolves items one by one; problems are counted in `notes`.

    `package` is what all lessons have in common: file, version, identity and mode.
    """

    def __init__(self, files: Files, package: Package, notes: Notes) -> None:
        self._files = files
        self._package = package
        self._notes = notes
        self._launched = 0
        self._first_pages: dict[str, FirstPage] = {}

    def launch(self, item: Item, key: str) -> Launch:
        """Return what the item opens; `key` is its key in the outline."""
        if item.fault:
            return _failed(item.fault)
        if not item.ref:
            return Launch(None) if item.parent else Launch(Text(html=_EMPTY))
        name = f"“{item.title or item.identifier}”"
        resource = item.scope.resources.get(item.ref)
        if resource is None:
            self._notes.add("dangling_reference", f"{name} ({item.identifier}) → “{item.ref}”", key)
            return _failed(
                _("It refers to the resource “{ref}”, which doesn't exist.", ref=item.ref)
            )
        if resource.only:
            self._notes.add("only_file_taken", f"{name} → “{resource.only}”", key)
            return self._resolve(item, resource.only, (), key)._replace(href=None)
        if not resource.url or resource.url[0] in "?#":
            self._notes.add("resource_without_file", f"{name} → “{item.ref}”", key)
            reason = _("Its resource “{ref}” names no file to open.", ref=item.ref)
            return _failed(reason, resource.url)
        return self._resolve(item, resource.url, resource.others, key)

    def _resolve(self, item: Item, url: str, others: tuple[str, ...], key: str) -> Launch:
        found = self._files.find_start(url, others)
        href = add_parameters(url, item.parameters)
        if found.state == "replaced":
            self._notes.add("launch_replaced", f"“{url}” → “{found.path}”", key)
        if found.state in ("exact", "repaired", "replaced"):
            fault = self._first_page(found.path).fault
            if fault:
                return _failed(fault, href)
            target = add_parameters(as_address(found.path) + found.suffix, item.parameters)
            address = target if found.state == "repaired" else href
            return Launch(
                self._block(item, key, target, found.path),
                _tidy(address),
                lost=LOST[self._package.mode],
            )
        if found.state == "external":
            web = "https:" + href if href.startswith("//") else href
            self._notes.add("external_resource", web, key)
            return Launch(Link(url=web), href, lost=LEADS_OUT)
        if found.state == "missing":
            reason = _("The file “{path}” is missing from the package.", path=found.path)
            return _failed(reason, href)
        self._notes.add("unsafe_reference", f"“{url}”", key)
        if found.state == "foreign":
            return _failed(_("“{url}” isn't an address that a lesson can open.", url=url))
        return _failed(_("The address “{url}” leads out of the package.", url=url), href)

    def _block(self, item: Item, key: str, href: str, path: str) -> Package:
        """Return the lesson, named after its key, because two items may share an identifier."""
        package, settings, number = self._package, item.settings, self._launched
        self._launched += 1
        return Package(
            file=package.file,
            href=href,
            version=package.version,
            mode=package.mode,
            identity=package.identity,
            item=key.removeprefix(KEY),
            number=number,
            mastery=settings.mastery,
            threshold=settings.threshold,
            launch_data=settings.launch_data,
            max_time=settings.max_time,
            time_action=settings.time_action,
            height=self._first_page(path).height,
        )

    def _first_page(self, path: str) -> FirstPage:
        """Return what was found in the file that opens first; items often share it."""
        seen = self._first_pages.get(path)
        if seen is None:
            seen = self._first_pages[path] = self._look(path)
        return seen

    def _look(self, path: str) -> FirstPage:
        try:
            head = self._files.head(path, HEAD)
        except InputError as error:
            sentence = _FAULTS.get(error.code, _DAMAGED)
            return FirstPage(None, replace(sentence, args={"path": path}))
        return FirstPage(height_of(head) if is_page(path) else None)


_DAMAGED = _("The file “{path}” is damaged.", path="")
_FAULTS = {
    "archive_encrypted": _("The file “{path}” is protected by a password.", path=""),
    "archive_unsupported": _("The file “{path}” is compressed in an unsupported way.", path=""),
}
_EMPTY = "<p>The package gives this item a title, but nothing to open.</p>"


def _failed(reason: Message, href: str | None = None) -> Launch:
    text = Text(html=f"<p>This part couldn't be imported. {escape(str(reason))}</p>")
    return Launch(text, href, fault=reason)


def _tidy(url: str) -> str:
    """Return the address with `/` as separator; query and fragment stay as they are."""
    cut = min((at for at in (url.find("?"), url.find("#")) if at >= 0), default=len(url))
    return url[:cut].replace("\\", "/").removeprefix("./") + url[cut:]
