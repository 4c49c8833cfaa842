"""How the site shows a course: structure, single blocks, OLX of a unit, counts."""

from __future__ import annotations

import re
from copy import deepcopy
from statistics import mean, median

from lxml import etree

from .importer import CONTAINERS, POOLS, Block, is_date
from .site import DEFAULT_START, Run

CHILD = {
    "course": ("chapter", "Section"),
    "chapter": ("sequential", "Subsection"),
    "sequential": ("vertical", "Unit"),
}


def usage(run: Run, block: Block) -> str:
    return f"block-v1:{run.key.removeprefix('course-v1:')}+type@{block.type}+block@{block.name}"


def info(run: Run, block: Block, lms: str, *, published: bool = True) -> dict[str, object]:
    locator = usage(run, block)
    locked = block.attributes.get("visible_to_staff_only", "").lower() == "true"
    due = block.attributes.get("due") or None
    graded = block.attributes.get("graded", "").lower() == "true"
    start = block.attributes.get("start", run.schedule["start"] or DEFAULT_START)
    return {
        "id": locator,
        "display_name": block.title,
        "category": block.type,
        "has_children": block.type in CONTAINERS | POOLS,
        "edited_on": "Nov 20, 2026 at 09:40 UTC",
        "published": published,
        "published_on": "Nov 20, 2026 at 09:40 UTC" if published else None,
        "studio_url": f"/container/{locator}" if block.type == "vertical" else None,
        "lms_url": f"{lms}/courses/{run.key}/jump_to/{locator}",
        "released_to_students": True,
        "visibility_state": "staff_only" if locked else "live",
        "has_explicit_staff_lock": locked,
        "start": start.strip('"') if is_date(start) else start,
        "graded": graded,
        "due": due.strip('"') if due else None,
        "format": block.attributes.get("format"),
        "course_graders": [grader["type"] for grader in graders(run)],
        "has_changes": False if block.type in CONTAINERS else None,
        "group_access": {},
        "hide_from_toc": False,
        "ancestor_has_staff_lock": False,
    }


def graders(run: Run) -> list[dict[str, object]]:
    default = ("Homework", "Lab", "Midterm Exam", "Final Exam")
    return run.course.graders if run.course else [{"type": name} for name in default]


def structure(run: Run, block: Block, lms: str) -> dict[str, object]:
    """The tree down to the units."""
    found = info(run, block, lms)
    if block.type in CHILD:
        category, title = CHILD[block.type]
        children = [structure(run, child, lms) for child in block.children]
        found["child_info"] = {
            "category": category,
            "display_name": title,
            "children": children,
        }
    return found


def one(run: Run, block: Block, lms: str, *, published: bool) -> dict[str, object]:
    found = info(run, block, lms, published=published)
    found["data"] = block.body if block.type == "html" else ""
    found["metadata"] = {"display_name": block.title}
    if block.type == "course":
        found["child_info"] = structure(run, block, lms)["child_info"]
    return found


def olx(run: Run, block: Block, studio: str) -> dict[str, object]:
    """The answer of olx-export: the block and everything below it, depth first."""
    blocks: dict[str, object] = {}
    for each in block.walk():
        text = etree.tostring(element(each), encoding="unicode", pretty_print=True)
        text = text.replace(f"/asset-v1:{run.key[10:]}+type@asset+block@", "/static/")
        row: dict[str, object] = {"olx": text}
        names = [name for name in _references(text) if name in run.assets]
        if names:
            row["static_files"] = {name: {"url": address(run, name, studio)} for name in names}
        blocks[usage(run, each)] = row
    return {"root_block_id": usage(run, block), "blocks": blocks}


def address(run: Run, name: str, studio: str) -> str:
    return f"{studio}/asset-v1:{run.key.removeprefix('course-v1:')}+type@asset+block@{name}"


def element(block: Block) -> etree._Element:
    made = etree.Element(block.type)
    for name in sorted(block.attributes):
        if name != "display_name":
            made.set(name, block.attributes[name])
    if block.type != "vertical" or block.attributes.get("display_name") is not None:
        made.set("display_name", block.title)
    if block.type == "html":
        made.text = etree.CDATA((block.body or "").replace("]]>", "]]&gt;"))
        return made
    made.text = block.text or None
    made.extend(deepcopy(child) for child in block.inner)
    made.extend(element(child) for child in block.children)
    return made


def _references(text: str) -> list[str]:
    found = re.findall(r"/static/([^\"'&\s<>)]+)", text)
    return list(dict.fromkeys(name.replace("/", "_") for name in found))


def quality(run: Run) -> dict[str, object]:
    root = run.course.root if run.course else Block("course", "course", {})
    sections = root.children
    lessons = [lesson for section in sections for lesson in section.children]
    units = [unit for lesson in lessons for unit in lesson.children]
    videos = sum(block.type == "video" for block in root.walk())
    return {
        "is_self_paced": run.pacing == "self_paced",
        "sections": {"total_number": len(sections), "total_visible": len(sections)},
        "subsections": {"total_visible": len(lessons)},
        "units": {
            "total_visible": len(units),
            "num_blocks": _spread([len(unit.children) for unit in units]),
        },
        "videos": {"total_number": videos},
    }


def _spread(numbers: list[int]) -> dict[str, float | None]:
    if not numbers:
        return dict.fromkeys(("min", "max", "mean", "median", "mode"))
    return {
        "min": min(numbers),
        "max": max(numbers),
        "mean": round(mean(numbers), 1),
        "median": median(numbers),
        "mode": max(set(numbers), key=numbers.count),
    }


def validation(run: Run) -> dict[str, object]:
    weights = sum(float(str(grader.get("weight", 0))) for grader in graders(run))
    dates = {"has_start_date": True, "has_end_date": bool(run.schedule["end"])}
    return {
        "is_self_paced": run.pacing == "self_paced",
        "dates": dates,
        "assignments": {"total_number": 0, "total_visible": 0},
        "grades": {"has_grading_policy": bool(graders(run)), "sum_of_weights": weights},
        "certificates": {"is_activated": False, "has_certificate": False, "is_enabled": False},
        "updates": {"has_update": False},
    }
