"""Whatever a service does to a row: one record, the row's right state, and the others go on."""

import sys
import threading
from zipfile import ZipFile

import msgspec
import pytest

from courseporter import api
from courseporter.api import rows, workers
from courseporter.api.rows import RowOptions
from courseporter.errors import InputError, PorterError, SettingsError
from courseporter.flows import import_rows
from courseporter.jobs import settle
from courseporter.jobs.run import Run, Stopped
from fakes.records import ASKED, KEY, served_records
from fakes.web import Reply

HEADER = "Date,Name,Year,Letterboxd URI\n"
FILMS = ["M", "Ran", "Ikiru", "Stalker", "Playtime"]
KEYED = ASKED + '\nidempotency_header = "Idempotency-Key"'


@pytest.fixture
def service():
    with served_records() as made:
        yield made


@pytest.fixture
def actor(store, monkeypatch):
    monkeypatch.setattr(settle, "backoff", lambda _attempt, _jitter=None: 0)
    monkeypatch.setattr("courseporter.jobs.effects.SURE_SECONDS", 0.05)
    return api.Actor(store, "anna")


@pytest.fixture
def connect(actor, service, tmp_path, monkeypatch):
    def to(more=ASKED):
        monkeypatch.setenv("COURSEPORTER_SECRET_FILMS", KEY)
        values = {"profile": str(service.profile(tmp_path, more=more))}
        return RowOptions(to=api.add_connection(actor, "http_api", "films", values, {}).id)

    return to


def table(tmp_path, *lines, name="watched.csv", header=HEADER):
    path = tmp_path / name
    given = lines or tuple(f"2024-03-01,{name},19{n}0,https://boxd.it/{n}" for n, name in
                           enumerate(FILMS, 1))  # fmt: skip
    path.write_text(header + "".join(f"{line}\n" for line in given), encoding="utf-8")
    return path


@pytest.mark.parametrize("more", [ASKED, KEYED], ids=["can be asked", "takes keys"])
@pytest.mark.parametrize(
    "fault",
    ["lost", "made", "page", 500, 502, 504, Reply(reset=0), Reply(201, b"{}"), Reply(200, b"x")],
    ids=str,
)
def test_a_doubt_about_one_row_ends_in_one_record_and_stops_no_other(
    actor, service, connect, tmp_path, fault, more
):
    service.knows_keys = more == KEYED
    service.faults["Ran"] = [fault]
    done = rows.import_rows(actor, table(tmp_path), connect(more))
    assert (done.state, done.success, done.held) == ("completed", 5, 0)
    assert sorted(service.titles()) == sorted(FILMS)
    assert service.posts.index("Ikiru") < 3 + service.posts.count("Ran")
    ids = {record["title"]: str(record["id"]) for record in service.records}
    assert [row.target for row in done.list] == [ids[name] for name in FILMS]


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (400, "failed", "rejected"),
        (409, "failed", "rejected"),
        (413, "failed", "rejected"),
        (415, "failed", "rejected"),
        (422, "failed", "rejected"),
    ],
)
def test_a_refusal_fails_its_row_alone(actor, service, connect, tmp_path, fault, status, code):
    service.faults["Ran"] = [fault]
    done = rows.import_rows(actor, table(tmp_path), connect())
    row = done.list[1]
    assert (row.status, row.code, done.success) == (status, code, 4)
    assert "no" in row.message
    assert service.posts.count("Ran") == 1


def test_a_record_that_the_service_calls_a_duplicate_is_skipped(actor, service, connect, tmp_path):
    more = ASKED + '\nduplicate = { status = 409, id = "/id" }'
    service.faults["Ran"] = [Reply(409, b'{"id": 77}')]
    done = rows.import_rows(actor, table(tmp_path), connect(more))
    row = done.list[1]
    assert (row.status, row.code, row.target) == ("skipped", "duplicate_at_target", "77")


