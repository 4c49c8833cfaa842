"""The site's OLX gate as far as tests need it: what it finds in pages, pointers and settings."""

from __future__ import annotations

import json

from lxml import etree

from .importer import Archive, ImportFailed

_HTML5 = "audio video section figure figcaption article aside header footer nav main svg details"


def check(path, stage: int) -> None:
    """Raise ImportFailed with the findings as the platform words them."""
    archive = Archive(path)
    errors = [*_pages(archive), *_pointers(archive)]
    if stage >= 8:
        errors += _settings(archive)
    if errors:
        counts: dict[str, int] = {}
        for line in errors:
            name = line.split()[1]
            counts[name] = counts.get(name, 0) + 1
        listed = [f"    {name}: {count}" for name, count in counts.items()]
        summary = ["Summary:", f"ERRORs: {len(errors)}", *listed]
        text = json.dumps({"summary": summary, "errors": errors, "warnings": []})
        raise ImportFailed(text, 1, "OLX_VALIDATION_ERROR")


def _pages(archive: Archive) -> list[str]:
    found = []
    for name, data in sorted(archive.below("html").items()):
        if not name.endswith(".html"):
            continue
        try:
            data.decode()
        except UnicodeDecodeError:
            found.append(f"ERROR InvalidHTML (html/{name}): utf-8")
            continue
        tags = {f"Tag {tag} invalid" for tag in _HTML5.split() if f"<{tag}".encode() in data}
        found += [f"ERROR InvalidHTML (html/{name}): {message}" for message in sorted(tags)]
    return found


def _pointers(archive: Archive) -> list[str]:
    found = []
    for folder in ("course", "chapter", "sequential", "vertical"):
        for name, data in sorted(archive.below(folder).items()):
            try:
                element = etree.fromstring(data)
            except etree.XMLSyntaxError as error:
                found.append(f"ERROR InvalidXML ({folder}/{name}): {error.msg}")
                continue
            found += _missing(archive, element, f"{folder}/{name}")
    return found


def _missing(archive: Archive, element: etree._Element, where: str) -> list[str]:
    found = []
    for child in element:
        name = child.get("url_name")
        if set(child.attrib) == {"url_name"} and not len(child) and not child.text:
            path = f"{child.tag}/{name}.xml"
            if archive.get(path) is None:
                found.append(
                    f"ERROR FileDoesNotExist ({where}): The <{child.tag} url_name='{name}'> tag "
                    f"points to the file {path} that does not exist"
                )
    return found


def _settings(archive: Archive) -> list[str]:
    run = etree.fromstring(archive.get("course.xml")).get("url_name")
    root = etree.fromstring(archive.get(f"course/{run}.xml"))
    policy = json.loads(archive.get(f"policies/{run}/policy.json") or b"{}")
    known = set(root.attrib) | set(policy.get(f"course/{run}", {}))
    return [
        f"ERROR InvalidSetting (course/{run}.xml): The tag <course url_name='{run}'> does not "
        f"have the required setting '{name}'."
        for name in ("course_image", "end", "start")
        if name not in known
    ]
