"""Which film a row means, and when nobody but a person can say."""

import json

import pytest

from courseporter.rows.lookup import Held, Match, Matcher, Omdb, Wanted, decoded
from courseporter.rows.lookup.film import Film
from fakes.omdb import Omdb as FakeOmdb
from fakes.omdb import film

MULANS = [film("tt0120762", "Mulan", 1998), film("tt4566758", "Mulan", 2020)]


class Fallback:
    name = "index"

    def __init__(self, *films):
        self.films = films

    def search(self, title, kind):
        return [one for one in self.films if one.kind == kind]


@pytest.fixture
def find():
    fakes = []

    def found(films, title, year=None, *, kind="movie", imdb_id=None, fallback=None):
        fake = FakeOmdb(*films)
        fakes.append(fake)

        def ask(question):
            fake.questions.append(question)
            return json.loads(fake._found(question).body)

        matcher = Matcher(Omdb(ask), fallback)
        return matcher.find(Wanted(title, year, kind, imdb_id)), fake.questions

    yield found
    for fake in fakes:
        fake.web.close()


def test_title_and_year_are_enough_and_cost_one_request(find):
    found, asked = find(MULANS, "mulan", 2020)
    assert isinstance(found, Match)
    assert (found.film.imdb_id, found.confidence, len(asked)) == ("tt4566758", "high", 1)
    assert found.facts()["language"] == "German"
    assert found.facts()["imdb_rating"] == 8.1


def test_an_id_is_sure_when_its_kind_fits(find):
    found, _asked = find(MULANS, "anything", 1900, imdb_id="tt0120762")
    assert (found.film.year, found.confidence) == (1998, "sure")
    series = film("tt9", "Mulan", 1998, Type="series")
    found, _asked = find([*MULANS, series], "Mulan", 1998, imdb_id="tt9")
    assert (found.film.imdb_id, found.confidence) == ("tt0120762", "high")


def test_a_year_may_be_off_by_one_and_that_is_noted(find):
    found, _asked = find([film("tt1", "Cure", 1997)], "Cure", 1998)
    assert (found.confidence, found.note) == ("high", "year_off_by_one")


def test_a_short_of_the_same_name_is_not_taken_for_the_film(find):
    short = film("tt1", "Alien", 1979, Runtime="9 min", imdbVotes="31")
    feature = film("tt2", "Alien", 1979, imdbVotes="900,000")
    found, _asked = find([short, feature], "Alien", 1979)
    assert (found.film.imdb_id, found.confidence, found.by) == ("tt2", "medium", "votes")


def test_two_films_that_as_many_know_wait_for_a_person(find):
    twins = [film("tt1", "Twin", 2000, imdbVotes="100"), film("tt2", "Twin", 2000, imdbVotes="90")]
    found, _asked = find(twins, "Twin", 2000)
    assert isinstance(found, Held)
    assert (found.code, {one.imdb_id for one in found.candidates}) == ("several", {"tt1", "tt2"})


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("The Haunted Castle", "Haunted Castle"),
        ("Pride and Prejudice", "Pride & Prejudice"),
        ("Amélie", "Amelie"),
        ("Dìdi (弟弟)", "Didi"),
        ("Iron Man Three", "Iron Man 3"),
        ("Dune: Part One", "Dune"),
    ],
)
def test_spellings_of_one_title_are_one_film(find, written, known):
    spelled = [film("tt1", known, 2005)]
    found, _asked = find(spelled, written, 2005, fallback=Fallback(
        Film(imdb_id="tt1", title=known, year=2005)))  # fmt: skip
    assert isinstance(found, Match)
    assert (found.film.imdb_id, found.confidence) == ("tt1", "medium")


@pytest.mark.parametrize(
    ("films", "code"),
    [
        ([], "not_found"),
        ([film("tt1", "Solaris", 2002)], "year_differs"),
        ([film("tt1", "Solaris", 1972, Type="series")], "is_series"),
    ],
)
def test_what_does_not_fit_is_held_with_its_reason(find, films, code):
    found, _asked = find(films, "Solaris", 1972)
    assert isinstance(found, Held)
    assert found.code == code
    assert len(found.candidates) == len(films)


def test_a_row_without_a_year_needs_a_title_that_is_unique(find):
    found, _asked = find(MULANS, "Mulan")
    assert found.code == "several"
    found, _asked = find(MULANS[:1], "Mulan")
    assert (found.film.imdb_id, found.confidence) == ("tt0120762", "medium")


def test_a_fallback_gives_the_id_and_omdb_the_details(find):
    known = Film(imdb_id="tt7", title="Das Leben", year=2006)
    found, _asked = find([film("tt7", "The Life", 2006)], "Das Leben", 2006,
                         fallback=Fallback(known))  # fmt: skip
    assert (found.film.title, found.by, found.confidence) == ("The Life", "index", "medium")
    found, _asked = find([], "Das Leben", 2006, fallback=Fallback(known))
    assert (found.film.imdb_id, found.note) == ("tt7", "thin")


def test_a_series_is_found_in_any_year_in_which_it_ran(find):
    dark = film("tt5", "Dark", "2017–2020", Type="series")
    for year in (2017, 2019, 2020):
        found, _asked = find([dark], "Dark", year, kind="series")
        assert isinstance(found, Match), year
    found, _asked = find([dark], "Dark", 2010, kind="series")
    assert found.code == "year_differs"


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (b'{"Title": "A\tB", "Plot": "x\ny"}', "A\tB"),
        (rb'{"Title": "A\B"}', r"A\B"),
        (b"<html>busy</html>", None),
        (b'{"Title": "A', None),
        (b"[]", None),
    ],
)
def test_damaged_answers_are_read_as_far_as_they_can_be(body, title):
    found = decoded(body)
    assert (found and found["Title"]) == title