@pytest.mark.parametrize(
    "fault",
    [
        Reply(429, b"{}", {"Retry-After": "0"}),
        Reply(429, b"{}", {"X-RateLimit-Reset": "0"}),
        Reply(503, b"{}", {"Retry-After": "0"}),
    ],
    ids=["429", "429 with a reset", "503"],
)
def test_a_service_that_asks_to_slow_down_costs_no_attempt(
    actor, service, connect, tmp_path, fault
):
    service.faults["Ran"] = [fault]
    done = rows.import_rows(actor, table(tmp_path), connect())
    assert (done.success, done.list[1].attempts) == (5, 1)
    assert service.titles() == FILMS


def test_a_service_without_the_path_stops_the_import_and_leaves_its_rows(
    actor, service, connect, tmp_path
):
    service.faults["M"] = [404]
    options = connect()
    with pytest.raises(PorterError) as refusal:
        rows.import_rows(actor, table(tmp_path), options)
    assert refusal.value.code == "settings_error"
    (job,) = api.jobs(actor)
    assert rows.rows_of(actor, job.id).pending == 5
    assert rows.run_rows(actor, job.id).success == 5


def test_a_broken_service_leaves_every_row_for_later(actor, service, connect, tmp_path):
    for name in FILMS:
        service.faults[name] = [500] * 40
    with pytest.raises(PorterError):
        rows.import_rows(actor, table(tmp_path, *[
            f"2024-03-0{n % 9 + 1},{name},19{n}0," for n, name in enumerate(FILMS * 2, 10)
        ]), connect())  # fmt: skip
    (job,) = api.jobs(actor)
    service.faults.clear()
    found = rows.rows_of(actor, job.id)
    assert found.pending + found.failed == 10
    rows.run_rows(actor, job.id)
    assert rows.retry_rows(actor, job.id).success == 10
    assert len(service.records) == 10


def test_twins_with_different_addresses_are_two_records_whatever_is_lost(
    actor, service, connect, tmp_path
):
    service.faults["The Haunted Castle"] = ["made", "lost"]
    path = table(tmp_path, "2024-03-01,The Haunted Castle,1897,https://boxd.it/1",
                 "2024-03-01,The Haunted Castle,1897,https://boxd.it/2")  # fmt: skip
    done = rows.import_rows(actor, path, connect())
    assert (done.success, len(service.records)) == (2, 2)
    assert sorted(row.target for row in done.list) == ["1", "2"]


def test_a_file_that_changes_after_the_start_is_not_imported(actor, tmp_path):
    path = table(tmp_path)
    job = rows.start_rows(actor, path, RowOptions())
    table(tmp_path, "2024-03-01,Other,1931,")
    from courseporter.api.workers import work

    work(actor, once=True)
    (seen,) = api.jobs(actor)
    assert (seen.id, seen.state) == (job, "failed")
    assert "has changed" in seen.error.message


def test_a_second_import_of_the_same_file_makes_nothing_twice(actor, service, connect, tmp_path):
    options = connect()
    first = rows.import_rows(actor, table(tmp_path), options)
    again = rows.import_rows(actor, table(tmp_path), options)
    assert first.job != again.job
    assert (again.success, again.skipped, len(service.records)) == (0, 5, 5)


def test_episodes_of_a_season_become_one_record(actor, service, tmp_path, monkeypatch):
    profile = tmp_path / "shows.toml"
    profile.write_text(f"""
name = "shows"
base_url = "{service.web.url}"
quarantine_seconds = 0
[auth]
header = "apiKey"
[shows]
create = "POST /shows"
lookup = "GET /shows"
match = ["title"]
[shows.body]
title = "{{show_title}} Season {{season}}"
startedDate = "{{date}}"
""")
    monkeypatch.setenv("COURSEPORTER_SECRET_SHOWS", KEY)
    to = api.add_connection(actor, "http_api", "shows", {"profile": str(profile)}, {}).id
    header = "Date,Name,Year,Letterboxd URI,Season,Episode\n"
    path = table(tmp_path, *[f"2024-03-0{n},Dark,2017,,{1 + n // 4},{n}" for n in range(1, 7)],
                 header=header, name="shows.csv")  # fmt: skip
    done = rows.import_rows(actor, path, RowOptions(to=to))
    assert service.titles() == ["Dark Season 1", "Dark Season 2"]
    assert [row.code for row in done.list] == [
        None, "merged_into_season", "merged_into_season", None, "merged_into_season",
        "merged_into_season",
    ]  # fmt: skip


