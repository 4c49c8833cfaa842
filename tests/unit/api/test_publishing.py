"""Publishing to a site, and taking it back: what is written, how often, and what is said."""

import msgspec
import pytest
from sqlalchemy import select

from courseporter import api
from courseporter.api import publishing, undoing
from courseporter.api.publishing import PublishOptions
from courseporter.api.workers import run_one
from courseporter.errors import ConflictError, PorterError, SettingsError
from courseporter.flows.site import connect, send
from courseporter.jobs import queue
from courseporter.secret import Secret
from courseporter.store.schema import effect
from fakes.material import simple_tables, simple_template, template
from fakes.olx_course import members, pack
from fakes.studio import Studio
from fakes.studio.importer import read_course

KEY = "course-v1:PorterU+C1+self_paced"
IMPORT = "/api/courses/v0/import/"
RUNS = "/api/v1/course_runs/"


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    """No test waits for a site that answers at once."""
    monkeypatch.setattr(send, "SETTLE_SECONDS", 0.3)
    monkeypatch.setattr(send, "LOOK_SECONDS", 0.05)
    made = connect.site_of
    quick = {"poll_interval": 20}
    monkeypatch.setattr(
        connect, "site_of", lambda opened: msgspec.structs.replace(made(opened), **quick)
    )
    return quick


@pytest.fixture
def fake():
    with Studio() as studio:
        yield studio


@pytest.fixture
def actor(tmp_path):
    started = api.start(tmp_path / "home")
    yield started
    api.stop(started)


@pytest.fixture
def connect_as(actor, fake):
    def add(account="staff", **values):
        given = {
            "lms_url": fake.lms,
            "studio_url": fake.studio,
            "client_id": f"{account}-client",
            "default_org": "PorterU",
        }
        secrets = {"client_secret": Secret(f"{account}-secret")}
        name = f"{account} {len(api.connections(actor))}"
        api.add_connection(actor, "openedx", name, given | values, secrets, session_only=True)
        return name

    return add


@pytest.fixture
def site(connect_as):
    return connect_as()


@pytest.fixture
def package(tmp_path):
    def made(changes=None):
        files = members() | (changes or {})
        return pack(tmp_path / "course.tar.gz", {k: v for k, v in files.items() if v is not None})

    return made


@pytest.fixture
def publish(actor, package):
    def go(to, what=None, **options):
        result = publishing.publish_course(actor, what or package(), to, PublishOptions(**options))
        publishing.acknowledge_publish(actor, result)
        return result

    return go


def writes(fake):
    """Every write the site was asked for, but tokens."""
    return [
        (method, path.partition("?")[0].replace(KEY, "KEY"))
        for method, path, _status in fake.site.calls
        if method != "GET" and "access_token" not in path
    ]


CREATE_AND_UPLOAD = [("POST", RUNS), ("POST", f"{IMPORT}KEY/")]


def test_a_package_arrives_and_is_proved_to(fake, site, publish):
    result = publish(site)
    assert (result.success, result.state, result.created) == (True, "succeeded", True)
    assert (result.read_back.equal, result.read_back.compared) == (True, 7)
    assert result.course_key == KEY
    assert result.studio_url == f"{fake.studio}/course/{KEY}"
    assert result.task_id == fake.site.tasks[0].id
    assert result.undo == "possible"
    assert writes(fake) == CREATE_AND_UPLOAD


def test_a_draft_arrives_under_its_own_key(fake, actor, site, publish, tmp_path):
    source = simple_template(tmp_path / "pottery.zip")
    job = api.prepare(actor, source)
    run_one(actor, job)
    draft = api.drafts(actor)[0].id
    result = publish(site, draft, org="Own", number="N-1", run="r_2")
    assert result.course_key == "course-v1:Own+N-1+r_2"
    assert result.read_back.equal
    assert api.draft(actor, draft).course.title in fake.site.runs[result.course_key].title


def test_a_dry_run_writes_nothing_and_says_what_would_be_done(fake, site, publish):
    result = publish(site, dry_run=True)
    assert writes(fake) == []
    assert result.plan[0] == f"Create the course run {KEY}."
    assert "3 blocks" in result.plan[1]


def test_our_own_run_is_written_again_without_asking(fake, site, publish):
    publish(site)
    assert publish(site).success
    assert writes(fake) == [*CREATE_AND_UPLOAD, CREATE_AND_UPLOAD[1]]


