"""A Thinkific course is read whole and in order, within the limits of both APIs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from courseporter.errors import AuthError, SettingsError, TransientError
from courseporter.limits import Limits
from courseporter.model import Asset, Foreign, Quiz, Text, Video
from courseporter.net import Client, HeaderCredential, Policy
from courseporter.secret import Secret
from courseporter.sources.thinkific.graphql import Graph, TooCostly
from courseporter.sources.thinkific.reading import Reading
from fakes.service import Reply, found, gateway, truncated
from fakes.thinkific import KEY, TOKEN, Site, Thinkific, grown

SKIPPED = {"LiveLesson", "Survey", "BrilliumExam", "Disqus"}


class Journal:
    """Answers kept in memory."""

    def __init__(self):
        self.kept = {}

    def find(self, key):
        return self.kept.get(key)

    def keep(self, key, answer):
        self.kept.setdefault(key, answer)


class Ctx:
    """A context without a store: assets stay in memory."""

    def __init__(self, scratch: Path, fake: Thinkific, *, token=True, journal=None) -> None:
        self.scratch = scratch
        self.limits = Limits()
        self.assets: dict[str, bytes] = {}
        self.paused: list[float] = []
        key = HeaderCredential(X_Auth_API_Key=Secret(KEY))
        policy = Policy(patience=0.2)
        headers = {"X-Auth-Subdomain": "school"}
        self.sites = {
            "": Client(
                fake.rest.url, credential=key, headers=headers, policy=policy, journal=journal
            ),
            "media": Client(),
        }
        if token:
            bearer = HeaderCredential("Bearer", Authorization=Secret(TOKEN))
            graphql = Client(fake.graphql.url, credential=bearer, policy=policy, journal=journal)
            graphql.pause = lambda seconds: self._pause(fake, seconds)
            self.sites["graphql"] = graphql

    def _pause(self, fake, seconds):
        self.paused.append(seconds)
        fake.clock.advance(seconds)

    def asset(self, path, stream):
        self.assets[path] = stream.read()
        return Asset(path=path, sha256="0" * 64, size=len(self.assets[path]))

    def http(self, site=""):
        if site not in self.sites:
            raise SettingsError("no token", code="secret_missing")
        return self.sites[site]

    def tick(self, done, total, unit):
        pass


def read(fake: Thinkific, tmp_path: Path, cursor=None, *, token=True, journal=None, **choices):
    ctx = Ctx(tmp_path, fake, token=token, journal=journal)
    course = str(fake.site.courses[0]["id"])
    return list(Reading(ctx, choices, {}).chunks(course, cursor)), ctx


def nodes_of(chunks):
    return [node for chunk in chunks for node in chunk.nodes]


def entries_of(chunks):
    return [entry for chunk in chunks for entry in chunk.entries]


def problems_of(chunks):
    return [problem for chunk in chunks for problem in chunk.problems]


def expected(site: Site):
    """Kind and reference of everything in the course, in the author's order."""
    rows = []
    for chapter in sorted(site.chapters[site.courses[0]["id"]], key=lambda one: one["position"]):
        rows.append(("section", str(chapter["id"])))
        for one in sorted(site.contents[chapter["id"]], key=lambda one: one["position"]):
            rows.append(("content", str(one["id"])))
            body = site.lessons[str(one["id"])]["content"]
            asked = sorted(body.get("quiz", {}).get("questions", []), key=lambda q: q["position"])
            rows += [("question", f"{one['id']}:{q['id']}") for q in asked]
            rows += [
                ("caption", f"{one['id']}:{n}") for n, _ in enumerate(body.get("captions", []), 1)
            ]
            rows += [("file", f"{one['id']}:{f['id']}") for f in body.get("files", [])]
    return rows


