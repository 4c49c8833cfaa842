"""An element of Open edX as a block of ours, if nothing of it would be lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote

from lxml import etree
from msgspec.structs import replace

from courseporter.formats.olx.known.canonical import canonical
from courseporter.formats.olx.known.original import print_of, with_original
from courseporter.formats.olx.known.polls import question_of_poll
from courseporter.formats.olx.known.problems import questions_of
from courseporter.formats.olx.known.videos import videos_of
from courseporter.formats.olx.links import Links
from courseporter.formats.olx.problem import problem_xml
from courseporter.formats.olx.survey import poll_xml
from courseporter.formats.olx.unfit import unfit
from courseporter.formats.olx.video import plays, video_xml
from courseporter.model import ASSET_SCHEME, Original, Question, Quiz, Video

Files = Callable[[str], str | None]
_STATIC = re.compile(r"""(?<=["'])/static/([^"'<>?#]+)""")
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True,
    remove_pis=True,
)  # fmt: skip


def known_block(xml: str, key: str, title: str, files: Files) -> Quiz | Video | None:
    """The block that writes the same content again; None when there is none.

    `files` gives the path of the draft's file with this static name.  What the model has no field
    for is kept with the block, as `original`.
    """
    try:
        element = etree.fromstring(xml.encode(), _PARSER)
    except etree.XMLSyntaxError:  # such as elements in more than 256 others
        return None
    wanted = canonical(element)
    for block, written in _candidates(element, key, title, files):
        original = Original(xml=xml, fingerprint=print_of(block))
        complete = replace(block, original=original)
        again = etree.fromstring(with_original(written, complete).encode(), _PARSER)
        if canonical(again) == wanted:
            return complete
    return None


def _candidates(
    element: etree._Element, key: str, title: str, files: Files
) -> Iterator[tuple[Quiz | Video, str]]:
    """Blocks that the element may be, with the XML that we write for each."""
    links = Links()
    if element.tag == "video":
        for video in videos_of(element, files):
            if plays(video):
                yield video, video_xml(video, title, links)
        return
    for question in _questions(element, key, files):
        quiz = Quiz(questions=(question,))
        survey = question.type == "survey"
        written = (
            poll_xml(question, key, title) if survey else problem_xml(question, quiz, title, links)
        )
        yield quiz, written


def _questions(element: etree._Element, key: str, files: Files) -> Iterator[Question]:
    """Questions that can be graded."""
    found: Iterable[Question | None] = ()
    if element.tag == "problem":
        found = questions_of(_linked(element, files), key)
    elif element.tag == "poll":
        found = (question_of_poll(element, key),)
    return (one for one in found if one is not None and unfit(one) is None)


def _linked(element: etree._Element, files: Files) -> etree._Element:
    """The element with addresses of static files as drafts write them."""
    xml = etree.tostring(element, encoding="unicode", with_tail=False)
    if "/static/" not in xml:
        return element

    def changed(found: re.Match[str]) -> str:
        path = files(found[1])
        return found[0] if path is None else ASSET_SCHEME + quote(path)

    return etree.fromstring(_STATIC.sub(changed, xml).encode(), _PARSER)