@pytest.mark.parametrize("overwrite", [None, False])
def test_somebody_elses_run_is_left_alone(fake, site, publish, overwrite):
    run = fake.site.create("PorterU", "C1", "self_paced", title="Theirs")
    run.enrolled = ["a@example.com", "b@example.com"]
    with pytest.raises(PorterError) as refused:
        publish(site, overwrite=overwrite)
    assert (refused.value.code, refused.value.exit_code) == ("conflict", 6)
    assert "2 learners" in refused.value.message
    assert writes(fake) == []


def test_not_even_our_own_run_is_written_when_told_so(site, publish):
    publish(site)
    with pytest.raises(PorterError) as refused:
        publish(site, overwrite=False)
    assert refused.value.exit_code == 6


def theirs(fake, package, **settings):
    """Somebody else's course with content of its own."""
    run = fake.site.create("PorterU", "C1", "self_paced", title="Theirs", **settings)
    other = {
        "course/r1.xml": '<course display_name="Theirs" start="2021-01-01T00:00:00Z">'
        '<chapter url_name="x1"/></course>',
        "chapter/x1.xml": '<chapter display_name="Old"><sequential url_name="s1"/></chapter>',
        "html/h1.html": "<p>Their words, “old” &amp; ]]> fine</p>",
        "static/clay.png": b"\x89PNG theirs",
    }
    kept = (dict(run.schedule), run.pacing)
    fake.site._apply(run, read_course(package(other)))
    run.schedule, run.pacing = kept
    return run


def test_an_overwritten_course_is_brought_back_as_it_was(fake, actor, site, publish, package):
    run = theirs(fake, package, pacing="self_paced")
    before = [(b.type, b.name, b.title, b.body) for b in run.course.root.walk()]
    result = publish(site, overwrite=True)
    assert (result.success, result.created, result.undo, result.unkept) == (
        True,
        False,
        "possible",
        (),
    )
    assert run.course.root.title == "Pottery"

    plan = undoing.undo_plan(actor, result.job)
    assert "Restore “Theirs” as it was: 2 units." in plan
    undone = undoing.undo_publish(actor, result.job)
    assert undone.success
    assert [(b.type, b.name, b.title, b.body) for b in run.course.root.walk()] == before
    assert run.assets["clay.png"] == b"\x89PNG theirs"
    assert api.job(actor, undone.job).kind == "undo_publish"


def test_undo_of_a_created_run_leaves_it_empty_and_says_so(fake, actor, site, publish):
    result = publish(site)
    plan = undoing.undo_plan(actor, result.job)
    assert "The course run stays: Open edX can't delete it." in plan
    undone = undoing.undo_publish(actor, result.job)
    assert undone.success
    assert fake.site.runs[KEY].course.root.children == []


def test_what_was_undone_is_not_undone_again(fake, actor, site, publish):
    result = publish(site)
    undoing.undo_publish(actor, result.job)
    with pytest.raises(ConflictError, match="already been undone"):
        undoing.undo_publish(actor, result.job)
    assert len(fake.site.tasks) == 2


def test_undo_says_that_later_publishes_go_too(actor, site, publish):
    result = publish(site)
    publish(site)
    plan = undoing.undo_plan(actor, result.job)
    assert "The course was published 1 more time since then; that will be undone, too." in plan


def test_a_publish_that_failed_and_was_undone_begins_anew(fake, actor, site, publish):
    fake.add_fault("status", path="course_index", status=200, body="<html>", times=1)
    with pytest.raises(PorterError):
        publish(site)
    with actor.store.read() as connection:
        (failed,) = queue.listing(connection)
    undoing.undo_publish(actor, failed.id)
    again = publish(site)
    assert (again.success, again.job != failed.id, len(fake.site.tasks)) == (True, True, 3)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [(IMPORT, 413, "remote_too_large"), (IMPORT, 404, "remote_missing"),
     ("/course_runs/", 400, "invalid_course_input")],
)  # fmt: skip
def test_what_the_site_refuses_ends_at_once_and_can_be_tried_again(
    fake, site, publish, path, status, code
):
    fake.add_fault("status", method="POST", path=path, status=status, times=2)
    for _ in range(2):
        with pytest.raises(PorterError) as refusal:
            publish(site)
        assert refusal.value.code == code
        assert fake.site.tasks == []
    result = publish(site)
    assert (result.success, result.created, len(fake.site.tasks)) == (True, True, 1)
    assert publish(site).success, "the run is known to be ours"


def test_a_job_that_published_nothing_cannot_be_undone(actor, site, publish):
    result = publish(site, dry_run=True)
    with pytest.raises(SettingsError, match="nothing to undo"):
        undoing.undo_plan(actor, result.job)


