"""Studio: runs, imports, tasks."""

from __future__ import annotations

from . import views_read
from .guards import author, known, staff
from .importer import NAME
from .server import Answer, Request, Routes, page
from .site import Run, Task
from .views_lms import heartbeat, me

KEY = r"(?P<key>course-v1:[^/+]+\+[^/+]+\+[^/+]+)"
NO_STATE = {
    "developer_message": "'NoneType' object has no attribute 'state'",
    "error_code": "internal_error",
}
NO_NAME = {"developer_message": "'filename'", "error_code": "internal_error"}
INTERNAL = {"developer_message": "", "error_code": "internal_error"}
REQUIRED = "This field is required."
MODES = ("title", "org", "number", "run")


@known
def contentstore_heartbeat(_request: Request) -> Answer:
    return Answer(200, {"status": "heartbeat successful"})


def run_json(run: Run, studio: str) -> dict[str, object]:
    key = run.key.removeprefix("course-v1:")
    image = f"{studio}/asset-v1:{key}+type@asset+block@{run.image}"
    return {
        "schedule": run.schedule,
        "pacing_type": run.pacing,
        "team": run.team,
        "id": run.key,
        "title": run.title,
        "images": {"card_image": image},
    }


@staff
def create_run(request: Request) -> Answer:
    given = request.json
    for name in MODES:
        if not given.get(name):
            return Answer(400, {name: [REQUIRED]})
    wrong = _schedule_error(given) or _team_error(request, given)
    if wrong:
        return Answer(400, wrong)
    parts = (given["org"], given["number"], given["run"])
    key = "course-v1:" + "+".join(parts)
    sound = all(NAME.fullmatch(part) for part in parts)
    if not sound or len(key) > 255 or request.site.taken(key):
        return Answer(500, page(500))
    run = request.site.create(
        *parts,
        title=given["title"],
        schedule=given.get("schedule") or {},
        pacing=given.get("pacing_type", "instructor_paced"),
        team=given.get("team") or [],
    )
    names = dict(zip(("org", "number", "run"), parts, strict=True))
    return Answer(201, run_json(run, request.studio) | names)


def _schedule_error(given: dict[str, object]) -> dict[str, object] | None:
    schedule = given.get("schedule")
    if not isinstance(schedule, dict):
        return None
    if "end" not in schedule:
        return {"schedule": {"end": [REQUIRED]}}
    if schedule["end"] is None:
        return {"schedule": {"end": ["This field may not be null."]}}
    return None


def _team_error(request: Request, given: dict[str, object]) -> dict[str, object] | None:
    known_users = {client.user for client in request.site.clients.values()}
    if all(member["user"] in known_users for member in given.get("team") or []):
        return None
    return {"team": ["Course team user does not exist"]}


@staff
def list_runs(request: Request) -> Answer:
    size = int(request.query.get("page_size", 10))
    listed = [run_json(run, request.studio) for run in request.site.runs.values()]
    return Answer(200, _page_of(listed, size, 1, ""))


@staff
def get_run(request: Request, key: str) -> Answer:
    run = request.site.find(key)
    if run is None:
        return Answer(404, {"detail": "Not found."})
    return Answer(200, run_json(run, request.studio))


@staff
def patch_run(request: Request, key: str) -> Answer:
    run = request.site.find(key)
    if run is None:
        return Answer(404, {"detail": "Not found."})
    given = request.json
    wrong = _schedule_error(given)
    if wrong:
        return Answer(400, wrong)
    run.title = given.get("title", run.title)
    run.pacing = given.get("pacing_type", run.pacing)
    run.schedule = run.schedule | (given.get("schedule") or {})
    return Answer(200, run_json(run, request.studio))


@staff
def put_image(request: Request, key: str) -> Answer:
    run = request.site.find(key)
    data = request.upload.path.read_bytes() if request.upload else b""
    if run is None or data[:4] not in (b"\x89PNG", b"\xff\xd8\xff\xe0"):
        return Answer(400, {"card_image": ["Upload a valid image."]})
    run.image = "course_image.png" if data[:4] == b"\x89PNG" else "course_image.jpg"
    run.assets[run.image] = data
    return Answer(200, run_json(run, request.studio)["images"])


