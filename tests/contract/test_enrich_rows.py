"""Rows are looked up before they are sent: no question twice, nothing guessed, quotas kept."""

import gzip
import sys

import pytest

from courseporter import api
from courseporter.api import rows
from courseporter.api.rows import RowOptions
from courseporter.errors import PorterError
from courseporter.flows import import_rows
from courseporter.jobs import settle
from fakes import omdb as fake_omdb
from fakes.omdb import film, served_omdb
from fakes.records import KEY, served_records
from fakes.web import Reply

HEADER = "Date,Name,Year,Letterboxd URI\n"
FILMS = [film("tt0022100", "M", 1931), film("tt0089881", "Ran", 1985),
         film("tt0044741", "Ikiru", 1952), film("tt0079944", "Stalker", 1979)]  # fmt: skip
MORE = """lookup = "GET /movies"
match = ["imdbId", "viewingDate"]
undo = "DELETE /movies/{id}"
"""


@pytest.fixture
def service():
    with served_records() as made:
        yield made


@pytest.fixture
def omdb(monkeypatch):
    with served_omdb(*FILMS) as made:
        monkeypatch.setenv("COURSEPORTER_OMDB_URL", made.web.url)
        monkeypatch.delenv("COURSEPORTER_IMDB_URL", raising=False)
        monkeypatch.delenv("COURSEPORTER_IMDB_INDEX", raising=False)
        yield made


@pytest.fixture
def actor(store, monkeypatch):
    monkeypatch.setattr(settle, "backoff", lambda _attempt, _jitter=None: 0)
    monkeypatch.setattr("courseporter.jobs.effects.SURE_SECONDS", 0.05)
    monkeypatch.setattr("courseporter.api.inline.PATIENCE_SECONDS", 0.0)
    return api.Actor(store, "anna")