def test_what_an_import_resets_is_set_again(fake, site, publish, package):
    dates = {"start": "2025-01-01T00:00:00Z", "end": "2031-01-01T00:00:00Z",
             "enrollment_start": "2024-06-01T00:00:00Z"}  # fmt: skip
    run = theirs(fake, package, pacing="self_paced", schedule=dates)
    run.image = "face.png"
    run.assets["face.png"] = b"\x89PNG face"
    bare = package({
        "course/r1.xml": '<course display_name="Bare" start="2020-01-01T00:00:00Z">'
        '<chapter url_name="c1"/></course>'
    })  # fmt: skip
    result = publish(site, bare, overwrite=True)
    assert run.pacing == "self_paced"
    assert run.schedule["enrollment_start"] == dates["enrollment_start"]
    assert run.schedule["end"] == dates["end"]
    assert run.schedule["start"] == "2020-01-01T00:00:00Z"  # the package says it
    assert run.assets[run.image] == b"\x89PNG face"
    assert set(result.restored) == {"schedule", "pacing_type", "course_image"}


def test_the_defaults_of_a_draft_overrule_no_setting_of_the_run(
    fake, actor, site, publish, tmp_path
):
    run_one(actor, api.prepare(actor, simple_template(tmp_path / "pottery.zip")))
    dates = {"start": "2025-01-01T00:00:00Z", "end": "2031-01-01T00:00:00Z"}
    run = fake.site.create("Own", "N", "r", title="Theirs", schedule=dates)
    draft = api.drafts(actor)[0].id
    publish(site, draft, org="Own", number="N", run="r", overwrite=True)
    assert run.pacing == "instructor_paced"
    assert {name: run.schedule[name] for name in dates} == dates


def test_a_member_of_the_team_publishes_into_an_existing_run(fake, connect_as, publish):
    team = [{"user": "coauthor", "role": "instructor"}]
    fake.site.create("PorterU", "C1", "self_paced", title="Theirs", team=team)
    assert publish(connect_as("member"), overwrite=True).success


def test_a_missing_run_is_not_created_where_that_is_switched_off(fake, connect_as, publish):
    with pytest.raises(PorterError) as refused:
        publish(connect_as(auto_create_course=False))
    assert refused.value.code == "remote_missing"
    assert writes(fake) == []


def test_losses_of_the_import_end_in_a_result_that_is_no_success(fake, site, publish, package):
    result = publish(site, package({"problem/p1.xml": None}))
    assert (result.success, result.state) == (False, "succeeded")
    assert [msgspec.structs.asdict(one) for one in result.read_back.differences] == [
        {"where": "Clay › Wedging › Why › p1", "what": "is missing"}
    ]


def test_an_empty_course_is_not_published(fake, site, publish, package):
    empty = package({"course/r1.xml": '<course display_name="Empty"/>'})
    with pytest.raises(PorterError) as refused:
        publish(site, empty)
    assert (refused.value.code, refused.value.exit_code) == ("course_not_ready", 3)
    assert writes(fake) == []


def test_a_refusal_by_the_gate_lists_its_lines_and_another_try_uploads_anew(
    fake, actor, site, publish, package
):
    fake.site.gate = 1
    path = package({"html/h1.html": "<figure>x</figure>"})
    with pytest.raises(PorterError) as refused:
        publish(site, path)
    assert (refused.value.code, refused.value.exit_code) == ("olx_validation_error", 8)
    assert refused.value.metadata["errors"] == [
        "ERROR InvalidHTML (html/h1.html): Tag figure invalid"
    ]
    fake.site.gate = 0
    assert publish(site, path).success
    assert [task.filename[-8:] for task in fake.site.tasks] == ["2.tar.gz", "1.tar.gz"]
    assert len(set(writes(fake))) == 2


@pytest.mark.parametrize(
    ("fault", "where"),
    [
        ({"kind": "status", "status": 401, "body": "{}"}, RUNS),
        ({"kind": "status", "status": 401, "body": "{}"}, IMPORT),
        ({"kind": "status", "status": 429, "headers": {"Retry-After": "0"}}, IMPORT),
        ({"kind": "status", "status": 503, "headers": {"Retry-After": "0"}}, RUNS),
        ({"kind": "status", "status": 500, "times": 5}, IMPORT + ".*task_id"),
        ({"kind": "reset", "times": 2}, IMPORT + ".*task_id"),
        ({"kind": "reset"}, "course_index"),
        ({"kind": "cut"}, "olx-export"),
        ({"kind": "drip", "seconds": 0.001}, "course_index"),
        ({"kind": "status", "status": 502}, "olx-export"),
    ],
)
def test_one_fault_costs_nothing(fake, site, publish, fault, where):
    fake.add_fault(path=where, **fault)
    assert publish(site).success
    assert writes(fake) == CREATE_AND_UPLOAD or fault.get("status") in (401, 429, 503)
    assert len(fake.site.tasks) == 1


