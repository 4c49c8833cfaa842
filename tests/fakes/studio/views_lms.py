"""The LMS: tokens, enrolments, what learners see of a course."""

from __future__ import annotations

import base64
from urllib.parse import parse_qs, quote

from .guards import known, staff
from .server import Answer, Request, Routes, page

HEALTHY = {
    "modulestore": {"status": True, "message": "OK"},
    "sql": {"status": True, "message": "OK"},
}
PAGE = 100


def token(request: Request) -> Answer:
    site = request.site
    if site.token_refused():
        return Answer(429, page(429))
    form = {name: values[-1] for name, values in parse_qs(request.body.decode()).items()}
    if form.get("grant_type") != "client_credentials":
        return Answer(400, {"error": "unsupported_grant_type"})
    name, secret = form.get("client_id", ""), form.get("client_secret", "")
    given = request.headers.get("authorization", "")
    if given.startswith("Basic "):
        name, _, secret = base64.b64decode(given[6:]).decode().partition(":")
    client = site.clients.get(name)
    if client is None or client.secret != secret:
        return Answer(401, {"error": "invalid_client"})
    jwt = form.get("token_type") == "jwt"
    made, seconds = site.new_token(client.user, jwt=jwt)
    return Answer(
        200,
        {
            "access_token": made,
            "expires_in": seconds,
            "token_type": "JWT" if jwt else "Bearer",
            "scope": "read write email profile",
        },
    )


def heartbeat(_request: Request) -> Answer:
    return Answer(200, HEALTHY)


@known
def me(request: Request) -> Answer:
    return Answer(200, {"username": request.user})


@staff
def bulk_enroll(request: Request) -> Answer:
    given = request.json
    enroll = given["action"] == "enroll"
    courses: dict[str, object] = {}
    for key in given["courses"].split(","):
        run = request.site.find(key)
        if run is None:
            return Answer(400, {"courses": [f"Course key not found: {key}"]})
        results = [
            _enroll(run.enrolled, one.strip(), enroll=enroll)
            for one in given["identifiers"].split(",")
        ]
        courses[key] = {
            "action": given["action"],
            "results": results,
            "auto_enroll": given.get("auto_enroll", False),
        }
    return Answer(200, {"action": given["action"], "courses": courses})


def _enroll(enrolled: list[str], one: str, *, enroll: bool) -> dict[str, object]:
    if "@" not in one:
        return {"identifier": one, "invalidIdentifier": True}
    before = one in enrolled
    if enroll and not before:
        enrolled.append(one)
    elif before and not enroll:
        enrolled.remove(one)
    return {"identifier": one, "before": _state(before), "after": _state(enroll)}


def _state(enrolled: bool) -> dict[str, bool]:  # noqa: FBT001 - as the platform words it
    return {"user": True, "enrollment": enrolled, "allowed": False, "auto_enroll": False}


@staff
def enrollments(request: Request) -> Answer:
    run = request.site.find(request.query.get("course_id", ""))
    people = run.enrolled if run else []
    at = (int(request.query.get("page", 1)) - 1) * PAGE
    rows = [
        {"user": name, "mode": "audit", "is_active": True, "course_id": run.key}
        for name in people[at : at + PAGE]
    ]
    more = None
    if at + PAGE < len(people):
        more = f"{request.lms}{request.path}?course_id={quote(run.key)}&page={at // PAGE + 2}"
    return Answer(200, {"next": more, "previous": None, "results": rows})


@known
def course(request: Request, key: str) -> Answer:
    run = request.site.find(key)
    if run is None:
        return Answer(
            404, {"developer_message": "The course does not exist.", "field_errors": None}
        )
    return Answer(
        200,
        {"id": key, "course_id": key, "name": run.title, "start": run.schedule["start"],
         "end": run.schedule["end"], "hidden": False, "pacing": run.pacing.split("_")[0]},
    )  # fmt: skip


ROUTES: Routes = [
    ("POST", r"/oauth2/access_token/?", token),
    ("GET", r"/heartbeat", heartbeat),
    ("GET", r"/api/user/v1/me", me),
    ("POST", r"/api/bulk_enroll/v1/bulk_enroll", bulk_enroll),
    ("GET", r"/api/enrollment/v1/enrollments/?", enrollments),
    ("GET", r"/api/courses/v1/courses/(?P<key>[^/]+)/", course),
]