@pytest.fixture
def options(actor, service, omdb, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSEPORTER_SECRET_FILMS", KEY)
    monkeypatch.setenv("COURSEPORTER_SECRET_OMDB", fake_omdb.KEY)
    profile = {"profile": str(service.profile(tmp_path, more=MORE))}
    to = api.add_connection(actor, "http_api", "films", profile, {}).id
    look = api.add_connection(actor, "omdb", "omdb", {}, {}).id
    return RowOptions(to=to, enrich=look)


def table(tmp_path, *lines, name="watched.csv"):
    path = tmp_path / name
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def films(tmp_path, *names):
    known = {one["Title"]: one["Year"] for one in FILMS}
    wanted = names or tuple(known)
    return table(tmp_path, *(f"2024-03-0{n},{name},{known.get(name, '2000')},https://boxd.it/{n}"
                             for n, name in enumerate(wanted, 1)))  # fmt: skip


def test_records_carry_what_was_looked_up(actor, service, omdb, options, tmp_path):
    done = rows.import_rows(actor, films(tmp_path), options)
    assert (done.state, done.success, len(omdb.questions)) == ("completed", 4, 4)
    record = service.records[0]
    assert (record["imdbId"], record["imdbRating"]) == ("tt0022100", 8.1)
    assert (record["genre"], record["description"]) == ("Drama, Crime", "The plot of M.")


def test_no_question_is_paid_twice_in_any_job(actor, service, omdb, options, tmp_path):
    twice = [f"2024-03-0{n},M,1931,https://boxd.it/{n}" for n in (1, 2, 3)]
    rows.import_rows(actor, table(tmp_path, *twice), options)
    assert len(omdb.questions) == 1
    rows.import_rows(actor, films(tmp_path, "M"), options)
    assert len(omdb.questions) == 1


def test_a_dry_run_pays_and_the_real_run_does_not_pay_again(
    actor, service, omdb, options, tmp_path
):
    path = films(tmp_path, "M", "Nobody knows")
    dry = RowOptions(to=options.to, enrich=options.enrich, dry_run=True)
    tried = rows.import_rows(actor, path, dry)
    assert [row.would for row in tried.list] == ["success", "held"]
    assert (tried.pending, service.posts) == (2, [])
    paid = len(omdb.questions)
    done = rows.run_rows(actor, tried.job)
    assert (done.success, done.held, len(omdb.questions)) == (1, 1, paid)


def test_two_spellings_of_one_film_on_one_day_are_one_record(
    actor, service, omdb, options, tmp_path
):
    omdb.films.append(film("tt0044741", "Ikiru (To Live)", 1952))
    path = table(tmp_path, "2024-03-01,Ikiru,1952,https://boxd.it/1",
                 "2024-03-01,Ikiru (To Live),1952,https://boxd.it/2")  # fmt: skip
    done = rows.import_rows(actor, path, options)
    assert [(row.status, row.code) for row in done.list] == [
        ("success", None),
        ("skipped", "duplicate_at_target"),
    ]
    assert len(service.records) == 1


def test_a_used_up_quota_waits_and_the_next_day_repeats_nothing(
    actor, service, omdb, options, tmp_path
):
    omdb.limit = 2
    path = films(tmp_path)
    waits = rows.import_rows(actor, path, options)
    assert (waits.state, waits.waiting_for, waits.pending) == ("pending", "rate_limit", 4)
    assert service.posts == []
    omdb.new_day()
    omdb.limit = None
    asked = [str(one) for one in omdb.questions]
    done = rows.import_rows(actor, path, options)  # the same request again
    assert (done.job, done.state, done.success) == (waits.job, "completed", 4)
    assert len(asked) == 2
    assert not set(asked) & {str(one) for one in omdb.questions[2:]}


def test_a_wrong_key_is_asked_with_once_and_leaves_the_rows(
    actor, service, omdb, options, tmp_path, monkeypatch
):
    monkeypatch.setenv("COURSEPORTER_SECRET_OMDB", "wrong")
    path = films(tmp_path)
    with pytest.raises(PorterError, match=r"didn.t accept the key") as refusal:
        rows.import_rows(actor, path, options)
    assert refusal.value.code == "invalid_credentials"
    assert len(omdb.web.requests) == 1
    (job,) = api.jobs(actor)
    assert rows.rows_of(actor, job.id).pending == 4
    monkeypatch.setenv("COURSEPORTER_SECRET_OMDB", fake_omdb.KEY)
    assert rows.import_rows(actor, path, options).success == 4
    assert not [one for one in service.web.requests if fake_omdb.KEY in str(one)]


@pytest.mark.parametrize(
    "fault",
    [503, 522, Reply(200, b"<html>"), Reply(200, b'{"Title": "M'), Reply(reset=20)],
    ids=["503", "522", "page", "truncated", "reset"],
)
def test_a_disturbed_answer_is_asked_for_again(actor, service, omdb, options, tmp_path, fault):
    omdb.faults["M"] = [fault]
    done = rows.import_rows(actor, films(tmp_path, "M"), options)
    assert (done.success, len(omdb.questions)) == (1, 2)


def test_an_answer_nobody_can_read_holds_its_row_alone(actor, service, omdb, options, tmp_path):
    omdb.faults["M"] = [Reply(200, b'{"Title": "M')] * 20
    done = rows.import_rows(actor, films(tmp_path, "M", "Ran"), options)
    assert [(row.status, row.code) for row in done.list] == [
        ("held", "not_found"),
        ("success", None),
    ]


def test_a_choice_holds_for_all_rows_of_the_film_and_for_later_imports(
    actor, service, omdb, options, tmp_path
):
    omdb.films += [film("tt0000001", "Twin", 2000), film("tt0000002", "Twin", 2000)]
    for one in omdb.films[-2:]:
        one["imdbVotes"] = "9"
    lines = [f"2024-03-0{n},Twin,2000,https://boxd.it/{n}" for n in (1, 2)]
    held = rows.import_rows(actor, table(tmp_path, *lines), options)
    assert (held.held, held.list[0].code) == (2, "several")
    detail = rows.row_of(actor, held.job, 1)
    assert {one["imdb_id"] for one in detail.candidates} == {"tt0000001", "tt0000002"}
    done = rows.choose_row(actor, held.job, 1, "tt0000002")
    assert (done.success, done.held) == (2, 0)
    assert [record["imdbId"] for record in service.records] == ["tt0000002"] * 2
    later = table(tmp_path, "2025-01-01,twin,2000,", name="diary.csv")
    assert rows.import_rows(actor, later, options).success == 1


def test_a_film_that_is_none_of_the_candidates_is_left_out_everywhere(
    actor, service, omdb, options, tmp_path
):
    held = rows.import_rows(actor, films(tmp_path, "Unknown"), options)
    assert (held.list[0].status, held.list[0].code) == ("held", "not_found")
    done = rows.choose_row(actor, held.job, 1, None)
    assert (done.list[0].status, done.list[0].code) == ("skipped", "not_chosen")
    later = rows.import_rows(
        actor, table(tmp_path, "2025-01-01,Unknown,2000,", name="diary.csv"), options
    )
    assert later.list[0].code == "not_chosen"


def test_the_users_copy_of_imdb_finds_what_omdb_does_not(
    actor, service, omdb, options, tmp_path, monkeypatch
):
    omdb.films.append(film("tt7654321", "The Castle", 1968))
    index = tmp_path / "title.basics.tsv.gz"
    lines = [
        "tconst\ttitleType\tprimaryTitle\toriginalTitle\tisAdult\tstartYear\tendYear",
        "tt7654321\tmovie\tThe Castle\tDas Schloß\t0\t1968\t\\N",
        "tt7654322\ttvEpisode\tDas Schloss\tDas Schloß\t0\t1968\t\\N",
        "tt7654323\tmovie\tDas Haus\tDas Haus\t0\t1970\t\\N",
    ]
    index.write_bytes(gzip.compress("\n".join(lines).encode()))
    monkeypatch.setenv("COURSEPORTER_IMDB_INDEX", str(index))
    path = table(tmp_path, "2024-03-01,Das Schloß,1968,", "2024-03-01,Das Haus,1970,")
    done = rows.import_rows(actor, path, options)
    assert done.success == 2
    assert [record["imdbId"] for record in service.records] == ["tt7654321", "tt7654323"]
    assert service.records[1]["genre"] is None  # only the id is known
    assert rows.row_of(actor, done.job, 2).found["lookup_note"] == "thin"


def test_a_compatible_service_finds_ids(actor, service, omdb, options, tmp_path, monkeypatch):
    omdb.films.append(film("tt7654321", "The Castle", 1968))
    from fakes.web import served

    body = (
        b'{"results": [{"id": "tt7654321", "title": "Das Schloss", "year": 1968, "type": "movie"}]}'
    )
    with served(Reply(200, body)) as web:
        monkeypatch.setenv("COURSEPORTER_IMDB_URL", web.url)
        done = rows.import_rows(actor, table(tmp_path, "2024-03-01,Das Schloss,1968,"), options)
        assert (done.success, web.requests[0].query["query"]) == (1, ["Das Schloss"])
        assert fake_omdb.KEY not in web.requests[0].target


def test_what_an_import_takes_is_said_before_it_starts(actor, omdb, options, tmp_path):
    path = table(tmp_path, "2024-03-01,M,1931,", "2024-03-01,M,1931,", "2022-01-01,Ran,1985,",
                 "x,Ikiru,1952,", "2024-03-01,M,19x1,")  # fmt: skip
    found = rows.preview_rows(actor, path, options)
    assert (found.rows, found.duplicates, found.errors) == (5, 1, {"date_invalid": 1})
    assert (found.first, found.last) == ("2022-01-01", "2024-03-01")
    assert (found.requests, found.days) == (3, 1)
    assert found.problems[0].line == 5
    assert omdb.questions == []


def test_undo_deletes_what_the_import_made_and_nothing_else(
    actor, service, omdb, options, tmp_path
):
    there = {"id": 900, "title": "Ran", "imdbId": "tt0089881", "viewingDate": "2024-03-02"}
    service.records.append(there)
    done = rows.import_rows(actor, films(tmp_path), options)
    assert (done.success, done.skipped) == (3, 1)
    undone = rows.undo_rows(actor, done.job)
    assert (undone.success, undone.skipped) == (0, 4)
    assert service.records == [there]
    assert undone.list[0].code == "undone"


def test_a_film_is_chosen_while_others_are_sent(
    actor, service, omdb, options, tmp_path, monkeypatch
):
    omdb.films += [film("tt0000001", "Twin", 2000), film("tt0000002", "Twin", 2000)]
    for one in omdb.films[-2:]:
        one["imdbVotes"] = "9"
    monkeypatch.setattr(sys.modules[import_rows.send.__module__], "BATCH", 1)
    create, decided = service._create, []

    def choose(body, key=None):
        if not decided:
            decided.append(rows.choose_row(actor, api.jobs(actor)[0].id, 1, "tt0000002").state)
        return create(body, key)

    service._create = choose
    done = rows.import_rows(actor, films(tmp_path, "Twin", "M", "Ran"), options)
    assert decided == ["running"]
    assert (done.state, done.success, done.held) == ("completed", 3, 0)
    assert [one["imdbId"] for one in service.records] == ["tt0022100", "tt0089881", "tt0000002"]
