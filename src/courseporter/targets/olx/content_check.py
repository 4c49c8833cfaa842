"""What works on Open edX, but worse than it could: pictures that can't be read out, gaps between
headings, frames that browsers block, repeated questions and titles, videos without captions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from courseporter.errors import Problem, _
from courseporter.formats.html.frames import insecure_frame
from courseporter.formats.html.headings import heading_jump
from courseporter.formats.html.pictures import unnamed_pictures
from courseporter.formats.olx.package.html_rules import safe_address
from courseporter.formats.olx.package.problems import problem
from courseporter.model import Node, Question, Quiz, Video


def page_problems(node: Node, html: str) -> Iterator[Problem]:
    """One problem for each picture without text, one for gaps between headings, one for frames."""
    if "<" not in html:
        return
    for name in unnamed_pictures(html):
        yield problem("image_without_text", node.title, name, key=node.key, fix="name_picture")
    if (gap := heading_jump(html)) is not None:
        detail = _("h{first} is followed by h{second}", first=gap[0], second=gap[1])
        yield problem("heading_jump", node.title, detail, key=node.key, fix="close_gaps")
    if (address := insecure_frame(html)) is not None:
        yield problem("insecure_frame", node.title, address, key=node.key, fix="secure_frames")


def repeated_questions(node: Node, quiz: Quiz) -> Iterator[Problem]:
    """One problem for each question that is in the quiz twice."""
    if len(quiz.questions) < 2 or len({one.text for one in quiz.questions}) == len(quiz.questions):
        return
    seen: set[object] = set()
    for one in quiz.questions:
        same = question_mark(one)
        if same in seen:
            name = one.title or one.text
            yield problem(
                "question_duplicate", name, node.title, key=one.key, fix="remove_duplicate"
            )
        seen.add(same)


def question_mark(one: Question) -> object:
    """What two questions have in common that ask and accept the same."""
    options = tuple((option.text.strip(), option.correct, option.match) for option in one.options)
    return one.type, one.text.strip(), options, one.answers, one.gaps


def video_problems(node: Node, block: Video) -> Iterator[Problem]:
    """A video that plays from a file and has no captions; YouTube has captions of its own."""
    plays = block.file or any(map(safe_address, block.sources))
    if plays and not block.captions and not block.youtube:
        yield problem("captions_missing", node.title, key=node.key, fix="add_captions")


def clashing_titles(titles: Iterable[tuple[str, str, str]]) -> Iterator[Problem]:
    """Siblings with the same title: of each, its kind, title and key.

    The detail of a problem is the title that tells the item apart.
    """
    found = list(titles)
    counts: dict[str, int] = {}
    for _kind, title, _key in found:
        counts[title] = counts.get(title, 0) + 1
    if len(counts) == len(found):
        return
    taken, seen = set(counts), set[str]()
    for kind, title, key in found:
        if title in seen and title.strip():
            number = 2
            while (new := f"{title} ({number})") in taken:
                number += 1
            taken.add(new)
            code = "section_title_clash" if kind == "section" else "lesson_title_clash"
            yield problem(code, title, new, key=key, fix="number_title")
        seen.add(title)
