"""A simulated Teachable school (v1 Admin API) on a real socket; schools grow from a seed.

By hand: `python -m tests.fakes.teachable` prints the address and a key.
"""

from __future__ import annotations

import random
import re
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from fakes.service import Clock, Limit, Service, found
from fakes.web import Reply, Request

KEY = "tk-0123456789abcdef"
LIMIT = 100


@dataclass
class School:
    """Courses as the API gives them; `lectures` by (course id, lecture id); `media` by path."""

    courses: list[dict[str, Any]] = field(default_factory=list)
    lectures: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)
    media: dict[str, bytes] = field(default_factory=dict)
    videos: dict[int, dict[str, Any]] = field(default_factory=dict)  # by attachment id
    per_page: int = 20
    v2: bool = False  # whether the school has the newer API


class Teachable(Service):
    """The API of a school, and a host for its media beside it."""

    def __init__(
        self, school: School, limit: int | None = LIMIT, key: str = KEY, clock: Clock | None = None
    ) -> None:
        self.school = school
        self.key = key
        super().__init__(
            self._answer,
            limit=None if limit is None else Limit(limit),
            clock=clock or Clock(),
            limit_headers=_headers,
        )
        self.cdn = Service(self._medium)
        self.expired: set[str] = set()  # media whose address of the first answer is refused
        self.fill_addresses()

    def fill_addresses(self) -> None:
        """Let every media address of the school lead to our own media host."""
        for lecture in self.school.lectures.values():
            for one in lecture["attachments"]:
                if (one.get("url") or "").startswith("media:"):
                    one["url"] = f"{self.cdn.url}/{one['url'][6:]}?exp=1767225600&sig=s3cr3t"
        for course in self.school.courses:
            if (course.get("image_url") or "").startswith("media:"):
                course["image_url"] = f"{self.cdn.url}/{course['image_url'][6:]}"

    def __exit__(self, *error: object) -> None:
        self.cdn.web.close()
        super().__exit__(*error)

    def lecture_calls(self) -> list[str]:
        return [one for one in self.asked if re.search(r"/lectures/\d+$", one)]

    def _answer(self, request: Request) -> Reply | object:  # noqa: PLR0911 - a row each
        if request.headers.get("apikey") != self.key:
            return found({"message": "Invalid authentication credentials"}, 401)
        if request.path.startswith("/v2/products/courses") and self.school.v2:
            return self._newer(request, request.path.removeprefix("/v2/products/courses"))
        if request.path == "/v1/courses":
            return self._page(request)
        if match := re.fullmatch(r"/v1/courses/(\d+)", request.path):
            return self._course(int(match[1]))
        if match := re.fullmatch(r"/v1/courses/(\d+)/lectures/(\d+)", request.path):
            lecture = self.school.lectures.get((int(match[1]), int(match[2])))
            if lecture is None:
                return found({"message": "Not found"}, 404)
            return {"lecture": self._signed(lecture)}
        if match := re.fullmatch(r"/v1/courses/\d+/lectures/\d+/videos/(\d+)", request.path):
            video = self.school.videos.get(int(match[1]))
            return found({"message": "Not found"}, 404) if video is None else {"video": video}
        return found({"message": "Not found"}, 404)

    def _newer(self, request: Request, path: str) -> Reply | object:  # noqa: C901, PLR0911 - a row each
        """The newer API: the same school in other envelopes, its lectures listed with names."""
        parts = path.strip("/").split("/") if path else []
        if not parts:
            return self._envelope(request, [_newer_course(one) for one in self.school.courses])
        course = next((one for one in self.school.courses if str(one["id"]) == parts[0]), None)
        if course is None:
            return found({"message": "Not found"}, 404)
        match parts[1:]:
            case []:
                return {"data": _newer_course(course)}
            case ["sections"]:
                sections = sorted(course["lecture_sections"], key=lambda one: one["position"])
                keys = ("id", "name", "position")
                return self._envelope(request, [{k: one[k] for k in keys} for one in sections])
            case ["lectures"]:
                return self._envelope(request, list(self._newer_lectures(course)))
        lecture = self.school.lectures.get((course["id"], int(parts[2])))
        if lecture is None:
            return found({"message": "Not found"}, 404)
        files = [one for one in lecture["attachments"] if one["kind"] != "quiz"]
        quizzes = [one for one in lecture["attachments"] if one["kind"] == "quiz"]
        if parts[3] == "attachments":
            return self._envelope(request, files)
        if len(parts) == 4:
            return self._envelope(request, [{"id": one["id"], "graded": True} for one in quizzes])
        return {"data": next(_newer_quiz(one) for one in quizzes if str(one["id"]) == parts[4])}

    def _envelope(self, request: Request, items: list[Any]) -> object:
        page, size = int(request.query["page"][0]), min(3, int(request.query["per_page"][0]))
        pages = max(1, -(-len(items) // size))
        meta = {"page": page, "per_page": size, "total_pages": pages, "total_count": len(items)}
        return {"data": items[(page - 1) * size : page * size], "meta": meta}

    def _newer_lectures(self, course: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for section in course["lecture_sections"]:
            for one in section["lectures"]:
                name = self.school.lectures[course["id"], one["id"]]["name"]
                yield {
                    **one, "name": name, "section": {"id": section["id"], "href": "…"},
                    "free_preview": one["position"] == 1,
                }  # fmt: skip

    def _signed(self, lecture: dict[str, Any]) -> dict[str, Any]:
        """The lecture with addresses that are new with each answer."""
        number = sum(one.endswith(f"/lectures/{lecture['id']}") for one in self.asked)
        return {
            **lecture,
            "attachments": [
                {**one, "url": f"{one['url']}&n={number}"}
                if (one.get("url") or "").startswith(self.cdn.url)
                else one
                for one in lecture["attachments"]
            ],
        }

    def _page(self, request: Request) -> object:
        number = int(request.query.get("page", ["1"])[0])
        per = min(int(request.query.get("per", ["20"])[0]), self.school.per_page)
        chosen = self.school.courses[(number - 1) * per : number * per]
        keys = ("id", "name", "heading", "description", "is_published", "image_url")
        return {
            "courses": [{key: one.get(key) for key in keys} for one in chosen],
            "meta": {
                "total": len(self.school.courses),
                "page": number,
                "from": (number - 1) * per + 1,
                "to": (number - 1) * per + len(chosen),
                "per_page": per,
                "number_of_pages": max(1, -(-len(self.school.courses) // per)),
            },
        }

    def _course(self, course_id: int) -> Reply | object:
        for course in self.school.courses:
            if course["id"] == course_id:
                return {"course": course}
        return found({"message": "Not found"}, 404)

    def _medium(self, request: Request) -> Reply:
        body = self.school.media.get(request.path.lstrip("/"))
        if body is None:
            return Reply(404, b"")
        if request.path.lstrip("/") in self.expired and request.query.get("n") == ["1"]:
            return Reply(403, b"expired")
        if match := re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", "")):
            start = int(match[1])
            span = {"Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}"}
            return Reply(206, body[start:], {"Content-Type": "application/octet-stream", **span})
        return Reply(200, body, {"Content-Type": "application/octet-stream", "ETag": '"1"'})


def _newer_course(course: dict[str, Any]) -> dict[str, Any]:
    keys = ("id", "name", "is_published", "image_url")
    return {**{key: course.get(key) for key in keys}, "description": course.get("heading")}


def _newer_quiz(one: dict[str, Any]) -> dict[str, Any]:
    """Answers with ids; the first question explains its answers."""
    asked = []
    for number, each in enumerate(one["quiz"]["questions"]):
        answers = [{"id": f"a{n}", "text": text} for n, text in enumerate(each["answers"])]
        right = [a["id"] for a in answers if a["text"] in each["correct_answers"]]
        asked.append({
            "question_key": f"q-{number}", "question": each["question"],
            "question_type": each["question_type"], "answers": answers, "correct_answer_id": right,
            "feedback": {"correct": "Right.", "incorrect": "Look again."} if not number else None,
            **each.get("newer", {}),
        })  # fmt: skip
    return {"id": one["id"], "graded": True, "questions": asked}


def _headers(limit: Limit, now: float) -> dict[str, str]:
    return {
        "RateLimit-Limit": str(limit.calls),
        "RateLimit-Remaining": str(limit.left()),
        "RateLimit-Reset": str(int(limit.resets_in(now)) + 1),
    }


def attachment(number: int, kind: str, position: int | None, **more: object) -> dict[str, Any]:
    """One attachment with every field that the reference names."""
    blank: dict[str, Any] = dict.fromkeys(
        ("name", "url", "text", "file_size", "file_extension", "quiz")
    )
    return {**blank, "id": number, "kind": kind, "position": position, **more}


def question(text: str, answers: list[str], right: list[str], **more: object) -> dict[str, Any]:
    kind = "multiple" if len(right) > 1 else "single"
    return {
        "question": text,
        "question_type": kind,
        "answers": answers,
        "correct_answers": right,
        "graded": True,
        **more,
    }


def grown(seed: int, lectures: int = 12, courses: int = 1) -> School:
    """A school from a seed: all kinds, shuffled positions, drafts, nulls; the same for a seed."""
    rng = random.Random(seed)
    school = School()
    for course in range(courses):
        _grow_course(school, rng, 1450000 + course, lectures)
    return school


def _grow_course(school: School, rng: random.Random, course_id: int, lectures: int) -> None:
    sections: list[dict[str, Any]] = []
    for number in range(lectures):
        if number % 6 == 0:
            sections.append(
                {
                    "id": course_id * 10 + len(sections),
                    "name": f"Section {len(sections) + 1} – {rng.choice('αβγδ')}",
                    "is_published": rng.random() > 0.2,
                    "position": len(sections) + 1,
                    "lectures": [],
                }
            )
        lecture_id = course_id * 10000 + number
        place = len(sections[-1]["lectures"]) + 1
        published = rng.random() > 0.2
        sections[-1]["lectures"].append(
            {"id": lecture_id, "position": place, "is_published": published}
        )
        school.lectures[course_id, lecture_id] = {
            "id": lecture_id,
            "name": None if rng.random() < 0.1 else f"Lecture {number + 1} & more",
            "is_published": published,
            "position": place,
            "lecture_section_id": sections[-1]["id"],
            "attachments": _grow_attachments(school, rng, lecture_id * 10),
        }
    for section in sections:
        rng.shuffle(section["lectures"])
    rng.shuffle(sections)
    school.media[f"covers/{course_id}.png"] = b"\x89PNG\r\n\x1a\n" + bytes(rng.randbytes(40))
    school.courses.append(
        {
            "id": course_id,
            "name": f"Course {course_id}",
            "heading": "A subtitle",
            "description": None,
            "is_published": True,
            "image_url": f"media:covers/{course_id}.png",
            "lecture_sections": sections,
            "author_bio": {"name": "Ada Example", "bio": "<p>Painter.</p>", "user_id": None},
        }
    )


def _grow_attachments(school: School, rng: random.Random, first: int) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for number in range(rng.randint(1, 5)):
        kind = rng.choice(
            ["text", "video", "pdf", "audio", "image", "quiz", "code embed", "code_display",
             "native_comments", "upsell", "hologram"]
        )  # fmt: skip
        made.append(_grow_one(school, rng, first + number, kind, number + 1))
    return made


def _grow_one(
    school: School, rng: random.Random, number: int, kind: str, place: int
) -> dict[str, Any]:
    position = None if rng.random() < 0.1 else place
    endings = {"video": "mp4", "pdf": "pdf", "audio": "mp3", "image": "png"}
    if kind in endings:
        name = f"{kind}-{number}.{endings[kind]}"
        body = rng.randbytes(rng.randint(20, 200))
        school.media[f"u/{name}"] = body
        return attachment(
            number, kind, position, name=name, url=f"media:u/{name}",
            file_size=0 if kind == "video" else len(body), file_extension=endings[kind],
        )  # fmt: skip
    if kind == "quiz":
        asked = [
            question(f"Question {n} of {number}?", ["red", "green", "blue"], rng.sample(
                ["red", "green", "blue"], rng.randint(1, 2)))
            for n in range(rng.randint(1, 3))
        ]  # fmt: skip
        quiz = {"id": number + 7, "questions": asked}
        return attachment(number, kind, position, quiz=quiz)
    texts = {
        "text": f"<h2>Part {number}</h2><p>Use 300&nbsp;g/m&sup2;.</p>",
        "code embed": '<iframe src="https://www.youtube.com/embed/dQw4w9WgXcQ"></iframe>',
        "code_display": "print(&quot;a &lt; b&quot;)",
        "hologram": "<p>from tomorrow</p>",
    }
    return attachment(number, kind, position, text=texts.get(kind))


if __name__ == "__main__":
    practice = Teachable(grown(int(sys.argv[1]) if sys.argv[1:] else 1, 24, 3), limit=None)
    print(f"COURSEPORTER_TEACHABLE_URL={practice.url}\nkey: {practice.key}")
    threading.Event().wait()