@author
def begin_import(request: Request, key: str) -> Answer:
    sent = request.upload
    if sent is None or sent.field != "course_data" or not _importable(sent.filename):
        return Answer(500, INTERNAL)
    task = request.site.begin_import(key, sent.filename, request.user or "", sent.path)
    sent.path.unlink()
    return Answer(200, {"task_id": task.id})


def _importable(name: str) -> bool:
    return name.endswith((".tar.gz", ".zip"))


@author
def poll_import(request: Request, key: str) -> Answer:
    if "filename" not in request.query:
        return Answer(500, NO_NAME)
    for task in request.site.tasks:
        named = (task.key, task.filename) == (key, request.query["filename"])
        if task.id == request.query.get("task_id") and named:
            state = request.site.poll(task)
            return Answer(200, {"state": state}) if state else Answer(500, NO_STATE)
    return Answer(500, NO_STATE)


@known
def list_tasks(request: Request) -> Answer:
    for task in request.site.tasks:
        request.site.poll(task)
    mine = [
        _task_json(task, request.studio)
        for task in request.site.tasks
        if task.user == request.user and task.state
    ]
    size, at = int(request.query.get("page_size", 10)), int(request.query.get("page", 1))
    return Answer(200, _page_of(mine, size, at, f"{request.studio}/api/tasks/v0/tasks/"))


def _page_of(rows: list[object], size: int, at: int, address: str) -> dict[str, object]:
    start = (at - 1) * size
    more = start + size < len(rows)
    return {
        "next": f"{address}?page={at + 1}&page_size={size}" if more else None,
        "previous": f"{address}?page_size={size}" if at > 1 else None,
        "count": len(rows),
        "num_pages": max(1, -(-len(rows) // size)),
        "current_page": at,
        "start": start,
        "results": rows[start : start + size],
    }


def _task_json(task: Task, studio: str) -> dict[str, object]:
    failed = task.state == "Failed" and task.artifact
    return {
        "name": f"Import of {task.key} from {task.filename}",
        "state": task.state,
        "state_text": task.state,
        "completed_steps": task.failure.steps if task.failure else min(3, task.at),
        "total_steps": 3,
        "attempts": 1,
        "created": task.created,
        "modified": task.created,
        "artifacts": [f"{studio}/api/tasks/v0/artifacts/{task.artifact}/"] if failed else [],
    }


@known
def get_task(request: Request, uuid: str) -> Answer:
    for task in request.site.tasks:
        if task.uuid == uuid and task.user == request.user:
            return Answer(200, _task_json(task, request.studio))
    return Answer(404, {"detail": "Not found."})


@known
def get_artifact(request: Request, uuid: str) -> Answer:
    for task in request.site.tasks:
        if task.artifact == uuid and task.user == request.user and task.failure:
            return Answer(
                200,
                {
                    "name": task.failure.name,
                    "created": task.created,
                    "modified": task.created,
                    "status": f"{request.studio}/api/tasks/v0/tasks/{task.uuid}/",
                    "file": "",
                    "text": task.failure.text,
                    "url": "",
                },
            )
    return Answer(404, {"detail": "Not found."})


RUNS = r"/api/v1/course_runs/"
ROUTES: Routes = [
    ("GET", r"/heartbeat", heartbeat),
    ("GET", r"/api/user/v1/me", me),
    ("GET", r"/api/contentstore/v0/heartbeat", contentstore_heartbeat),
    ("GET", RUNS, list_runs),
    ("POST", RUNS, create_run),
    ("GET", RUNS + KEY + "/", get_run),
    ("PATCH", RUNS + KEY + "/", patch_run),
    ("POST", RUNS + KEY + "/images/", put_image),
    ("POST", rf"/api/courses/v0/import/{KEY}/", begin_import),
    ("GET", rf"/api/courses/v0/import/{KEY}/", poll_import),
    ("GET", r"/api/tasks/v0/tasks/", list_tasks),
    ("GET", r"/api/tasks/v0/tasks/(?P<uuid>[^/]+)/", get_task),
    ("GET", r"/api/tasks/v0/artifacts/(?P<uuid>[^/]+)/", get_artifact),
    *views_read.ROUTES,
]
