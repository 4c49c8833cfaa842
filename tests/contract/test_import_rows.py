"""Rows reach a web service once each, on both databases, whatever happens on the way."""

import pytest
from sqlalchemy import text

from courseporter import api
from courseporter.api import rows
from courseporter.api.rows import RowOptions
from courseporter.errors import PorterError, SettingsError
from courseporter.flows import import_rows as flow
from courseporter.flows.import_rows import order
from courseporter.jobs import settle
from courseporter.workspace import imported_rows
from fakes.records import KEY, served_records

HEADER = "Date,Name,Year,Letterboxd URI\n"
FILMS = ["M", "Ran", "Ikiru", "Stalker", "Playtime"]


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
    def to(**words):
        path = service.profile(tmp_path, **words)
        monkeypatch.setenv("COURSEPORTER_SECRET_FILMS", KEY)
        values = {"profile": str(path)}
        return api.add_connection(actor, "http_api", "films", values, {}).id

    return to


def table(tmp_path, *lines):
    path = tmp_path / "watched.csv"
    given = lines or tuple(f"2024-03-01,{name},19{n}0,https://boxd.it/{n}" for n, name in
                           enumerate(FILMS, 1))  # fmt: skip
    path.write_text(HEADER + "".join(f"{line}\n" for line in given), encoding="utf-8")
    return path


def adds_up(result):
    states = ("pending", "processing", "success", "failed", "skipped", "held")
    assert result.total == sum(getattr(result, name) for name in states)
    return result


def test_each_row_becomes_a_record(actor, service, connect, tmp_path):
    done = adds_up(rows.import_rows(actor, table(tmp_path), RowOptions(to=connect())))
    assert (done.state, done.success, done.total) == ("completed", 5, 5)
    assert service.titles() == FILMS
    assert [row.target for row in done.list] == ["1", "2", "3", "4", "5"]
    assert service.records[0]["year"] == 1910
    assert service.records[0]["viewingDate"] == "2024-03-01T00:00:00.000Z"


def test_a_dry_run_sends_nothing_and_can_be_run_for_real(actor, service, connect, tmp_path):
    service.records.append(
        {"id": 9, "title": "ran", "year": 1920, "viewingDate": "2024-03-01T00:00:00.000Z"}
    )
    options = RowOptions(to=connect(), dry_run=True)
    tried = adds_up(rows.import_rows(actor, table(tmp_path), options))
    assert service.posts == []
    assert [row.would for row in tried.list] == ["success", "skipped", *["success"] * 3]
    assert tried.pending == 5
    done = adds_up(rows.run_rows(actor, tried.job))
    assert (done.success, done.skipped) == (4, 1)
    assert service.posts == ["M", "Ikiru", "Stalker", "Playtime"]


def test_repeated_and_invalid_rows_are_told_apart(actor, tmp_path):
    path = table(
        tmp_path,
        "2024-03-01,The Haunted Castle,1897,https://boxd.it/1",
        "2024-03-01,Haunted Castle,1897,https://boxd.it/1",
        "2024-03-01,The Haunted Castle,1897,https://boxd.it/2",  # another film of that name
        "2024-13-01,M,1931,https://boxd.it/3",
    )
    done = adds_up(rows.import_rows(actor, path, RowOptions()))
    assert [row.code for row in done.list] == [None, "duplicate_in_file", None, "date_invalid"]
    assert (done.pending, done.skipped, done.failed) == (2, 1, 1)


@pytest.mark.parametrize("more", ["", None], ids=["cannot be asked", "can be asked"])
def test_a_record_whose_answer_was_lost_is_made_once(actor, service, connect, tmp_path, more):
    service.faults["Ikiru"] = ["lost"]
    to = connect() if more is None else connect(more=more)
    done = adds_up(rows.import_rows(actor, table(tmp_path), RowOptions(to=to)))
    assert service.titles() == FILMS
    assert service.posts.count("Ikiru") == 1
    row = done.list[2]
    if more is None:
        assert (row.status, row.target) == ("success", "3")
    else:
        assert (row.status, row.code) == ("held", "outcome_unknown")
        chosen = adds_up(rows.choose_row(actor, done.job, 3, "3"))
        assert (chosen.success, chosen.held, chosen.list[2].target) == (5, 0, "3")