def test_learners_go_through_the_same_gate(actor, service, connect, tmp_path):
    path = table(tmp_path, "a@example.org,Anna,c1", "A@example.org,Anna,c1", "b@example.org,B,c1",
                 "nobody,N,c1", header="email,name,course_external_id\n",
                 name="enrollments.csv")  # fmt: skip
    done = rows.import_rows(actor, path, connect())
    assert service.titles() == ["a@example.org", "b@example.org"]
    assert [row.code for row in done.list] == [None, "duplicate_in_file", None, "email_invalid"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "table_schema"),
        (b"Date,Name\0,Year,Letterboxd URI\n", "encoding_error"),
        (b'Date,Name,Year,Letterboxd URI\n2024-03-01,"M,1931,\n', "table_row"),
        (b"Date,Name,Name,Year,Letterboxd URI\n", "table_schema"),
        (b"," * 1_000_000 + b"\n", "table_schema"),
        (b"Date,Titel,Year,Letterboxd URI\n", "table_schema"),
    ],
    ids=["empty", "NUL", "open quote", "twins", "a million columns", "near miss"],
)
def test_a_file_that_is_no_table_is_refused_with_its_place(actor, tmp_path, body, code):
    path = tmp_path / "watched.csv"
    path.write_bytes(body)
    with pytest.raises((InputError, PorterError)) as refusal:
        rows.import_rows(actor, path, RowOptions())
    assert refusal.value.code == code
    assert refusal.value.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_tables_come_in_every_encoding(actor, tmp_path, encoding, delimiter):
    path = tmp_path / "watched.csv"
    text = HEADER + "2024-03-01,Amélie,2001,https://boxd.it/1\n"
    text = text.replace(",", delimiter)
    if delimiter == ";":
        text = "sep=;\n" + text
    path.write_bytes(text.encode(encoding))
    (row,) = rows.import_rows(actor, path, RowOptions()).list
    assert row.status == "pending"
    assert rows.row_lines(actor, api.jobs(actor)[0].id)[0].title == "Amélie"


def test_a_header_without_rows_is_an_import_of_none(actor, tmp_path):
    done = rows.import_rows(actor, table(tmp_path, header=HEADER, name="diary.csv"), RowOptions())
    assert done.total == 5
    path = tmp_path / "watched.csv"
    path.write_text(HEADER)
    done = rows.import_rows(actor, path, RowOptions())
    assert (done.state, done.total) == ("completed", 0)


def test_hostile_cells_stay_text(actor, service, connect, tmp_path):
    names = ['=HYPERLINK("x")', "<script>alert(1)</script>", "\u202egnp.exe", "@SUM(A1)"]
    lines = [f'2024-03-01,"{name.replace(chr(34), chr(34) * 2)}",1931,' for name in names]
    service.faults.update({name: [422] for name in names[:1]})
    done = rows.import_rows(actor, table(tmp_path, *lines), connect())
    assert service.titles() == names[1:]
    out = tmp_path / "failed.csv"
    assert rows.export_failed_rows(actor, done.job, out) == 1
    assert b"'=HYPERLINK" in out.read_bytes()
    again = rows.import_rows(actor, out, RowOptions())
    assert rows.row_lines(actor, again.job)[0].title == names[0]


