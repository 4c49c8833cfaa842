"""What a block says, apart from how it is laid out: equal for XML that means the same to Open edX.

Apart from white space and the order of attributes these are the same: a label in a response and a
paragraph in front of it; a plain `<div>` around the question and none; a solution in a response and
behind it; the two spellings of lists of options; numbers such as `1` and `1.0`.
"""

from __future__ import annotations

import json
import re
from copy import deepcopy
from typing import cast

from lxml import etree

from courseporter.formats.olx.attributes import read_text_attribute
from courseporter.formats.olx.known.parts import seconds_of
from courseporter.formats.olx.read import RESPONSES

Canonical = tuple[str, tuple[tuple[str, str], ...], tuple[object, ...]]

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_INLINE = frozenset(
    "a abbr b big cite code del dfn em font i img ins kbd mark q s samp small span strong sub sup"
    " u var br".split()
)
_WORDS = frozenset("label p div h1 h2 h3 h4 h5 h6 ul ol table pre blockquote".split())
_UNSEEN = frozenset(("responseparam", "additional_answer"))
_PARTS = {"source": {"src"}, "transcript": {"language", "src"}}
_BLANKS = re.compile(r"[ \t\r\n]+")
_ENTRIES = re.compile(r"\s*\(?\s*((?:'[^'\\]*'\s*,?\s*)+)\)?\s*")
_ENTRY = re.compile(r"'([^'\\]*)'")
# Learners never see these: the name says where the block is, the rest is for Studio's editors.
_NOT_CONTENT = frozenset(("url_name", "markdown", "filename", "slug"))


def canonical(element: etree._Element) -> Canonical:
    """The content of a block, comparable."""
    element = deepcopy(element)
    element.tail = None
    for name in _NOT_CONTENT & set(map(str, element.attrib)):
        del element.attrib[name]
    if "display_name" in element.attrib:  # every block shows its title, "" is none
        title = element.get("display_name", "")
        shown = title if element.tag == "poll" else read_text_attribute(title)
        del element.attrib["display_name"]
        if shown:
            element.set("display_name", shown)
    match element.tag:
        case "problem":
            _problem(element)
        case "video":
            _video(element)
        case "poll":
            element.set("answers", _json(element.get("answers", "")))
        case _:
            pass
    return _form(element)


def entries_of(options: str) -> list[str] | None:
    """The entries of a list that is spelled as an attribute, None when that is hard to tell."""
    found = _ENTRIES.fullmatch(options)
    return _ENTRY.findall(found[1]) if found else None


# ---- problems


def _problem(problem: etree._Element) -> None:
    _numbers(problem)
    for response in list(problem.iter(*RESPONSES)):
        _response(response)
    for child in list(problem):
        if child.tag == "div" and not _attributes(child):
            _unwrap(child)
    for wrapper in problem.iter("div"):
        if wrapper.get("class") == "cp-question":
            for entries in wrapper.iter("optioninput"):
                entries[:] = sorted(entries, key=lambda one: one.text or "")


def _numbers(problem: etree._Element) -> None:
    for name in ("weight", "max_attempts"):
        if value := problem.get(name):
            problem.set(name, _number(value))


def _response(response: etree._Element) -> None:
    _move(response)
    unseen = [one for one in response if one.tag in _UNSEEN and _is_alone(one)]
    for place, one in enumerate(unseen):
        one.tail = None
        response.insert(place, one)
    for group in response.iter("checkboxgroup"):
        for choice in group.iter("choice"):
            _taken(choice, "name")
    for listed in response.iter("optioninput"):
        _entries(listed)
    for one in response.iter("choice", "option"):
        if correct := one.get("correct"):
            one.set("correct", correct.lower())


def _move(response: etree._Element) -> None:
    """The words in front of the response, the solution behind it."""
    parent = response.getparent()
    if parent is None or parent.tag != "problem":
        return
    for one in words_of(response):
        one.tag = "p" if one.tag == "label" else one.tag
        one.tail = None
        response.addprevious(one)
    for one in response.findall("solution"):
        if _is_alone(one):
            one.tail = None
            response.addnext(one)


def words_of(response: etree._Element) -> list[etree._Element]:
    """What a response says before its fields: its label, and paragraphs around that."""
    found: list[etree._Element] = []
    if (response.text or "").strip():
        return found
    for one in response:
        if one.tag not in _WORDS or not _is_alone(one):
            break
        found.append(one)
    return found


