"""The calls to a library on a site, against a Studio that behaves as the platform was measured."""

from io import BytesIO

import pytest

from courseporter.errors import AuthError, PorterError, SettingsError
from courseporter.net import FilePart
from courseporter.secret import Secret
from courseporter.targets.library.site import LibrarySite, libraries, parse_library_key
from courseporter.targets.openedx.session import Session, Site
from fakes.studio import Studio
from fakes.studio.libraries import Library

OLX = '<html display_name="Clay"><![CDATA[<p>Soft <img src="/static/a.png"></p>]]></html>'
KEY = parse_library_key("lib:Demo:clay")


@pytest.fixture
def studio():
    with Studio() as fake:
        fake.site.libraries["lib:Demo:clay"] = Library("Demo", "clay", "Clay", "For potters")
        yield fake


def session_of(studio, client="staff"):
    site = Site(lms_url=studio.lms, studio_url=studio.studio, client_id=f"{client}-client")
    return Session(site, Secret(f"{client}-secret"))


@pytest.fixture
def library(studio):
    with session_of(studio) as session:
        yield LibrarySite(session, KEY)


def part(data):
    return FilePart(lambda: BytesIO(data), len(data), "a.png")


def written(library, name="clay"):
    usage = library.key.component("html", name)
    library.create_component("html", name)
    library.put_file(usage, "static/a.png", part(b"picture"))
    library.set_olx(usage, OLX)
    return usage


def test_a_component_reads_back_as_it_was_written(library):
    usage = written(library)

    read = library.component(usage)

    assert read is not None
    assert (read.olx, read.title) == (OLX, "Clay")
    assert list(read.files) == ["static/a.png"]
    assert [row.id for row in library.components()] == [usage]


def test_what_was_published_stays_readable_beside_the_draft(library):
    usage = written(library)
    library.publish(usage)
    library.set_olx(usage, OLX.replace("Soft", "Hard"))

    published = library.component(usage, "published")

    assert published is not None
    assert published.olx == OLX
    assert library.row(usage).has_unpublished_changes


def test_units_hold_components_and_can_be_emptied(library):
    usage, unit = written(library), library.key.container("unit", "week-1")
    library.create_container("unit", "week-1", "Week 1")
    library.set_children(unit, [usage], [])
    assert library.container(unit).children == (usage,)

    library.set_children(unit, [], [usage])

    assert library.container(unit).children == ()


def test_what_is_deleted_is_gone_until_it_is_restored(library):
    usage = written(library)
    library.delete(usage)
    assert library.component(usage) is None

    library.restore(usage)

    assert library.component(usage).olx == OLX


def test_a_collection_takes_entities_and_gives_them_back(library, studio):
    usage = written(library)
    key = library.create_collection("Pottery", "Imported by CoursePorter")
    library.add_to_collection(key, [usage])
    library.add_to_collection(key, [usage])
    assert studio.site.libraries[str(KEY)].collections[key].members == [usage]

    library.remove_from_collection(key, [usage])

    assert studio.site.libraries[str(KEY)].collections[key].members == []


def test_courses_that_use_an_entity_are_named(library, studio):
    usage = written(library)
    studio.site.libraries[str(KEY)].courses_using[usage] = ["course-v1:Demo+C+1"]

    assert library.courses_using(usage) == ("course-v1:Demo+C+1",)


def test_an_author_of_another_library_is_refused_in_words(studio):
    with session_of(studio, "outsider") as session, pytest.raises(AuthError) as caught:
        LibrarySite(session, KEY).create_component("html", "clay")
    assert caught.value.code == "insufficient_role"


def test_a_library_that_nobody_made_is_not_there(studio):
    with session_of(studio) as session:
        assert LibrarySite(session, parse_library_key("lib:Demo:none")).find() is None
        assert [one.id for one in libraries(session)] == ["lib:Demo:clay"]


@pytest.mark.parametrize("text", ["", "lib:a", "course-v1:a+b+c", "lib: :b"])
def test_keys_that_are_none_are_refused(text):
    with pytest.raises(SettingsError, match="isn't a library key"):
        parse_library_key(text)


def test_a_storm_of_errors_ends_in_a_typed_error(library, studio):
    studio.add_fault("status", path="/olx/", times=100, status=400, body="no")
    library.create_component("html", "clay")
    with pytest.raises(PorterError):
        library.set_olx(library.key.component("html", "clay"), OLX)