@pytest.mark.parametrize("seed", range(6))
def test_everything_stands_in_the_ledger_in_the_order_of_the_site(tmp_path, seed):
    site = grown(seed, 60)
    with Thinkific(site, limit=None) as fake:
        chunks, _ = read(fake, tmp_path)
    assert [(one.kind, one.ref) for one in entries_of(chunks)] == expected(site)
    keys = [node.key for node in nodes_of(chunks)]
    assert len(keys) == len(set(keys))
    questions = (getattr(node.block, "questions", ()) for node in nodes_of(chunks))
    known = {None, *keys, *(one.key for some in questions for one in some)}
    assert all(node.parent in known for node in nodes_of(chunks))
    for entry in entries_of(chunks):
        assert (entry.reason is None) == (entry.outcome == "converted"), entry
        assert bool(entry.to) == entry.outcome.startswith("converted"), entry
        assert all(key in known for key in entry.to), entry


def test_right_choices_order_and_explanations_are_those_of_the_site(tmp_path):
    site = grown(3, 60)
    with Thinkific(site, limit=None) as fake:
        chunks, _ = read(fake, tmp_path)
    found_quizzes = {
        node.key.removeprefix("content:"): node.block
        for node in nodes_of(chunks)
        if isinstance(node.block, Quiz)
    }
    wanted = {ref: one for ref, one in site.lessons.items() if one["lessonType"] == "QUIZ"}
    assert found_quizzes.keys() == wanted.keys()
    for ref, quiz in found_quizzes.items():
        asked = sorted(wanted[ref]["content"]["quiz"]["questions"], key=lambda q: q["position"])
        assert [one.text for one in quiz.questions] == [q["prompt"] for q in asked]
        assert [one.explanation for one in quiz.questions] == [q["explanation"] for q in asked]
        for one, q in zip(quiz.questions, asked, strict=True):
            ordered = sorted(q["choices"], key=lambda c: c["position"])
            assert [(o.text, o.correct) for o in one.options] == [
                (c["text"], c["correct"]) for c in ordered
            ]


def test_more_than_one_page_at_every_level(tmp_path):
    site = grown(1, 40)
    with Thinkific(site, limit=None) as fake:
        fake.rest.answer = fake._rest
        fake.cap = 3
        chunks, _ = read(fake, tmp_path)
    assert [(one.kind, one.ref) for one in entries_of(chunks)] == expected(site)


def test_a_quiz_of_more_questions_than_a_page_is_read_whole(tmp_path):
    site = grown(2, 1)
    ref, lesson = next(iter(site.lessons.items()))
    site.contents[site.chapters[site.courses[0]["id"]][0]["id"]][0]["contentable_type"] = "Quiz"
    questions = [
        {"id": str(n), "prompt": f"Q{n}", "position": n, "choices": [
            {"id": "a", "text": "yes", "position": 0, "correct": True}]}
        for n in range(130)
    ]  # fmt: skip
    lesson["content"] = {"__typename": "QuizContent", "quiz": {"questions": questions}}
    with Thinkific(site, limit=None) as fake:
        chunks, _ = read(fake, tmp_path)
    (quiz,) = [node.block for node in nodes_of(chunks) if isinstance(node.block, Quiz)]
    assert [one.text for one in quiz.questions] == [f"Q{n}" for n in range(130)]
    assert entries_of(chunks)[1].ref == ref


def test_lessons_are_asked_for_in_batches_within_the_budget(tmp_path):
    site = grown(4, 700)
    with Thinkific(site, limit=None) as fake:
        fake.clock.real = False
        chunks, ctx = read(fake, tmp_path)
        asked = fake.asked_lessons()
    assert fake.overdrawn == 0
    wanted = [ref for ref, one in site.lessons.items() if not _without_content(site, ref)]
    assert sorted(asked) == sorted(wanted)
    assert len(fake.queries) < 40
    assert chunks[-1].done == chunks[-1].total == 700
    del ctx