def _is_alone(element: etree._Element) -> bool:
    """Whether no text follows that would move along."""
    return not (element.tail or "").strip()


def _entries(listed: etree._Element) -> None:
    options, correct = listed.get("options"), listed.get("correct")
    entries = None if options is None or len(listed) else entries_of(options)
    if entries is None or correct is None or entries.count(correct) != 1:
        return
    del listed.attrib["options"], listed.attrib["correct"]
    for entry in entries:
        one = etree.SubElement(listed, "option", correct=str(entry == correct))
        one.text = entry


def _unwrap(element: etree._Element) -> None:
    element.tag = "cp-wrapper"
    parent = element.getparent()
    if parent is not None:
        etree.strip_tags(parent, "cp-wrapper")


# ---- videos


def _video(video: etree._Element) -> None:
    sources = _list(_taken(video, "html5_sources", "[]"))
    sources += [str(one.get("src")) for one in video if one.tag == "source"]
    captions = _mapping(_taken(video, "transcripts", "{}"))
    captions |= {
        str(one.get("language")): str(one.get("src")) for one in video if one.tag == "transcript"
    }
    for one in list(video):
        if not len(one) and set(_attributes(one)) == _PARTS.get(str(one.tag)):
            video.remove(one)
    youtube = _taken(video, "youtube", "")
    if youtube and youtube != f"1.00:{video.get('youtube_id_1_0', '')}":
        video.set("youtube", youtube)
    for name in ("start_time", "end_time"):
        value = _taken(video, name, "")
        if value and (seconds := seconds_of(value)) != 0:
            video.set(name, value if seconds is None else str(seconds))
    video.set("cp-sources", json.dumps(list(dict.fromkeys(sources))))
    video.set("cp-captions", json.dumps(captions, sort_keys=True))


def _list(value: str) -> list[str]:
    found = _loaded(value)
    return [str(one) for one in cast("list[object]", found)] if isinstance(found, list) else [value]


def _mapping(value: str) -> dict[str, str]:
    found = _loaded(value)
    if not isinstance(found, dict):
        return {"": value}
    return {str(key): str(one) for key, one in cast("dict[object, object]", found).items()}


def _json(value: str) -> str:
    return json.dumps(_loaded(value), sort_keys=True)


def _loaded(value: str) -> object:
    try:
        return cast("object", json.loads(value))
    except (ValueError, RecursionError):
        return value


def _taken(element: etree._Element, name: str, default: str = "") -> str:
    """The value of an attribute that is removed."""
    value = element.get(name)
    if value is None:
        return default
    del element.attrib[name]
    return value


# ---- any element


def _form(element: etree._Element) -> Canonical:
    exact = element.tag == "pre"
    parts: list[object] = []
    _add(parts, element.text, exact=exact)
    for child in element:
        parts.append(_form(child))
        _add(parts, child.tail, exact=exact)
    if not exact:
        parts = _trimmed(parts, edges=element.tag not in _INLINE)
    return str(element.tag), tuple(sorted(_attributes(element).items())), tuple(parts)


def _add(parts: list[object], text: str | None, *, exact: bool) -> None:
    """Blanks between elements are dropped, as the platform does."""
    if text and (exact or text.strip(" \t\r\n")):
        parts.append(text if exact else _BLANKS.sub(" ", text))


def _trimmed(parts: list[object], *, edges: bool) -> list[object]:
    """The parts without blanks that no browser shows: at the edges of blocks."""
    found: list[object] = []
    for place, part in enumerate(parts):
        if not isinstance(part, str):
            found.append(part)
            continue
        before = parts[place - 1] if place else None
        after = parts[place + 1] if place + 1 < len(parts) else None
        if _is_block(before) or (before is None and edges):
            part = part.lstrip(" ")  # noqa: PLW2901 - the same text, trimmed
        if _is_block(after) or (after is None and edges):
            part = part.rstrip(" ")  # noqa: PLW2901 - the same text, trimmed
        found.append(part)
    return found


def _is_block(part: object) -> bool:
    return isinstance(part, tuple) and cast("Canonical", part)[0] not in _INLINE


def _attributes(element: etree._Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.attrib.items() if name != _SPACE}


def _number(value: str) -> str:
    try:
        return repr(float(value))
    except ValueError:
        return value