@pytest.mark.parametrize("kind", ["reset_after", "lost"])
def test_an_upload_whose_answer_is_lost_is_found_and_not_repeated(fake, site, publish, kind):
    fake.add_fault(kind, method="POST", path=IMPORT)
    assert publish(site).success
    assert writes(fake) == CREATE_AND_UPLOAD


@pytest.mark.parametrize("kind", ["reset_after", "lost"])
def test_a_run_whose_creation_was_not_answered_is_known_again(fake, site, publish, kind):
    fake.add_fault(kind, method="POST", path=RUNS)
    result = publish(site)
    assert (result.success, result.created) == (True, True)
    assert list(fake.site.runs) == [KEY]


def test_an_upload_cut_in_the_middle_is_sent_again(fake, site, publish, package, tmp_path):
    big = package({"static/film.mp4": bytes(range(256)) * 8000})
    fake.add_fault("reset_in_body", method="POST", path=IMPORT, bytes=1000)
    assert publish(site, big).success
    assert len(fake.site.tasks) == 1


def test_a_token_that_expires_during_the_import_is_renewed(fake, site, publish):
    fake.add_fault("call", path=IMPORT + ".*task_id", after=2, do=fake.site.revoke_tokens)
    assert publish(site).success
    assert fake.count("POST", "access_token") == 2


def test_a_run_that_somebody_creates_in_between_is_left_alone(fake, site, publish):
    def meanwhile():
        fake.site.create("PorterU", "C1", "self_paced", title="Theirs")

    fake.add_fault("call", method="POST", path=RUNS, do=meanwhile)
    with pytest.raises(PorterError) as refused:
        publish(site)
    assert (refused.value.code, refused.value.exit_code) == ("conflict", 6)
    assert fake.site.runs[KEY].course is None
    assert fake.site.tasks == []


def test_an_import_that_never_ends_is_given_up_and_followed_again_later(fake, site, publish, hurry):
    hurry["import_timeout"] = 1
    fake.site.never = True
    with pytest.raises(PorterError) as late:
        publish(site)
    assert (late.value.code, late.value.exit_code) == ("import_timeout", 5)
    fake.site.never = False
    assert publish(site).success
    assert writes(fake) == CREATE_AND_UPLOAD


def test_a_site_that_never_says_how_the_import_is_going_is_told_apart(fake, site, publish, hurry):
    hurry["import_timeout"] = 1
    fake.add_fault("status", path=IMPORT + ".*task_id", status=500, times=999)
    with pytest.raises(PorterError) as late:
        publish(site)
    assert (late.value.code, late.value.exit_code) == ("poll_timeout", 5)
    assert len(fake.site.tasks) == 1


def test_an_import_by_somebody_else_is_waited_for(fake, actor, site, publish, package):
    publish(site)
    fake.site.begin_import(KEY, "theirs.tar.gz", "publisher", package())
    assert publish(site).success
    assert fake.site.overlaps == []


def test_a_worker_lets_go_of_a_long_import_between_questions(
    fake, actor, site, publish, monkeypatch
):
    monkeypatch.setattr(send, "AWAKE_SECONDS", 0.0)
    assert publish(site).success
    assert writes(fake) == CREATE_AND_UPLOAD


def test_a_wrong_secret_is_refused_once_and_without_a_retry(fake, actor, publish):
    secrets = {"client_secret": Secret("wrong-secret")}
    values = {"lms_url": fake.lms, "studio_url": fake.studio, "client_id": "staff-client",
              "default_org": "O"}  # fmt: skip
    api.add_connection(actor, "openedx", "bad", values, secrets, session_only=True)
    with pytest.raises(PorterError) as refused:
        publish("bad")
    assert (refused.value.code, refused.value.exit_code) == ("invalid_credentials", 4)
    assert fake.count("POST", "access_token") == 1


def test_people_are_enrolled_with_an_outcome_for_each(fake, actor, site, publish, tmp_path):
    people = [{"email": one} for one in ("a@x.org", "b@x.org", "nobody", "a@x.org")]
    source = template(tmp_path / "c.zip", {**simple_tables(2), "enrollments": people})
    run_one(actor, api.prepare(actor, source))
    planned = publish(site, api.drafts(actor)[0].id, enroll=True, dry_run=True)
    assert "Enroll 3 learners from enrollments.csv, without sending emails." in planned.plan
    assert fake.count("POST", "bulk_enroll") == 0
    result = publish(site, api.drafts(actor)[0].id, enroll=True)
    assert result.enrolled.counts == {"enrolled": 2, "failed": 1}
    assert "email address" in result.enrolled.rows[2]["message"]
    assert [row["email"] for row in result.enrolled.rows] == ["a@x.org", "b@x.org", "nobody"]


