"""Imports, their failures, and the read-back."""

import pytest

from courseporter.errors import AuthError, RejectedError, TransientError
from courseporter.limits import Limits
from courseporter.net import FilePart
from courseporter.targets.openedx import imports
from courseporter.targets.openedx.compare import Comparison
from courseporter.targets.openedx.expected import read_expected

IMPORT = "/api/courses/v0/import/"
NAME = "courseporter-1.tar.gz"


@pytest.fixture
def run(fake):
    return fake.site.create("Org", "C1", "r1", title="Pottery")


@pytest.fixture
def imported(fake, session, key, run):
    """Uploads a package and waits for its end."""

    def send(path):
        task = imports.upload(session, key, FilePart.of(path, NAME), lambda *_sent: None)
        fake.site.settle()
        return imports.poll(session, key, task, NAME)

    return send


@pytest.fixture
def read_back(session, key):
    def compare(path):
        return Comparison(session, key, read_expected(path, Limits()), lambda *_read: None).run()

    return compare


def test_states_are_seen_one_after_the_other(fake, session, key, run, package):
    task = imports.upload(session, key, FilePart.of(package(), NAME), lambda *_sent: None)
    seen = [imports.poll(session, key, task, NAME) for _ in range(6)]
    assert [state.phase for state in seen] == ["waiting", *["running"] * 4, "succeeded"]


def test_a_task_without_a_row_yet_counts_as_waiting_and_a_pending_one_as_running(
    fake, session, key, run, package
):
    fake.site.early_row = True
    task = imports.upload(session, key, FilePart.of(package(), NAME), lambda *_sent: None)
    assert imports.poll(session, key, task, NAME).phase == "running"
    assert imports.poll(session, key, "unknown", NAME).phase == "waiting"


def test_a_task_is_found_again_by_the_name_of_its_file(session, key, imported, package):
    assert imports.find(session, key, NAME) is None
    imported(package())
    assert imports.find(session, key, NAME).state == "Succeeded"


def test_the_bytes_of_an_upload_are_reported(session, key, run, package):
    path, sent = package(), []
    imports.upload(session, key, FilePart.of(path, NAME), lambda done, total: sent.append(done))
    assert sent[-1] == path.stat().st_size


def test_an_upload_that_breaks_off_is_not_sent_again_blindly(fake, session, key, run, package):
    fake.add_fault("reset_after", method="POST", path=IMPORT)
    with pytest.raises(TransientError) as broken:
        imports.upload(session, key, FilePart.of(package(), NAME), lambda *_sent: None)
    assert not broken.value.metadata.get("not_done")
    assert len(fake.site.tasks) == 1


def test_an_upload_with_an_expired_token_goes_through_with_a_fresh_one(
    fake, session, key, run, package
):
    fake.add_fault("call", method="POST", path=IMPORT, do=fake.site.revoke_tokens)
    assert imports.upload(session, key, FilePart.of(package(), NAME), lambda *_sent: None)
    assert len(fake.site.tasks) == 1


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"course/r1.xml": None}, "import_error", "Unknown error"),
        ({"../evil": "x"}, "import_rejected", "Unsafe archive"),
        ({"course.xml": None}, "import_rejected", "course.xml"),
    ],
)
def test_the_reason_of_a_failure_is_fetched(session, key, imported, package, changes, code, said):
    assert imported(package(changes)).phase == "failed"
    error = imports.failure(session, key, NAME)
    assert (type(error), error.code) == (RejectedError, code)
    assert said in error.message


def test_the_findings_of_the_gate_are_listed_line_by_line(fake, session, key, imported, package):
    fake.site.gate = 1
    page = "<section><audio src='/static/a.mp3'></audio></section>"
    assert imported(package({"html/h1.html": page})).phase == "failed"
    error = imports.failure(session, key, NAME)
    assert error.code == "olx_validation_error"
    assert error.metadata["errors"] == [
        "ERROR InvalidHTML (html/h1.html): Tag audio invalid",
        "ERROR InvalidHTML (html/h1.html): Tag section invalid",
    ]


def test_who_may_not_import_is_told_so(account, key, run, package):
    with pytest.raises(AuthError) as refused:
        imports.upload(account("outsider"), key, FilePart.of(package(), NAME), lambda *_sent: None)
    assert refused.value.code == "insufficient_role"


def test_a_whole_course_reads_back_equal(imported, read_back, package):
    path = package()
    imported(path)
    report = read_back(path)
    assert (report.equal, report.differences, report.skipped) == (True, [], [])
    assert report.compared == 7


def test_reading_back_takes_one_call_for_each_unit_and_few_more(fake, imported, read_back, package):
    path = package()
    imported(path)
    before = len(fake.site.calls)
    read_back(path)
    assert len(fake.site.calls) - before == 4  # the outline, two units, the files


@pytest.mark.parametrize(
    ("changes", "where", "what"),
    [
        ({"problem/p1.xml": None}, "Clay › Wedging › Why › p1", "is missing"),
        ({"html/h1.html": None}, "Clay › Wedging › Why › Air in clay", "is missing"),
        ({"html/h2.html": b"\xff\xfe"}, "Clay › Wedging › How › Cut and slam", "is missing"),
        ({"vertical/v1.xml": "<vertical"}, "Clay › Wedging › v1", "is missing"),
        ({"static/clay.png": None}, None, None),
    ],
)
def test_what_the_importer_loses_silently_is_found(
    imported, read_back, package, changes, where, what
):
    path = package(changes)
    assert imported(path).phase == "succeeded"
    report = read_back(path)
    if where is None:
        assert report.equal  # the package never had it: its own check says so
    else:
        assert [(one.where, one.what) for one in report.differences] == [(where, what)]


def test_what_was_changed_on_the_site_is_found(run, imported, read_back, package):
    path = package()
    imported(path)
    section = run.course.root.children[0]
    lesson = section.children[0]
    lesson.attributes["display_name"] = "Kneading"
    lesson.children.reverse()
    lesson.children[1].children[0].body = "<p>Other words</p>"
    lesson.children[1].children[1].attributes["max_attempts"] = "9"
    run.assets.pop("clay.png")
    found = {(one.where, one.what) for one in read_back(path).differences}
    assert found == {
        ("Clay › Wedging", "the title is “Kneading”"),
        ("Clay › Wedging", "the order differs"),
        ("Clay › Wedging › Why › Air in clay", "the content differs"),
        ("Clay › Wedging › Why › Question", "max_attempts is 9"),
        ("static/clay.png", "the file is missing"),
    }


def test_a_site_that_exports_no_olx_still_tells_what_is_missing(fake, imported, read_back, package):
    fake.site.olx_export = False
    path = package()
    imported(path)
    assert read_back(path).equal
    lossy = package({"problem/p1.xml": None})
    imported(lossy)
    assert [one.what for one in read_back(lossy).differences] == ["is missing"]


def test_a_unit_that_cannot_be_written_as_olx_is_read_in_another_way(
    fake, imported, read_back, package
):
    path = package()
    imported(path)
    fake.add_fault("status", path="olx-export.*block@v1", status=500, times=9)
    assert read_back(path).equal


def test_blocks_of_an_overwritten_course_are_not_taken_for_present(
    run, imported, read_back, package
):
    imported(package())
    smaller = package({"vertical/v1.xml": '<vertical display_name="Why"/>'})
    imported(smaller)
    assert "problem/p1" in run.former
    assert read_back(smaller).equal


def test_a_course_that_vanished_is_one_difference(fake, imported, read_back, package):
    path = package()
    imported(path)
    fake.site.runs.clear()
    assert [one.what for one in read_back(path).differences] == ["the course is missing"]