def _without_content(site, ref):
    kinds = {
        str(one["id"]): one["contentable_type"] for each in site.contents.values() for one in each
    }
    return kinds[ref] in SKIPPED


def test_a_used_up_budget_is_waited_for(tmp_path):
    site = grown(5, 60)
    with Thinkific(site, limit=None) as fake:
        fake.clock.real = False
        fake.spent.append((fake.clock(), 1995.0))  # somebody else's query
        chunks, ctx = read(fake, tmp_path)
    assert [(one.kind, one.ref) for one in entries_of(chunks)] == expected(site)
    assert any(seconds > 30 for seconds in ctx.paused)


def test_a_query_that_costs_too_much_is_asked_again_in_smaller_parts(tmp_path):
    site = grown(6, 120)
    with Thinkific(site, limit=None) as fake:
        fake.ceiling = 60.0
        chunks, _ = read(fake, tmp_path)
    assert [(one.kind, one.ref) for one in entries_of(chunks)] == expected(site)


def test_without_introspection_the_known_fields_are_asked_for(tmp_path):
    site = grown(7, 40)
    with Thinkific(site, limit=None) as fake:
        fake.introspects = False
        chunks, _ = read(fake, tmp_path)
    kinds = {type(node.block) for node in nodes_of(chunks) if node.block}
    assert Text in kinds
    assert "explanation" not in "".join(fake.queries)


def test_without_a_token_the_outline_leads_to_the_old_lessons(tmp_path):
    site = grown(8, 40)
    with Thinkific(site, limit=None) as fake:
        chunks, _ = read(fake, tmp_path, token=False)
        assert fake.queries == []
    assert [one.ref for one in entries_of(chunks) if one.kind == "content"] == [
        ref for kind, ref in expected(site) if kind == "content"
    ]
    blocks = [node.block for node in nodes_of(chunks) if node.block]
    assert all("https://school.example.test/take/" in block.html for block in blocks)
    for entry in entries_of(chunks):
        if entry.kind == "content":
            assert entry.outcome in ("converted_with_loss", "skipped")


def test_a_token_that_is_refused_leaves_the_outline(tmp_path):
    with Thinkific(grown(9, 20), limit=None) as fake:
        fake.graphql.answer = lambda _request: found({"errors": [{"message": "expired"}]}, 401)
        chunks, _ = read(fake, tmp_path)
    assert "school_token_refused" in {one.code for one in problems_of(chunks)}
    assert len([one for one in entries_of(chunks) if one.kind == "content"]) == 20


def test_captions_travel_with_their_video_and_the_missing_film_is_named(tmp_path):
    site = one_content("Lesson", {
        "__typename": "VideoContent", "fileName": "film.mp4", "htmlDescription": "<p>x</p>",
        "captions": [{"downloadUrl": "media:a.vtt", "language": "de"}],
    })  # fmt: skip
    site.media["a.vtt"] = b"WEBVTT\n"
    with Thinkific(site, limit=None) as fake:
        chunks, ctx = read(fake, tmp_path)
    first = next(node.block for node in nodes_of(chunks) if node.block)
    assert "film.mp4" in first.html
    assert "Captions (de)" in first.html
    assert list(ctx.assets.values())[-1] == b"WEBVTT\n"
    entry = entries_of(chunks)[1]
    assert (entry.outcome, "film.mp4" in str(entry.reason)) == ("converted_with_loss", True)


def test_a_video_with_an_address_plays_with_its_captions(tmp_path):
    body = {
        "__typename": "VideoContent", "url": "https://cdn.example.test/a.mp4",
        "captions": [{"downloadUrl": "media:a.vtt", "language": "de"}],
    }  # fmt: skip
    site = one_content("Lesson", body)
    site.media["a.vtt"] = b"WEBVTT\n"
    with Thinkific(site, limit=None) as fake, pytest.MonkeyPatch.context() as patch:
        patch.setitem(_schema("VideoContent"), "url", "String")
        chunks, _ = read(fake, tmp_path)
    (video,) = [node.block for node in nodes_of(chunks) if isinstance(node.block, Video)]
    assert video.sources == ("https://cdn.example.test/a.mp4",)
    assert [one.language for one in video.captions] == ["de"]


