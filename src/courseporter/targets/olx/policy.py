"""The files around the blocks: course.xml, course/RUN.xml, policies, about pages.  Nothing depends
on the clock.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from courseporter.formats.html import strip_active, to_text
from courseporter.formats.languages import platform_language
from courseporter.formats.names import static_name
from courseporter.formats.olx.attributes import attribute_text, clean_title, plain_html
from courseporter.formats.olx.links import Links
from courseporter.model import Course
from courseporter.targets.olx import cover, grading
from courseporter.targets.olx.dates import END, START, moment
from courseporter.targets.olx.identity import course_identity
from courseporter.targets.olx.kept import Kept, as_text

Member = tuple[str, bytes]
_TABS = (
    ("courseware", "Course"),
    ("progress", "Progress"),
    ("dates", "Dates"),
    ("discussion", "Discussion"),
    ("wiki", "Wiki"),
)


def course_members(
    course: Course,
    chapters: Sequence[str],
    image: str,
    links: Links,
    modules: Sequence[str] = (),
    kept: Kept | None = None,
) -> list[Member]:
    """All files but blocks and assets.  `chapters` are url_names in order, `image` the static name
    of the cover, `modules` the types of blocks that Studio must be told to offer; `kept` is what
    the course had in Open edX.
    """
    settings = _settings(course, image)
    if modules:
        settings["advanced_modules"] = list(modules)
    org, number, run = course_identity(course)
    if kept:
        return _kept_members(course, chapters, settings, kept)
    members = [
        ("course.xml", _course_pointer(org, number, run)),
        (f"course/{run}.xml", _course(course, (org, number, run), chapters)),
        (f"policies/{run}/policy.json", _json({f"course/{run}": settings})),
        (f"policies/{run}/grading_policy.json", _json(grading.policy(course))),
        ("about/overview.html", _overview(course, links)),
    ]
    short = to_text(course.subtitle or "")
    if short:
        members.append(("about/short_description.html", plain_html(short, quote=False).encode()))
    return members


def _kept_members(
    course: Course, chapters: Sequence[str], settings: dict[str, object], kept: Kept
) -> list[Member]:
    """The same for a course from Open edX: its own files, with what the draft says over them."""
    org, number, run = course_identity(course)
    given = ["course_image"] if course.cover else []
    given += [name for name in _FROM_COURSE if getattr(course, name)]
    policy = kept.policy(run, settings, given)
    members = [
        ("course.xml", _course_pointer(org, number, run)),
        (f"course/{run}.xml", _course(course, (org, number, run), chapters, kept)),
        (f"policies/{run}/policy.json", _json(policy)),
    ]
    if course.grading is not None:
        name = f"policies/{run}/grading_policy.json"
        members.append((name, _json(grading.policy(course))))
    names = {name for name, _data in members}
    return members + [file for file in kept.files(run) if file[0] not in names]


_FROM_COURSE = ("start", "end", "enrollment_start", "enrollment_end", "language")


def locked_members(names: Iterable[str]) -> Member:
    """The policy of static files that only enrolled learners get."""
    return "policies/assets.json", _json({name: {"locked": True} for name in names})


def cover_name(course: Course, has_cover: bool) -> str:  # noqa: FBT001 - a fact, not a switch
    """Static name of the course image; the neutral picture when there is none."""
    return static_name(course.cover) if course.cover and has_cover else cover.NAME


def _course_pointer(org: str, number: str, run: str) -> bytes:
    """Exactly these three attributes: with any other the importer does not follow the pointer."""
    return f'<course url_name="{run}" org="{org}" course="{number}"/>\n'.encode()


def _course(
    course: Course,
    identity: tuple[str, str, str],
    chapters: Sequence[str],
    kept: Kept | None = None,
) -> bytes:
    title = attribute_text(clean_title(course.title))
    more = as_text(kept.course) if kept else ""
    lines = [f'<course display_name="{title}"{more}>']
    lines += [f'  <chapter url_name="{name}"/>' for name in chapters]
    elements = kept.elements if kept else [f'<wiki slug="{".".join(identity)}"/>']
    lines += [*(f"  {element}" for element in elements), "</course>", ""]
    return "\n".join(lines).encode()


def _start(course: Course) -> str:
    return moment(course.start) or START


def _end(course: Course) -> str:
    end = moment(course.end) or END
    return end if end > _start(course) else END


def _settings(course: Course, image: str) -> dict[str, object]:
    settings: dict[str, object] = {
        "start": _start(course),
        "end": _end(course),
        "course_image": image,
        "self_paced": True,
        "tabs": [{"type": kind, "name": name, "course_staff_only": False} for kind, name in _TABS],
    }
    if course.language and (known := platform_language(course.language)):
        spelled = course.language.casefold() == known
        settings["language"] = course.language if spelled else known
    for name in ("enrollment_start", "enrollment_end"):
        if date := moment(getattr(course, name)):
            settings[name] = date
    return settings


def _overview(course: Course, links: Links) -> bytes:
    """The about page; always written, because Open edX would show its placeholder instead."""
    parts = [
        f'<section class="about">\n<h2>{plain_html(clean_title(course.title), quote=False)}</h2>'
    ]
    if course.description:
        parts.append(links.rewrite(strip_active(course.description)))
    parts.append("</section>")
    if course.keywords:
        words = plain_html(", ".join(course.keywords), quote=False)
        parts.append(f'<section class="keywords"><p>{words}</p></section>')
    return ("\n".join(parts) + "\n").encode("utf-8", "replace")


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode(
        "utf-8", "replace"
    )