def test_an_import_that_is_stopped_ends_between_rows(actor, service, connect, tmp_path):
    options, held = connect(), threading.Event()
    create = service._create

    def stop(body, key=None):
        if not held.is_set():
            held.set()
            api.cancel(actor, api.jobs(actor)[0].id)
        return create(body, key)

    service._create = stop
    with pytest.raises(BaseException) as stopped:
        rows.import_rows(actor, table(tmp_path), options)
    assert type(stopped.value).__name__ == "Canceled"
    (job,) = api.jobs(actor)
    done = rows.run_rows(actor, job.id)
    # several rows are sent at the same time, so their order isn't promised
    assert (done.success, sorted(service.titles())) == (5, sorted(FILMS))


def test_a_wrong_status_is_named(actor, tmp_path):
    done = rows.import_rows(actor, table(tmp_path), RowOptions())
    with pytest.raises(SettingsError, match="isn't a row status"):
        rows.rows_of(actor, done.job, status="lost")


def test_a_corrected_row_is_sent(actor, service, connect, tmp_path):
    path = table(tmp_path, "2024-13-01,M,1931,")
    done = rows.import_rows(actor, path, connect())
    still = rows.correct_row(actor, done.job, 1, {"Date": "x"})
    assert (still.view.status, still.view.code) == ("failed", "date_invalid")
    rows.correct_row(actor, done.job, 1, {"Date": "2024-12-01"})
    sent = rows.run_rows(actor, done.job)
    assert (sent.success, service.records[0]["viewingDate"][:10]) == (1, "2024-12-01")


def during(service, monkeypatch, decide, at):
    """Pages of one row; `decide` is called while the record of this title is being made."""
    monkeypatch.setattr(sys.modules[import_rows.send.__module__], "BATCH", 1)
    create, decided = service._create, []

    def deciding(body, key=None):
        if body["title"] == at and not decided:
            decided.append(True)
            decide()
        return create(body, key)

    service._create = deciding
    return decided


def test_a_row_that_is_corrected_while_others_are_sent_is_sent_too(
    actor, service, connect, tmp_path, monkeypatch
):
    path = table(tmp_path, "2024-13-01,M,1931,", "2024-03-02,Ran,1985,", "2024-03-03,Ikiru,1952,")

    def correct():
        rows.correct_row(actor, api.jobs(actor)[0].id, 1, {"Date": "2024-12-01"})

    decided = during(service, monkeypatch, correct, "Ran")
    done = rows.import_rows(actor, path, connect())
    assert decided
    assert (done.state, done.success, done.pending) == ("completed", 3, 0)
    assert service.titles() == ["Ran", "Ikiru", "M"]


def test_a_refused_row_can_be_sent_again_while_others_are_sent(
    actor, service, connect, tmp_path, monkeypatch
):
    service.faults["M"] = [422]
    decided = during(
        service, monkeypatch, lambda: rows.retry_rows(actor, api.jobs(actor)[0].id), "Ikiru"
    )
    done = rows.import_rows(actor, table(tmp_path), connect())
    assert decided
    assert (done.success, done.failed) == (5, 0)
    assert sorted(service.titles()) == sorted(FILMS)
    assert service.posts.count("M") == 2


def test_a_row_of_a_paused_import_is_corrected_and_sent_when_it_continues(
    actor, service, connect, tmp_path, monkeypatch
):
    path = table(tmp_path, "2024-13-01,M,1931,", "2024-03-02,Ran,1985,", "2024-03-03,Ikiru,1952,")
    job_id = rows.start_rows(actor, path, connect())
    during(service, monkeypatch, lambda: api.pause(actor, job_id), "Ran")
    workers.work(actor, once=True)
    rows.correct_row(actor, job_id, 1, {"Date": "2024-12-01"})
    paused = rows.rows_of(actor, job_id)
    assert (paused.state, paused.waiting_for, paused.failed) == ("pending", "user", 0)
    assert rows.retry_rows(actor, job_id).state == "pending"
    api.resume(actor, job_id)
    workers.work(actor, once=True)
    done = rows.rows_of(actor, job_id)
    assert (done.state, done.success) == ("completed", 3)
    assert sorted(service.titles()) == ["Ikiru", "M", "Ran"]