def _schema(name):
    from fakes import thinkific

    return thinkific.SCHEMA[name]


def test_an_unknown_kind_is_kept_word_for_word(tmp_path):
    site = one_content("Hologram", {"__typename": "HologramContent"})
    with Thinkific(site, limit=None) as fake:
        chunks, _ = read(fake, tmp_path)
    (block,) = [node.block for node in nodes_of(chunks) if node.block]
    assert isinstance(block, Foreign)
    assert json.loads(block.data)[0]["contentable_type"] == "Hologram"


def test_a_killed_import_asks_for_no_lesson_twice(tmp_path):
    site, journal = grown(1, 260), Journal()
    with Thinkific(site, limit=None) as fake:
        ctx = Ctx(tmp_path, fake, journal=journal)
        first = Reading(ctx, {}, {}).chunks(str(site.courses[0]["id"]), None)
        chunks = [next(first), next(first)]
        next(first)  # read, but never saved
        rest, _ = read(fake, tmp_path, cursor=chunks[-1].cursor, journal=journal)
        asked, calls = fake.asked_lessons(), list(fake.rest.asked)
    assert len(asked) == len(set(asked))
    assert len(calls) == len(set(calls))
    assert [(one.kind, one.ref) for one in entries_of([*chunks, *rest])] == expected(site)


@pytest.mark.parametrize(
    "reply", [gateway(), gateway(520), truncated({"items": [], "meta": {}}), Reply(200, b"<html>")]
)
def test_a_bad_answer_is_a_passing_error_and_never_kept(tmp_path, reply):
    site, journal = grown(1, 10), Journal()
    with Thinkific(site, limit=None) as fake:
        fake.rest.fail("/contents", reply, times=9)
        with pytest.raises(TransientError):
            read(fake, tmp_path, journal=journal)
        fake.rest.faults.clear()
        chunks, _ = read(fake, tmp_path, journal=journal)
    assert [(one.kind, one.ref) for one in entries_of(chunks)] == expected(site)


def test_a_wrong_key_is_an_auth_error(tmp_path):
    with Thinkific(grown(1, 3), limit=None) as fake:
        fake.rest.answer = lambda _request: found({"error": "Authentication Error"}, 401)
        with pytest.raises(AuthError):
            read(fake, tmp_path)


def test_a_lesson_that_costs_too_much_by_itself_is_asked_for_with_fewer_questions(tmp_path):
    with Thinkific(grown(1, 3), limit=None) as fake:
        ctx = Ctx(tmp_path, fake)
        graph = Graph(ctx.http("graphql"))
        fake.ceiling = 1.0
        with pytest.raises(TooCostly):
            graph.ask('query { l0: lesson(id: "1") { content { id } } }')


def one_content(kind, body):
    """A course with one content of this kind."""
    site = grown(1, 1)
    chapter = site.chapters[site.courses[0]["id"]][0]
    site.contents[chapter["id"]][0]["contentable_type"] = kind
    lesson = next(iter(site.lessons.values()))
    lesson["content"] = {"id": "c", "contentType": kind.upper(), **body}
    return site


def test_a_site_that_gives_no_lesson_by_its_id_is_read_page_by_page(tmp_path):
    with Thinkific(grown(4, 120), limit=None) as fake:
        usual = entries_of(read(fake, tmp_path)[0])
        fake.gives_lessons = False
        fake.ceiling, fake.budget = 100, 1e9
        chunks, _ = read(fake, tmp_path)
    assert entries_of(chunks) == usual


