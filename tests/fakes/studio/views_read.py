"""Studio: what can be read back of a course."""

from __future__ import annotations

import re

from . import export
from .guards import author, identify, may_write
from .importer import Block
from .server import Answer, Request, Routes, page
from .site import Run

KEY = r"(?P<key>course-v1:[^/]+)"
USAGE = r"(?P<usage>block-v1:[^/]+)"
FORBIDDEN = {"developer_message": "You do not have permission to perform this action."}


def _root(run: Run) -> Block:
    return run.course.root if run.course else Block("course", "course", {"display_name": run.title})


def course_index(request: Request, key: str) -> Answer:
    refused = identify(request)
    run = request.site.find(key)
    if refused is not None:
        return refused
    if run is None:
        text = f"Unknown course {key}"
        return Answer(404, {"developer_message": text, "error_code": "course_does_not_exist"})
    if not may_write(request, key):
        return Answer(403, FORBIDDEN)
    tree = export.structure(run, _root(run), request.lms)
    return Answer(200, {"course_structure": tree, "language_code": "en"})


def _found(request: Request, usage: str) -> tuple[Run, Block, bool] | None:
    match = re.fullmatch(r"block-v1:(.+)\+type@([^+]+)\+block@(.+)", usage)
    run = request.site.find(f"course-v1:{match[1]}") if match else None
    if match is None or run is None:
        return None
    if (match[2], match[3]) == ("course", "course"):
        return run, _root(run), True
    found = run.block(f"{match[2]}/{match[3]}")
    return None if found is None else (run, *found)


@author
def xblock(request: Request, key: str, usage: str) -> Answer:
    del key
    if "application/json" not in request.headers.get("accept", ""):
        return Answer(406, "")
    found = _found(request, usage)
    if found is None:
        return Answer(500, page(500))
    run, block, published = found
    return Answer(200, export.one(run, block, request.lms, published=published))


def children(request: Request, usage: str) -> Answer:
    refused = identify(request)
    found = _found(request, usage)
    if refused is not None:
        return refused
    if found is None:
        return Answer(404, {"detail": "Not found."})
    run, block, published = found
    rows = [
        {"name": child.title, "block_id": export.usage(run, child), "block_type": child.type}
        for child in block.children
    ]
    return Answer(200, {"children": rows, "is_published": published, "can_paste_component": True})


def olx_export(request: Request, usage: str) -> Answer:
    if not request.site.olx_export:
        return Answer(404, page(404))
    refused = identify(request)
    found = _found(request, usage)
    if refused is not None:
        return refused
    if found is None:
        return Answer(500, page(500))
    run, block, _ = found
    if not may_write(request, run.key):
        return Answer(403, FORBIDDEN)
    if block.type in ("course", "chapter", "sequential"):
        text = "Requested XBlock tree is too large - export verticals or their children only"
        return Answer(400, [text])
    return Answer(200, export.olx(run, block, request.studio))


@author
def quality(request: Request, key: str) -> Answer:
    run = request.site.find(key)
    return Answer(500, page(500)) if run is None else Answer(200, export.quality(run))


@author
def validation(request: Request, key: str) -> Answer:
    run = request.site.find(key)
    return Answer(500, page(500)) if run is None else Answer(200, export.validation(run))


@author
def list_assets(request: Request, key: str) -> Answer:
    run = request.site.find(key)
    if run is None or not request.site.listing:
        return Answer(404, page(404))
    size, at = int(request.query.get("page_size", 50)), int(request.query.get("page", 0))
    names = sorted(run.assets)
    org = run.key.removeprefix("course-v1:")
    rows = [
        {
            "id": f"asset-v1:{org}+type@asset+block@{name}",
            "display_name": name,
            "url": f"/asset-v1:{org}+type@asset+block@{name}",
            "portable_url": f"/static/{name}",
            "locked": False,
            "file_size": len(run.assets[name]),
        }
        for name in names[at * size : (at + 1) * size]
    ]
    counts = {"page": at, "pageSize": size, "totalCount": len(names)}
    return Answer(200, {"start": at * size, **counts, "assets": rows})


@author
def put_asset(request: Request, key: str) -> Answer:
    run = request.site.find(key)
    if run is None or request.upload is None:
        return Answer(400, page(400))
    run.assets[request.upload.filename] = request.upload.path.read_bytes()
    return Answer(
        200, {"asset": {"display_name": request.upload.filename}, "msg": "Upload completed"}
    )


def get_asset(request: Request, run: str, name: str) -> Answer:
    found = request.site.find(f"course-v1:{run}")
    if found is None or name not in found.assets:
        return Answer(404, page(404))
    return Answer(200, found.assets[name])


@author
def course_details(request: Request, key: str) -> Answer:
    run = request.site.find(key)
    if run is None:
        return Answer(404, {"developer_message": f"Unknown course {key}"})
    about = run.about
    return Answer(
        200,
        {
            "title": run.title,
            "overview": about.get("overview.html", ""),
            "short_description": about.get("short_description.html", ""),
            "start_date": run.schedule["start"],
            "end_date": run.schedule["end"],
            "enrollment_start": run.schedule["enrollment_start"],
            "enrollment_end": run.schedule["enrollment_end"],
            "self_paced": run.pacing == "self_paced",
            "course_image_name": run.image,
            "language": (run.course.settings.get("language") if run.course else None) or "en",
        },
    )


@author
def course_grading(request: Request, key: str) -> Answer:
    run = request.site.find(key)
    if run is None:
        return Answer(404, {"developer_message": f"Unknown course {key}"})
    graders = [
        {
            "type": str(one["type"]),
            "min_count": one.get("min_count", 1),
            "drop_count": one.get("drop_count", 0),
            "short_label": one.get("short_label"),
            "weight": 100 * float(str(one.get("weight", 0))),
            "id": number,
        }
        for number, one in enumerate(export.graders(run))
    ]
    return Answer(200, {"course_details": {"graders": graders, "grade_cutoffs": {"Pass": 0.5}}})


ROUTES: Routes = [
    ("GET", rf"/api/contentstore/v1/course_index/{KEY}", course_index),
    ("GET", rf"/api/contentstore/v1/course_details/{KEY}", course_details),
    ("GET", rf"/api/contentstore/v1/course_grading/{KEY}", course_grading),
    ("GET", rf"/api/contentstore/v0/xblock/{KEY}/{USAGE}", xblock),
    ("GET", rf"/api/contentstore/v1/container/vertical/{USAGE}/children", children),
    ("GET", rf"/api/olx-export/v1/xblock/{USAGE}/", olx_export),
    ("GET", rf"/api/courses/v1/quality/{KEY}/", quality),
    ("GET", rf"/api/courses/v1/validation/{KEY}/", validation),
    ("GET", rf"/api/contentstore/v0/file_assets/{KEY}", list_assets),
    ("POST", rf"/api/contentstore/v0/file_assets/{KEY}", put_asset),
    ("GET", r"/asset-v1:(?P<run>.+)\+type@asset\+block@(?P<name>[^/]+)", get_asset),
]
