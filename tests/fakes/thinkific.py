"""A simulated Thinkific site on real sockets: REST v1 and GraphQL; sites grow from a seed.

GraphQL counts points by the documented rules: objects 100, connections `first` times what is in
them, scalars nothing; at most 1,000 a request and 2,000 a minute.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from fakes.service import Clock, Limit, Service, found
from fakes.web import Reply, Request

KEY = "0123456789abcdef0123456789abcdef"
TOKEN = "t" * 48
REST_TYPES = {
    "HtmlItem": "TextContent", "Lesson": "VideoContent", "Iframe": "MultimediaContent",
    "Pdf": "PdfContent", "Audio": "AudioContent", "Download": "DownloadContent",
    "Presentation": "PresentationContent", "Quiz": "QuizContent",
    "Assignment": "AssignmentContent", "LiveLesson": "LiveContent", "Survey": "SurveyContent",
    "BrilliumExam": "ExamContent", "Disqus": "DisqusContent", "Hologram": "HologramContent",
}  # fmt: skip
# Types as introspection shows them; "[T]" is a list, "T*" a connection.
SCHEMA: dict[str, dict[str, str]] = {
    "TextContent": {"id": "ID", "contentType": "String", "htmlDescription": "String"},
    "VideoContent": {
        "id": "ID", "contentType": "String", "htmlDescription": "String", "videoId": "String",
        "fileName": "String", "fileSize": "Int", "fileType": "String", "thumbnail": "String",
        "captions": "[Caption]",
    },
    "MultimediaContent": {"id": "ID", "contentType": "String", "url": "String"},
    "PdfContent": {"id": "ID", "contentType": "String", "url": "String"},
    "AudioContent": {
        "id": "ID", "contentType": "String", "url": "String", "htmlDescription": "String",
    },
    "DownloadContent": {
        "id": "ID", "contentType": "String", "htmlDescription": "String", "files": "[File]",
    },
    "PresentationContent": {"id": "ID", "contentType": "String", "sourceUrl": "String"},
    "AssignmentContent": {"id": "ID", "contentType": "String", "confirmationMessage": "String"},
    "QuizContent": {"id": "ID", "contentType": "String", "quiz": "Quiz"},
    "HologramContent": {"id": "ID", "contentType": "String"},
    "Caption": {"downloadUrl": "String", "language": "String"},
    "File": {"id": "ID", "downloadUrl": "String", "name": "String"},
    "Quiz": {"id": "ID", "questions": "QuestionConnection"},
    "QuestionConnection": {"nodes": "[Question]", "pageInfo": "PageInfo"},
    "Question": {
        "id": "ID", "prompt": "String", "position": "Int", "questionType": "String",
        "explanation": "String", "choices": "ChoiceConnection",
    },
    "ChoiceConnection": {"nodes": "[Choice]", "pageInfo": "PageInfo"},
    "Choice": {"id": "ID", "text": "String", "position": "Int", "correct": "Boolean"},
}  # fmt: skip


@dataclass
class Site:
    """What the site has; `lessons` are the GraphQL lessons by the id of their content."""

    courses: list[dict[str, Any]] = field(default_factory=list)
    chapters: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    contents: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    products: list[dict[str, Any]] = field(default_factory=list)
    bundles: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    lessons: dict[str, dict[str, Any]] = field(default_factory=dict)
    media: dict[str, bytes] = field(default_factory=dict)


class Thinkific:
    """The two APIs of a site, and a host for its media beside them.

    `cap`: items of a page at most; `introspects`: whether `__type` is answered; `budget` and
    `ceiling`: points a minute and a request.
    """

    def __init__(self, site: Site, limit: int | None = 120, clock: Clock | None = None) -> None:
        self.site = site
        self.cap = 250
        self.introspects = True
        self.unknown: dict[str, str] = {}  # fields that the site doesn't know, with their type
        self.gives_lessons = True  # whether lessons can be asked for by their ids
        self.budget, self.ceiling = 2000.0, 1000.0
        self.quota = "minute"
        self.spent: list[tuple[float, float]] = []  # when, points
        self.overdrawn = 0
        self.clock = clock or Clock()
        self.rest = Service(
            self._rest,
            limit=None if limit is None else Limit(limit),
            clock=self.clock,
            limit_headers=_reset_header,
        )
        self.graphql = Service(self._graphql, clock=self.clock)
        self.cdn = Service(self._medium)
        self.queries: list[str] = []
        self.answered: list[str] = []  # those that weren't refused
        for lesson in site.lessons.values():
            _fill(lesson["content"], self.cdn.url)
        for course in site.courses:
            _fill(course, self.cdn.url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for service in (self.rest, self.graphql, self.cdn):
            service.web.close()

    def asked_lessons(self) -> list[str]:
        """The ids of all lessons that were given, in order."""
        return [
            ref for query in self.answered for ref in re.findall(r'lesson\(id: "(\w+)"\)', query)
        ]

    # -------------------------------------------------------------------------------- REST

    def _rest(self, request: Request) -> Reply | object:  # noqa: C901, PLR0911 - a row per address
        key = request.headers.get("x-auth-api-key")
        if key != KEY or request.headers.get("x-auth-subdomain") != "school":
            return found({"error": "Authentication Error"}, 401)
        path = request.path
        if path == "/courses":
            return self._page(request, self.site.courses)
        if path == "/products":
            return self._page(request, self.site.products)
        if match := re.fullmatch(r"/bundles/(\d+)/courses", path):
            return self._page(request, self.site.bundles.get(int(match[1])))
        if match := re.fullmatch(r"/courses/(\d+)", path):
            return self._first(self.site.courses, int(match[1]))
        if match := re.fullmatch(r"/courses/(\d+)/chapters", path):
            return self._page(request, self.site.chapters.get(int(match[1])))
        if match := re.fullmatch(r"/chapters/(\d+)/contents", path):
            return self._page(request, self.site.contents.get(int(match[1])))
        if match := re.fullmatch(r"/instructors/(\d+)", path):
            return {
                "id": int(match[1]),
                "first_name": "Ada",
                "last_name": "Example",
                "bio": "<p>B</p>",
            }
        return found({"error": "Record not found."}, 404)

    def _first(self, items: list[dict[str, Any]], wanted: int) -> object:
        for one in items:
            if one["id"] == wanted:
                return one
        return found({"error": "Record not found."}, 404)

    def _page(self, request: Request, items: list[dict[str, Any]] | None) -> object:
        if items is None:
            return found({"error": "Record not found."}, 404)
        number = int(request.query.get("page", ["1"])[0])
        size = min(int(request.query.get("limit", ["25"])[0]), self.cap)
        pages = max(1, -(-len(items) // size))
        return {
            "items": items[(number - 1) * size : number * size],
            "meta": {"pagination": {
                "current_page": number,
                "next_page": number + 1 if number < pages else None,
                "prev_page": number - 1 or None,
                "total_pages": pages,
                "total_items": len(items),
            }},
        }  # fmt: skip

    # ----------------------------------------------------------------------------- GraphQL

    def _graphql(self, request: Request) -> Reply | object:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return found({"errors": [{"message": "Unauthorized"}]}, 401)
        query = json.loads(request.body)["query"]
        self.queries.append(query)
        tree = parse(query)
        cost = points(tree)
        if cost > self.ceiling:
            message = f"Query cost of {cost:g} exceeds the maximum single query cost limit of 1000."
            return {"errors": [_error("MAX_QUERY_COST_EXCEEDED", message)]}
        left = self.budget - self._used()
        if cost > left:
            self.overdrawn += 1
            errors = [_error("RATE_LIMITED", "API rate limit exceeded")]
            return {"errors": errors, "extensions": self._limit(cost)}
        self.spent.append((self.clock(), cost))
        self.answered.append(query)
        if "__type(" in query and not self.introspects:
            return {"errors": [{"message": "introspection is disabled"}]}
        missing = [one for one in self.unknown if re.search(rf"\b{one}\b", query)]
        if missing and "__type(" not in query:
            said = f"Field '{missing[0]}' doesn't exist on type '{self.unknown[missing[0]]}'"
            return {"errors": [{"message": said}]}
        if not self.gives_lessons and any(one.name == "lesson" for one in tree):
            message = "Field 'content' doesn't exist on type 'Lesson'"
            return {"errors": [{"message": message}]}
        data = {one.alias: self._root(one) for one in tree}
        return {"data": data, "extensions": self._limit(cost)}

    def _used(self) -> float:
        since = self.clock() - 60
        return sum(cost for at, cost in self.spent if at > since)

    def _limit(self, cost: float) -> dict[str, Any]:
        first = next((at for at, _ in self.spent if at > self.clock() - 60), self.clock())
        until = datetime.now(UTC) + timedelta(seconds=max(0.0, first + 60 - self.clock()))
        return {"rateLimit": {
            "cost": -(-cost // 1), "remaining": self.budget - self._used(),
            "resetAt": until.strftime("%Y-%m-%dT%H:%M:%SZ"), "limit": self.budget,
        }}  # fmt: skip

    def _root(self, node: Node) -> object:
        if node.name == "__type":
            name = node.arguments["name"]
            return _described(name) if name in SCHEMA else None
        if node.name == "lesson":
            lesson = self.site.lessons.get(node.arguments["id"])
            return None if lesson is None else answer(node, lesson)
        if node.name == "course":
            return answer(node, {"curriculum": {"chapters": self._chapters(node)}})
        return None

    def _chapters(self, node: Node) -> list[dict[str, Any]]:
        return [
            {
                "id": chapter["id"],
                "lessons": [
                    self.site.lessons[str(one["id"])]
                    for one in _by_position(self.site.contents[chapter["id"]])
                ],
            }
            for chapter in _by_position(self.site.chapters[int(node.arguments["id"])])
        ]

    def _medium(self, request: Request) -> Reply:
        body = self.site.media.get(request.path.lstrip("/"))
        return Reply(404, b"") if body is None else Reply(200, body)


def _by_position(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(found, key=lambda one: one["position"])


def _reset_header(limit: Limit, now: float) -> dict[str, str]:
    reset = datetime.now(UTC).timestamp() + limit.resets_in(now)
    return {"RateLimit-Reset": str(int(reset * 1000))}


def _error(code: str, message: str) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": code}}


def _described(name: str) -> dict[str, Any]:
    def kind(written: str) -> dict[str, Any]:
        if written.startswith("["):
            return {
                "name": None,
                "kind": "LIST",
                "ofType": {"name": written[1:-1], "kind": "OBJECT"},
            }
        return {"name": None, "kind": "NON_NULL", "ofType": {"name": written, "kind": "SCALAR"}}

    fields = [{"name": one, "type": kind(written)} for one, written in SCHEMA[name].items()]
    return {"name": name, "fields": fields}


# ------------------------------------------------------------------------- a query as a tree


@dataclass
class Node:
    """A field of a query, or an inline fragment (`on`)."""

    name: str
    alias: str
    arguments: dict[str, str]
    below: list[Node]
    on: str = ""


_TOKEN = re.compile(r'"[^"]*"|\.\.\.|[{}():,$!]|[\w]+')


def parse(query: str) -> list[Node]:
    """The fields of the one operation of a query."""
    tokens = _TOKEN.findall(query)
    at = tokens.index("{")
    nodes, _ = _fields(tokens, at + 1)
    return nodes


def _fields(tokens: list[str], at: int) -> tuple[list[Node], int]:
    nodes: list[Node] = []
    while tokens[at] != "}":
        if tokens[at] == "...":
            below, at_end = _fields(tokens, at + 4)  # ... on Type {
            nodes.append(Node("", "", {}, below, on=tokens[at + 2]))
            at = at_end
            continue
        name = alias = tokens[at]
        at += 1
        if tokens[at] == ":":
            name, at = tokens[at + 1], at + 2
        arguments: dict[str, str] = {}
        if tokens[at] == "(":
            end = tokens.index(")", at)
            given = [one for one in tokens[at + 1 : end] if one not in (":", ",")]
            arguments = dict(zip(given[::2], (one.strip('"') for one in given[1::2]), strict=True))
            at = end + 1
        below: list[Node] = []
        if tokens[at] == "{":
            below, at = _fields(tokens, at + 1)
        nodes.append(Node(name, alias, arguments, below))
    return nodes, at + 1


def points(nodes: list[Node]) -> float:
    """Points of a query: hundredths of what its objects and connections cost."""
    return (100 + sum(map(_cost, nodes))) / 100


def _cost(node: Node) -> float:
    inner = sum(_cost(one) for one in node.below)
    if node.on:
        return inner
    if not node.below or node.name in ("nodes", "pageInfo"):
        return inner
    if "first" in node.arguments:
        return int(node.arguments["first"]) * max(1.0, inner)
    return 100 + inner


def answer(node: Node, value: Any) -> Any:
    """What a query gets of a value."""
    if value is None:
        return None
    if isinstance(value, list) and "first" in node.arguments:
        return _connection(node, value)
    if isinstance(value, list):
        return [answer(node, one) for one in value]
    if not node.below:
        return value
    given: dict[str, Any] = {}
    for one in node.below:
        if one.on:
            if value.get("__typename") == one.on:
                given |= answer(Node("", "", {}, one.below), value)
        else:
            given[one.alias] = answer(one, value.get(one.name))
    return given


def _connection(node: Node, value: list[Any]) -> dict[str, Any]:
    start = int(node.arguments.get("after", "0"))
    end = start + int(node.arguments["first"])
    nodes = next(one for one in node.below if one.name == "nodes")
    return {
        "nodes": [answer(nodes, one) for one in value[start:end]],
        "pageInfo": {"endCursor": str(end), "hasNextPage": end < len(value)},
    }


# ------------------------------------------------------------------------ sites from a seed


def grown(seed: int, lessons: int = 20) -> Site:
    """One course with all kinds of contents, chapters and contents in any order."""
    rng = random.Random(seed)
    site, course_id = Site(), 1264001
    chapters: list[dict[str, Any]] = []
    for number in range(lessons):
        if number % 7 == 0:
            chapters.append(_chapter(course_id, len(chapters)))
            site.contents[chapters[-1]["id"]] = []
        _content(site, rng, chapters[-1], 7000000 + number, number % 7)
    order = [one["id"] for one in chapters]
    for chapter in chapters:
        chapter["content_ids"] = [one["id"] for one in site.contents[chapter["id"]]]
        rng.shuffle(site.contents[chapter["id"]])
    rng.shuffle(chapters)
    site.chapters[course_id] = chapters
    site.media["card.png"] = b"\x89PNG\r\n\x1a\n" + rng.randbytes(30)
    site.courses.append({
        "id": course_id, "name": "Watercolour & more", "slug": "watercolour", "subtitle": None,
        "product_id": 1325001, "description": "<p>Paint.</p>", "keywords": "paint, water",
        "course_card_image_url": "media:card.png", "chapter_ids": order, "instructor_id": 5,
    })  # fmt: skip
    site.products.append({
        "id": 1325001, "productable_id": course_id, "productable_type": "Course",
        "status": "draft", "name": "Watercolour & more", "price": "49.0",
    })  # fmt: skip
    site.products.append({
        "id": 1325002, "productable_id": 77, "productable_type": "Bundle", "name": "All of it",
        "status": "published", "price": "90.0",
    })  # fmt: skip
    site.bundles[77] = [site.courses[0]]
    return site


def _chapter(course_id: int, number: int) -> dict[str, Any]:
    return {
        "id": course_id % 1000 * 1000 + number, "name": f"Chapter {number + 1}",
        "position": number + 1, "description": None,
    }  # fmt: skip


def _content(
    site: Site, rng: random.Random, chapter: dict[str, Any], ref: int, position: int
) -> None:
    kind = rng.choice([*REST_TYPES, "Quiz", "HtmlItem"])
    link = f"https://school.example.test/take/{ref}"
    site.contents[chapter["id"]].append({
        "id": ref, "name": f"Lesson {ref}", "position": position, "chapter_id": chapter["id"],
        "contentable_type": kind, "free": rng.random() < 0.2, "take_url": link,
    })  # fmt: skip
    content = {"__typename": REST_TYPES[kind], "id": f"c{ref}", "contentType": kind.upper()}
    make = _BODIES.get(kind)
    if make:
        content |= make(site, rng, ref)
    site.lessons[str(ref)] = {
        "id": str(ref), "title": f"Lesson {ref}", "lessonType": kind.upper(), "takeUrl": link,
        "content": content,
    }  # fmt: skip


def _file(site: Site, rng: random.Random, name: str) -> str:
    site.media[name] = rng.randbytes(40)
    return f"media:{name}"


def _video(site: Site, rng: random.Random, ref: int) -> dict[str, Any]:
    site.media[f"{ref}.vtt"] = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"
    return {
        "htmlDescription": "<p>Watch first.</p>", "videoId": f"v{ref}",
        "fileName": f"film-{ref}.mp4", "fileSize": 48211002, "fileType": "video/mp4",
        "captions": [{"downloadUrl": f"media:{ref}.vtt", "language": "en"}],
    }  # fmt: skip


def _quiz(site: Site, rng: random.Random, ref: int) -> dict[str, Any]:
    questions = []
    for number in range(rng.randint(1, 4)):
        right = rng.randrange(3)
        choices = [
            {"id": f"{number}{at}", "text": word, "position": at, "correct": at == right}
            for at, word in enumerate(["red", "green", "blue"])
        ]
        rng.shuffle(choices)
        questions.append({
            "id": f"{ref}{number}", "prompt": f"<p>Question {number}?</p>", "position": number,
            "questionType": "SINGLE", "explanation": f"Because {number}.", "choices": choices,
        })  # fmt: skip
    rng.shuffle(questions)
    return {"quiz": {"id": f"q{ref}", "questions": questions}}


_BODIES: dict[str, Any] = {
    "HtmlItem": lambda _site, _rng, ref: {"htmlDescription": f"<h2>Part {ref}</h2>"},
    "Lesson": _video,
    "Iframe": lambda _site, _rng, _ref: {"url": "https://www.youtube.com/watch?v=dQw4w9WgXcQ"},
    "Pdf": lambda site, rng, ref: {"url": _file(site, rng, f"{ref}.pdf")},
    "Audio": lambda site, rng, ref: {"url": _file(site, rng, f"{ref}.mp3")},
    "Presentation": lambda site, rng, ref: {"sourceUrl": _file(site, rng, f"{ref}.pptx")},
    "Download": lambda site, rng, ref: {
        "files": [{"id": "1", "downloadUrl": _file(site, rng, f"{ref}.zip"), "name": f"{ref}.zip"}]
    },
    "Quiz": _quiz,
    "Assignment": lambda _site, _rng, _ref: {"confirmationMessage": "<p>Thanks.</p>"},
}


def _fill(value: Any, host: str) -> None:
    """Let addresses of media lead to our own host."""
    for holder, key, written in list(_texts(value)):
        if written.startswith("media:"):
            holder[key] = f"{host}/{written[6:]}"


def _texts(value: Any) -> Iterator[tuple[Any, Any, str]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in pairs:
        if isinstance(one, str):
            yield value, key, one
        elif isinstance(one, dict | list):
            yield from _texts(one)
