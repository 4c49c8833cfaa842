"""Rows from the command line, against a service on a real socket."""

import pytest

from fakes import omdb as fake_omdb
from fakes.omdb import film, served_omdb
from fakes.records import KEY, served_records

ROWS = """Date,Name,Year,Letterboxd URI
2024-03-01,M,1931,https://boxd.it/1
2024-03-02,Ran,1985,https://boxd.it/2
2024-03-03,,1985,https://boxd.it/3
"""


@pytest.fixture
def service(monkeypatch):
    monkeypatch.setenv("COURSEPORTER_SECRET_FILMS", KEY)
    with served_records() as made:
        yield made


def test_rows_are_tried_sent_shown_and_exported(shell, service, tmp_path):
    source, profile = tmp_path / "watched.csv", service.profile(tmp_path)
    source.write_text(ROWS)
    added = shell.run("connections", "add", "http_api", "films", "--profile", profile)
    assert added.code == 0, added.said
    tried = shell.run("rows", "import", source, "--to", "films", "--dry-run", "--json")
    assert tried.code == 7, tried.said
    found = tried.document["rows"]
    assert (found["format"], found["pending"], found["failed"]) == ("letterboxd_movies", 2, 1)
    assert [row["would"] for row in found["list"]] == ["success", "success", None]
    assert service.posts == []

    done = shell.run("rows", "run", found["job"], "--json")
    assert done.code == 7
    assert done.document["rows"]["success"] == 2
    assert service.titles() == ["M", "Ran"]

    shown = shell.run("rows", "show", found["job"], "--status", "failed")
    assert "title_missing" in shown.out
    out = tmp_path / "failed.csv"
    assert shell.run("rows", "export", found["job"], "--failed", "-o", out).code == 0
    assert out.read_text("utf-8-sig").startswith("Date,Name,Year,Letterboxd URI,error_code,")
    log = "".join(path.read_text() for path in shell.home.glob("logs/*"))
    assert KEY not in log + done.out + done.said


def test_a_file_that_no_format_knows_is_refused(shell, tmp_path):
    source = tmp_path / "x.csv"
    source.write_text("a,b\n1,2\n")
    refused = shell.run("rows", "import", source)
    assert refused.code == 3
    assert "rows formats" in refused.said


def test_a_table_of_rows_is_no_course_but_every_row_is_named(shell, tmp_path):
    source = tmp_path / "watched.csv"
    source.write_text(ROWS)
    seen = shell.run("inspect", source, "--json")
    assert seen.code == 7, seen.said  # one of its rows has no title
    found = seen.document
    assert found["source"]["name"] == "letterboxd_movies"
    assert (found["ledger"]["found"], found["ledger"]["failed"]) == (3, 1)
    assert [entry["title"] for entry in found["ledger"]["entries"]] == ["M", "Ran", ""]
    assert "rows import" in found["problems"][0]["hint"]


def test_a_quota_ends_with_5_and_the_same_command_goes_on(shell, service, tmp_path, monkeypatch):
    films = film("tt0022100", "M", 1931), film("tt0089881", "Ran", 1985)
    with served_omdb(*films) as omdb:
        monkeypatch.setenv("COURSEPORTER_OMDB_URL", omdb.web.url)
        monkeypatch.setenv("COURSEPORTER_SECRET_OMDB", fake_omdb.KEY)
        source, profile = tmp_path / "watched.csv", service.profile(tmp_path)
        source.write_text(ROWS)
        shell.run("connections", "add", "http_api", "films", "--profile", profile)
        shell.run("connections", "add", "omdb", "omdb")
        words = ("rows", "import", source, "--to", "films", "--enrich", "omdb", "--json")
        omdb.limit = 1
        waits = shell.run(*words)
        assert waits.code == 5, waits.said
        rows = waits.document["rows"]
        assert (rows["state"], rows["waiting_for"], rows["pending"]) == ("pending", "rate_limit", 2)
        omdb.limit = None
        done = shell.run(*words)
        assert done.code == 7, done.said
        assert done.document["rows"]["job"] == rows["job"]
        assert (done.document["rows"]["success"], len(omdb.questions)) == (2, 2)
        monkeypatch.setenv("COURSEPORTER_SECRET_OMDB", "wrong")
        source.write_text(ROWS.replace("Ran", "Ikiru"))
        refused = shell.run(*words)
        assert (refused.code, refused.document["error"]["code"]) == (4, "invalid_credentials")
        log = "".join(path.read_text() for path in shell.home.glob("logs/*"))
        assert fake_omdb.KEY not in log + waits.out + waits.said + done.said + refused.said


def test_dates_in_two_orders_and_existing_files_are_refused(shell, tmp_path):
    source, out = tmp_path / "watched.csv", tmp_path / "failed.csv"
    source.write_text("Date,Name,Year,Letterboxd URI\n03/04/2024,M,1931,\n")
    asked = shell.run("rows", "import", source, "--json")
    assert asked.code == 3
    assert "--date-order" in asked.document["error"]["hint"]
    done = shell.run("rows", "import", source, "--date-order", "dmy", "--json")
    assert done.code == 0, done.said
    out.write_text("mine")
    job = done.document["rows"]["job"]
    assert shell.run("rows", "export", job, "--failed", "-o", out).code == 6
    assert out.read_text() == "mine"