def test_people_whom_the_answer_leaves_out_are_not_enrolled(fake, actor, site, publish, tmp_path):
    people = [{"email": "a@x.org"}, {"email": "b@x.org"}]
    source = template(tmp_path / "c.zip", {**simple_tables(2), "enrollments": people})
    run_one(actor, api.prepare(actor, source))
    fake.add_fault("status", path="bulk_enroll", status=200, body='{"courses": {}}')
    result = publish(site, api.drafts(actor)[0].id, enroll=True)
    assert result.enrolled.counts == {"failed": 2}


def test_nobody_is_enrolled_unless_asked(fake, site, publish):
    publish(site)
    assert fake.count("POST", "bulk_enroll") == 0


def test_the_status_of_a_course_is_that_of_the_site(fake, actor, site, publish):
    assert not publishing.course_status(actor, site, KEY).exists
    publish(site)
    fake.site.runs[KEY].enrolled = ["a@example.com"]
    found = publishing.course_status(actor, site, KEY)
    assert (found.exists, found.published, found.enrollment_count) == (True, True, 1)
    assert found.last_modified == "2026-11-20T09:40:00Z"


def test_the_journal_holds_each_write_once(actor, site, publish):
    publish(site)
    with actor.store.read() as connection:
        rows = connection.execute(select(effect.c.key, effect.c.state, effect.c.tries)).all()
    assert sorted((row.key.split()[0], row.state, row.tries) for row in rows) == [
        ("create", "done", 1),
        ("upload", "done", 1),
    ]


def test_the_secret_is_in_no_file_of_the_data_folder(fake, actor, site, publish, package, tmp_path):
    publish(site)
    fake.add_fault("status", path=IMPORT, status=401, times=9, body='{"detail": "staff-secret"}')
    with pytest.raises(PorterError):
        publish(site)
    api.stop(actor)
    token = next(iter(fake.site.tokens))
    for file in (tmp_path / "home").rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            assert b"staff-secret" not in data
            assert token.encode() not in data


def test_the_test_of_a_connection_goes_step_by_step(actor, connect_as):
    report = api.check_connection(actor, connect_as())
    assert report.success
    steps = {check.name: check.state for check in report.checks}
    assert set(steps.values()) == {"ok"}
    assert list(steps)[-6:] == ["heartbeat", "token", "who_am_i", "create_runs", "import", "clock"]
    assert report.can == {"create_runs": True, "import": True}


def test_what_a_member_of_a_team_may_not_do_is_no_failure_of_the_connection(actor, connect_as):
    report = api.check_connection(actor, connect_as("member"))
    assert report.success
    assert report.can == {"create_runs": False, "import": False}
    failed = [check for check in report.checks if check.state == "failed"]
    assert [check.name for check in failed] == ["create_runs", "import"]
    assert all(check.hint for check in failed)


def test_a_clock_that_is_off_is_named(fake, actor, connect_as):
    fake.site.clock_ahead = 900
    report = api.check_connection(actor, connect_as())
    assert [check.name for check in report.checks if check.state == "failed"] == ["clock"]


def test_the_report_of_a_published_package_says_what_the_site_has(actor, site, package, tmp_path):
    result = publishing.publish_course(actor, package(), site, PublishOptions())
    assert result.read_back.equal
    page, table = tmp_path / "report.html", tmp_path / "report.csv"
    api.report(actor, result.job, page)
    api.report(actor, result.job, table)
    written = page.read_text(encoding="utf-8")
    assert f"all {result.read_back.compared} parts read back the same" in written
    assert f'href="{result.studio_url}"' in written
    assert table.read_text(encoding="utf-8-sig").splitlines() == ["where,difference"]


def test_the_report_of_a_published_draft_adds_what_the_site_has(actor, site, tmp_path):
    run_one(actor, api.prepare(actor, simple_template(tmp_path / "pottery.zip")))
    draft = api.drafts(actor)[0].id
    result = publishing.publish_course(actor, draft, site, PublishOptions())
    page = tmp_path / "report.html"
    api.report(actor, result.job, page)
    written = page.read_text(encoding="utf-8")
    assert "parts read back the same" in written
    assert "converted" in written