def test_two_orders_of_a_site_are_told_and_positions_win(tmp_path):
    site = grown(4, 20)
    first = site.chapters[site.courses[0]["id"]][0]
    first["content_ids"].reverse()
    with Thinkific(site, limit=None) as fake:
        chunks, _ = read(fake, tmp_path)
    assert [(one.kind, one.ref) for one in entries_of(chunks)] == expected(site)
    assert [one.code for one in problems_of(chunks)].count("school_order_differs") == 1


def test_an_expired_address_is_asked_for_once_more(tmp_path):
    site = grown(4, 30)
    with Thinkific(site, limit=None) as fake:
        ref, lesson = next(
            (ref, one)
            for ref, one in site.lessons.items()
            if one["content"]["__typename"] == "PdfContent"
        )
        good = lesson["content"]["url"]
        lesson["content"]["url"] = f"{fake.cdn.url}/expired"
        queries = len(fake.queries)
        fake.cdn.answer = _renewing(fake, lesson, good)
        chunks, ctx = read(fake, tmp_path, media="package")
        assert sum("query Again" in one for one in fake.queries[queries:]) == 1
    (entry,) = [one for one in entries_of(chunks) if one.ref == ref]
    assert entry.outcome == "converted"
    assert fake.site.media[f"{ref}.pdf"] in ctx.assets.values()


def _renewing(fake, lesson, good):
    def answer(request):
        if request.path == "/expired":
            lesson["content"]["url"] = good
            return Reply(403, b"expired")
        return fake._medium(request)

    return answer


def test_the_creators_own_film_takes_the_place_of_the_one_that_is_missing(tmp_path):
    site = grown(4, 30)
    ref, lesson = next(
        (ref, one)
        for ref, one in site.lessons.items()
        if one["content"]["__typename"] == "VideoContent"
    )
    lesson["content"]["fileSize"] = 4
    own = tmp_path / "mine"
    own.mkdir()
    (own / lesson["content"]["fileName"]).write_bytes(b"film")
    with Thinkific(site, limit=None) as fake:
        chunks, ctx = read(fake, tmp_path, media_files=str(own))
    (video,) = [node.block for node in nodes_of(chunks) if node.key == f"content:{ref}"]
    assert ctx.assets[video.file] == b"film"
    assert len(video.captions) == 1
    (entry,) = [one for one in entries_of(chunks) if one.ref == ref]
    assert entry.outcome == "converted"


def test_a_field_that_a_site_does_not_know_is_left_out(tmp_path):
    with Thinkific(grown(4, 40), limit=None) as fake:
        usual = entries_of(read(fake, tmp_path)[0])
        fake.introspects = False
        fake.unknown = {"fileSize": "VideoContent", "captions": "VideoContent"}
        chunks, _ = read(fake, tmp_path)
    without = [one for one in usual if one.kind != "caption"]
    assert [(one.kind, one.ref) for one in entries_of(chunks) if one.kind != "file"] == [
        (one.kind, one.ref) for one in without if one.kind != "file"
    ]
    texts = [node for node in nodes_of(chunks) if isinstance(node.block, Text)]
    assert any("<h2>Part" in node.block.html for node in texts)


def test_a_question_with_many_choices_keeps_them_all(tmp_path):
    site = grown(4, 40)
    lesson = next(
        one for one in site.lessons.values() if one["content"]["__typename"] == "QuizContent"
    )
    lesson["content"]["quiz"]["questions"][0]["choices"] = [
        {"id": str(n), "text": f"choice {n}", "position": n, "correct": n == 29} for n in range(30)
    ]
    with Thinkific(site, limit=None) as fake:
        chunks, _ = read(fake, tmp_path)
    quizzes = [node.block for node in nodes_of(chunks) if isinstance(node.block, Quiz)]
    asked = [question for quiz in quizzes for question in quiz.questions]
    (many,) = [question for question in asked if len(question.options) > 3]
    assert [option.text for option in many.options if option.correct] == ["choice 29"]
    assert len(many.options) == 30