def test_a_decision_while_the_import_ends_is_not_lost(
    actor, service, connect, tmp_path, monkeypatch
):
    service.faults["M"] = [422]
    complete, threads = Run.complete, []

    def completed(run):
        if not threads:
            threads.append(threading.Thread(target=rows.reopen_rows, args=(actor, run.job.id)))
            threads[0].start()
        complete(run)

    monkeypatch.setattr(Run, "complete", completed)
    job_id = rows.start_rows(actor, table(tmp_path), connect())
    workers.work(actor, once=True)
    threads[0].join()
    workers.work(actor, once=True)
    done = rows.rows_of(actor, job_id)
    assert (done.state, done.success, done.failed) == ("completed", 5, 0)
    assert sorted(service.titles()) == sorted(FILMS)


def test_a_decision_after_a_worker_died_at_the_end_is_not_lost(
    actor, service, connect, tmp_path, monkeypatch
):
    service.faults["M"] = [422]

    def die(_run):
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(Run, "complete", die)
        job_id = rows.start_rows(actor, table(tmp_path), connect())
        workers.work(actor, once=True, limit=1)
    assert rows.rows_of(actor, job_id).state == "pending"
    done = rows.retry_rows(actor, job_id)
    assert (done.state, done.success, done.failed) == ("completed", 5, 0)
    assert sorted(service.titles()) == sorted(FILMS)


def test_a_decision_after_a_dry_run_sends_nothing(actor, service, connect, tmp_path):
    path = table(tmp_path, "2024-13-01,M,1931,", "2024-03-02,Ran,1985,")
    options = msgspec.structs.replace(connect(), dry_run=True)
    done = rows.import_rows(actor, path, options)
    rows.correct_row(actor, done.job, 1, {"Date": "2024-12-01"}, "inline")
    tried = rows.retry_rows(actor, done.job)
    assert (tried.state, tried.pending) == ("completed", 2)
    assert [row.would for row in tried.list] == ["success", "success"]
    assert service.titles() == []
    assert rows.run_rows(actor, done.job).success == 2


def steps_of(report):
    return {one.name: one.state for one in report.checks}


def test_the_connection_test_asks_the_service(actor, service, connect, monkeypatch):
    to = connect().to
    report = api.check_connection(actor, to)
    assert report.success
    assert list(steps_of(report)) == ["profile", "secret", "name", "tls", "token", "find"]
    assert service.posts == []
    monkeypatch.setenv("COURSEPORTER_SECRET_FILMS", "wrong")
    report = api.check_connection(actor, to)
    assert not report.success
    assert (steps_of(report)["token"], steps_of(report)["find"]) == ("failed", "skipped")


def test_the_connection_test_says_that_a_page_is_no_record(actor, service, connect):
    to = connect().to
    service.web._answer = lambda _request: Reply(200, b"<html>", {"Content-Type": "text/html"})
    report = api.check_connection(actor, to)
    assert steps_of(report)["find"] == "failed"


def test_the_connection_test_skips_what_a_service_cannot_be_asked(actor, service, connect):
    report = api.check_connection(actor, connect("").to)
    assert report.success
    assert steps_of(report)["token"] == "skipped"


def test_an_export_of_trakt_as_json_is_refused_by_name(actor, tmp_path):
    path = tmp_path / "trakt.zip"
    with ZipFile(path, "w") as made:
        made.writestr("ada/watched-history-1.json", "[]")
    with pytest.raises(InputError, match="Trakt as JSON") as refused:
        rows.import_rows(actor, path, RowOptions())
    assert refused.value.code == "not_a_package"