def test_a_page_instead_of_a_record_is_no_success(actor, service, connect, tmp_path):
    service.faults["M"] = ["page"]
    done = adds_up(rows.import_rows(actor, table(tmp_path), RowOptions(to=connect())))
    assert done.success == 5
    assert sorted(service.titles()) == sorted(FILMS)
    assert service.posts.count("M") == 2  # it was looked for first


def test_a_refused_row_fails_alone_and_can_be_retried(actor, service, connect, tmp_path):
    service.faults["Ran"] = [422]
    done = adds_up(rows.import_rows(actor, table(tmp_path), RowOptions(to=connect())))
    assert (done.success, done.failed, done.list[1].code) == (4, 1, "rejected")
    out = tmp_path / "failed.csv"
    assert rows.export_failed_rows(actor, done.job, out) == 1
    assert "Ran,1920" in out.read_text("utf-8-sig")
    again = adds_up(rows.retry_rows(actor, done.job))
    assert (again.success, again.failed, again.list[1].attempts) == (5, 0, 2)


def test_a_wrong_key_stops_the_job_and_leaves_its_rows(
    actor, service, connect, tmp_path, monkeypatch
):
    to = connect()
    monkeypatch.setenv("COURSEPORTER_SECRET_FILMS", "wrong")
    with pytest.raises(PorterError) as refusal:
        rows.import_rows(actor, table(tmp_path), RowOptions(to=to))
    assert refusal.value.code == "invalid_credentials"
    assert service.records == []
    (job,) = [one for one in api.jobs(actor) if one.kind == flow.KIND]
    assert adds_up(rows.rows_of(actor, job.id)).pending == 5
    monkeypatch.setenv("COURSEPORTER_SECRET_FILMS", KEY)
    assert adds_up(rows.run_rows(actor, job.id)).success == 5


def test_a_crash_between_sending_and_counting_sends_nothing_twice(
    actor, service, connect, tmp_path, monkeypatch
):
    conclude, crashes = imported_rows.conclude, [1]

    def crash(*arguments, **words):
        if crashes:
            crashes.pop()
            raise KeyboardInterrupt
        return conclude(*arguments, **words)

    monkeypatch.setattr(imported_rows, "conclude", crash)
    with pytest.raises(KeyboardInterrupt):
        rows.import_rows(actor, table(tmp_path), RowOptions(to=connect()))
    (job,) = [one for one in api.jobs(actor) if one.kind == flow.KIND]
    done = adds_up(rows.run_rows(actor, job.id))
    assert (done.success, service.titles()) == (5, FILMS)


def test_reading_resumes_behind_the_last_chunk(actor, tmp_path, monkeypatch):
    monkeypatch.setattr(order, "CHUNK", 2)
    add, calls = imported_rows.add, []

    def stop_once(*arguments):
        calls.append(len(arguments[2]))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return add(*arguments)

    monkeypatch.setattr(imported_rows, "add", stop_once)
    with pytest.raises(KeyboardInterrupt):
        rows.import_rows(actor, table(tmp_path), RowOptions())
    (job,) = [one for one in api.jobs(actor) if one.kind == flow.KIND]
    done = adds_up(rows.run_rows(actor, job.id))
    assert [row.row for row in done.list] == [1, 2, 3, 4, 5]
    assert calls == [2, 2, 2, 1]


def test_counters_that_do_not_add_up_cannot_be_stored(actor, tmp_path):
    rows.import_rows(actor, table(tmp_path), RowOptions())
    with pytest.raises(Exception, match="adds_up"), actor.store.write() as connection:
        connection.execute(text("UPDATE row_import SET success = success + 1"))


def test_rows_of_another_organisation_are_not_found(actor, tmp_path):
    done = rows.import_rows(actor, table(tmp_path), RowOptions())
    other = api.Actor(actor.store, "eve", organisation="other")
    with pytest.raises(SettingsError) as refusal:
        rows.rows_of(other, done.job)
    assert refusal.value.code == "unknown_item"
