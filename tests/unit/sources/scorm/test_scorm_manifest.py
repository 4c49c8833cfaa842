"""Manifests: found where they belong, versions told apart, odd ones understood or refused."""

from __future__ import annotations

import time

import pytest

from courseporter.errors import InputError
from courseporter.sources.place import Place
from courseporter.sources.scorm import ScormSource
from fakes.scorm import V12, V2004, item, manifest, package, read, resource
from fakes.zips import HandmadeZip, write, zip_of

ORG = '<organization identifier="{0}"><title>{0}</title>{1}</organization>'


def refusal(path):
    with pytest.raises(InputError) as caught:
        read(path)
    return caught.value


# ------------------------------------------------------------------------ where it lies


@pytest.mark.parametrize("folder", ["", "My Course v2/"])
@pytest.mark.parametrize("name", ["imsmanifest.xml", "ImsManifest.XML"])
def test_finds_the_manifest_at_the_root_or_one_folder_down(tmp_path, folder, name):
    path = write(tmp_path, zip_of({folder + name: manifest(), folder + "index.html": "x"}))
    found = read(path)
    assert found.entries[0].href == "index.html"
    assert found.problems.keys() == {"scorm_no_tracking"}


def test_what_does_not_come_along_is_counted(tmp_path):
    files = {"My Course/imsmanifest.xml": manifest(), "My Course/index.html": "x"}
    files |= {"notes.txt": "x", "__MACOSX/a": "x", "My Course/.DS_Store": "x"}
    found = read(write(tmp_path, zip_of(files)))
    assert found.problems["scorm_clutter"].count == 2
    assert found.problems["scorm_files_outside"].count == 1
    assert "1 file is outside" in str(found.problems["scorm_files_outside"].message)
    assert "“notes.txt”" in str(found.problems["scorm_files_outside"].message)


def test_takes_no_manifest_from_deeper_down(tmp_path):
    path = write(tmp_path, zip_of({"a/b/imsmanifest.xml": manifest(), "index.html": "x"}))
    place = Place(path)
    assert not ScormSource().accepts(place)
    with pytest.raises(InputError, match="has no manifest") as caught:
        list(ScormSource().courses(place, Place(path)))
    assert "a/b" in caught.value.hint
    place.close()


def test_refuses_two_packages_side_by_side(tmp_path):
    error = refusal(write(tmp_path, zip_of({f"{d}/imsmanifest.xml": manifest() for d in "ab"})))
    assert error.code == "ambiguous_package"
    assert "a/imsmanifest.xml" in str(error.message)


def test_refuses_two_manifests_of_one_name(tmp_path):
    made = HandmadeZip()
    for title in ("Alpha", "Omega"):
        made.add("imsmanifest.xml", manifest(title=title).encode())
    assert refusal(write(tmp_path, made.done())).code == "duplicate_entry"


def test_what_is_no_archive_is_not_accepted(tmp_path):
    place = Place(write(tmp_path, b"hello"))
    assert not ScormSource().accepts(place)


def test_a_damaged_asset_is_told_and_a_damaged_manifest_refused(tmp_path):
    made = HandmadeZip()
    made.add("imsmanifest.xml", manifest().encode())
    made.add("index.html", b"x", crc=7)
    found = read(write(tmp_path, made.done()))
    assert found.problems["archive_damaged_entry"].count == 1
    made = HandmadeZip()
    made.add("imsmanifest.xml", manifest().encode(), crc=7)
    error = refusal(write(tmp_path, made.done()))
    assert (error.code, "imsmanifest.xml" in str(error.message)) == ("archive_corrupt", True)


def test_a_size_that_lies_is_refused_before_anything_is_kept(tmp_path):
    made = HandmadeZip()
    made.add("imsmanifest.xml", manifest().encode())
    made.add("index.html", b"x" * 1_000_000, size=3)
    assert refusal(write(tmp_path, made.done())).code == "too_large"


# ------------------------------------------------------------------------ which version


@pytest.mark.parametrize(
    ("said", "namespaces", "version"),
    [
        ("1.2", V12, "1.2"),
        ("CAM 1.3", V2004, "2004 2nd Edition"),
        ("2004 3rd Edition", V2004, "2004 3rd Edition"),
        ("2004 4th Edition", V2004, "2004 4th Edition"),
        ("2004", V2004, "2004"),
        (None, V12, "1.2"),
        (None, V2004, "2004"),
        ("1.2", "", "1.2"),
    ],
)
def test_tells_the_version(tmp_path, said, namespaces, version):
    text = manifest(version=said, namespaces=namespaces or 'xmlns:adlcp="x"')
    found = read(package(tmp_path, text))
    assert found.refs[0].version == version
    assert "version_unknown" not in found.problems


@pytest.mark.parametrize(
    ("said", "namespaces", "conflict"),
    [
        ("2004 3rd Edition", V12, "“2004 3rd Edition”, SCORM 1.2"),
        ("CAM 1.3", V12, "“CAM 1.3”, SCORM 1.2"),
        ("1.2", V2004, "“1.2”, SCORM 2004"),
    ],
)
def test_the_named_version_wins_over_the_namespaces_and_the_conflict_is_named(
    tmp_path, said, namespaces, conflict
):
    found = read(package(tmp_path, manifest(version=said, namespaces=namespaces)))
    assert found.refs[0].version[:4] == said.replace("CAM 1.3", "2004")[:4]
    problem = found.problems["version_differs"]
    assert (problem.severity, conflict in str(problem.message)) == ("warning", True)


@pytest.mark.parametrize(
    ("said", "namespaces", "version"),
    [("2004 3rd Edition", V12, "2004 3rd Edition"), ("1.2", V2004, "1.2")],
)
def test_the_declared_version_counts_and_the_other_is_named(tmp_path, said, namespaces, version):
    found = read(package(tmp_path, manifest(version=said, namespaces=namespaces)))
    assert found.refs[0].version == version
    assert f"“{version}”" in str(found.problems["version_differs"].message)


@pytest.mark.parametrize(
    ("said", "namespaces", "version"),
    [("9.9", V12, "1.2"), ("9.9", 'xmlns:adlcp="x"', None), (None, 'xmlns:adlcp="x"', None)],
)
def test_says_that_the_version_is_unknown(tmp_path, said, namespaces, version):
    found = read(package(tmp_path, manifest(version=said, namespaces=namespaces)))
    assert found.refs[0].version == version
    assert found.problems["version_unknown"].severity == "warning"


def test_elements_of_another_vocabulary_are_none_of_the_manifest(tmp_path):
    theirs = '<v:title xmlns:v="urn:v">Theirs</v:title><v:item xmlns:v="urn:v" identifier="V"/>'
    text = manifest(
        f'<item identifier="I1" identifierref="R1">{theirs}<title>Ours</title></item>{theirs}'
    )
    found = read(package(tmp_path, text))
    assert [(e.ref, e.title) for e in found.entries] == [("I1", "Ours")]


def test_elements_of_another_revision_are_those_of_the_manifest(tmp_path):
    text = manifest().replace(
        "<organizations", '<organizations xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"'
    )
    assert [e.ref for e in read(package(tmp_path, text)).entries] == ["I1"]


def test_reads_prefixed_elements(tmp_path):
    text = manifest(namespaces=V12.replace("xmlns=", "xmlns:x="))
    for tag in (
        "manifest",
        "organizations",
        "organization",
        "item",
        "title",
        "resources",
        "resource",
    ):
        text = text.replace(f"<{tag} ", f"<x:{tag} ").replace(f"<{tag}>", f"<x:{tag}>")
        text = text.replace(f"</{tag}>", f"</x:{tag}>")
    found = read(package(tmp_path, text))
    assert found.course.title == "Test course"
    assert found.entries[0].href == "index.html"


LIMITING = {
    "linear": '<imsss:controlMode choice="false" flow="true"/>',
    "forward": '<imsss:controlMode forwardOnly="1"/>',
    "rules": "<imsss:sequencingRules><imsss:preConditionRule/></imsss:sequencingRules>",
    "rollup": "<imsss:rollupRules><imsss:rollupRule/></imsss:rollupRules>",
    "attempts": '<imsss:limitConditions attemptLimit="1"/>',
    "random": '<imsss:randomizationControls selectionTiming="once" selectCount="2"/>',
}
HARMLESS = {
    "defaults": '<imsss:controlMode/><imsss:rollupRules rollupObjectiveSatisfied="true"/>',
    "free": '<imsss:controlMode choice="true" choiceExit="true" flow="true"/>',
    "reported": '<imsss:deliveryControls completionSetByContent="true"/>',
    "told": "<imsss:objectives><imsss:primaryObjective/></imsss:objectives>",
    "never": '<imsss:randomizationControls randomizationTiming="never"/>',
}


def sequenced(inside, shared="", **attributes):
    words = "".join(f' {name}="{value}"' for name, value in attributes.items())
    ruled = f"<imsss:sequencing{words}>{inside}</imsss:sequencing>"
    body = (
        '<organizations default="ORG"><organization identifier="ORG"><title>T</title>'
        f"{item('A', ruled, ref='R1')}{item('B', ref='R1')}{ruled}</organization></organizations>"
        f"<resources>{resource('R1', 'index.html')}</resources>"
        f"<imsss:sequencingCollection>{shared}</imsss:sequencingCollection>"
    )
    return manifest(body=body, version="2004 4th Edition", namespaces=V2004)


@pytest.mark.parametrize("inside", LIMITING.values(), ids=LIMITING)
def test_rules_of_sequence_are_told_once_with_their_number(tmp_path, inside):
    found = read(package(tmp_path, sequenced(inside)))
    assert found.problems["sequencing_not_carried"].count == 2


@pytest.mark.parametrize("inside", HARMLESS.values(), ids=HARMLESS)
def test_sequencing_that_limits_nobody_is_no_loss(tmp_path, inside):
    assert "sequencing_not_carried" not in read(package(tmp_path, sequenced(inside))).problems


@pytest.mark.parametrize(("own", "told"), [("", True), (HARMLESS["free"], False)])
def test_shared_rules_of_sequence_count_unless_the_item_says_otherwise(tmp_path, own, told):
    shared = f'<imsss:sequencing ID="S">{LIMITING["linear"]}</imsss:sequencing>'
    found = read(package(tmp_path, sequenced(own, shared, IDRef="S")))
    assert ("sequencing_not_carried" in found.problems) == told


def test_prerequisites_are_told(tmp_path):
    text = manifest(item("A", "<adlcp:prerequisites>B</adlcp:prerequisites>", ref="R1"))
    assert read(package(tmp_path, text)).problems["sequencing_not_carried"].count == 1


# ------------------------------------------------------------------------ organizations


def test_headings_are_not_counted_as_lessons(tmp_path):
    path = package(
        tmp_path,
        manifest(
            item("heading", item("A", ref="R1") + item("B", ref="R1"))
            + item("both", item("C", ref="R1"), ref="R1")
            + item("bare")
        ),
    )
    found = read(path)
    assert found.refs[0].lessons == 5
    assert found.chunks[-1].done == 5
    assert len(found.entries) == 6


def test_the_default_organization_comes_first_and_the_other_is_skipped(tmp_path):
    body = f"<organizations default='B'>{ORG.format('A', item('I1', ref='R1'))}"
    body += f"{ORG.format('B', item('I2', ref='R1'))}</organizations>"
    path = package(tmp_path, manifest(body=body))
    found = read(path)
    assert [(ref.key, ref.title, ref.lessons) for ref in found.refs] == [
        ("B", "B", 1),
        ("A", "A", 1),
    ]
    assert found.course.title == "B"
    assert [(e.ref, e.outcome) for e in found.entries] == [
        ("I2", "converted"),
        ("I1", "skipped"),
    ]
    assert "“A”" in str(found.entries[1].reason)
    assert found.problems["other_organizations"].count == 1
    other = read(path, course=1)
    assert other.course.title == "A"
    assert [e.ref for e in other.entries] == ["I1", "I2"]


def test_a_default_that_is_not_there_is_told(tmp_path):
    found = read(package(tmp_path, manifest(default="NOPE")))
    assert found.course.title == "Test course"
    assert found.problems["default_organization_unknown"].severity == "warning"


def test_an_organization_without_identifier_can_be_chosen(tmp_path):
    text = manifest().replace('<organization identifier="ORG">', "<organization>")
    assert read(package(tmp_path, text)).refs[0].key == "organization-1"


def test_without_any_order_the_resources_are_listed(tmp_path):
    both = resource("R1", "index.html") + resource("R2", "second_page.html")
    text = manifest(body="<organizations/>", resources=both)
    found = read(package(tmp_path, text, "second_page.html"))
    assert [entry.title for entry in found.entries] == ["index", "second page"]
    assert found.problems["organization_built"].count == 2


def test_without_any_order_and_page_every_file_that_opens_is_listed(tmp_path):
    asset = '<resource identifier="{0}" type="file" href="{0}"><file href="{0}"/></resource>'
    text = manifest(
        body="<organizations/>", resources=asset.format("a.pdf") + asset.format("b.mp4")
    )
    found = read(package(tmp_path, text, "a.pdf", "b.mp4"))
    assert [entry.href for entry in found.entries] == ["a.pdf", "b.mp4"]


QUESTION = '<resource identifier="Q" type="imsqti_item_xmlv2p1" href="q.xml"/>'


@pytest.mark.parametrize("body", ["<organizations/>", None])
def test_a_package_of_nothing_but_questions_is_no_course(tmp_path, body):
    error = refusal(package(tmp_path, manifest(item("A", ref="Q"), QUESTION, body=body), "q.xml"))
    assert error.code == "not_a_package"
    assert "QTI" in str(error.message)


def test_without_any_order_questions_are_not_listed_as_lessons(tmp_path):
    page = '<resource identifier="P" type="webcontent" href="index.html"/>'
    found = read(package(tmp_path, manifest(body="<organizations/>", resources=QUESTION + page)))
    assert [entry.ref for entry in found.entries] == ["P"]


def test_blanks_around_identifiers_do_not_count(tmp_path):
    needs = '<dependency identifierref=" R2"/>'
    both = resource(" R1 ", "index.html", needs) + resource("R2 ", "index.html")
    found = read(package(tmp_path, manifest(item("A", ref=" R1"), both)))
    assert found.entries[0].outcome == "converted"
    assert "dangling_dependency" not in found.problems


def test_without_any_order_a_resource_with_one_page_alone_is_listed(tmp_path):
    both = '<resource identifier="R1"><file href="index.html"/><file href="a.html"/></resource>'
    bare = '<resource identifier="R2"><file href="a.css"/><file href="index.html"/></resource>'
    text = manifest(body="<organizations/>", resources=both + bare)
    found = read(package(tmp_path, text, "a.css", "a.html"))
    assert [(entry.title, entry.outcome) for entry in found.entries] == [("index", "converted")]


def test_items_are_understood_whatever_the_letter_case_of_their_attributes(tmp_path):
    text = manifest(
        '<item Identifier="A" identifierRef="R1" isVisible="false"><title>A</title></item>'
    )
    entry = read(package(tmp_path, text)).entries[0]
    assert (entry.ref, entry.href, entry.hidden) == ("A", "index.html", True)


@pytest.mark.parametrize(
    "text",
    [
        manifest(items=""),
        manifest(body="<organizations/>", resources="<resource identifier='R'/>"),
        manifest(body="", resources=""),
    ],
)
def test_refuses_a_course_without_lessons(tmp_path, text):
    error = refusal(package(tmp_path, text))
    assert error.code == "manifest_invalid"
    assert "imsmanifest.xml" in str(error.message)


def test_refuses_what_is_no_manifest(tmp_path):
    error = refusal(package(tmp_path, "<html><body>404</body></html>"))
    assert (error.code, "<html>" in str(error.message)) == ("manifest_invalid", True)


def test_refuses_a_common_cartridge_by_name(tmp_path):
    text = manifest().replace("ADL SCORM", "IMS Common Cartridge")
    error = refusal(package(tmp_path, text))
    assert error.code == "not_a_package"
    assert "Common Cartridge" in str(error.message)


def test_refuses_items_beyond_any_sense(tmp_path, monkeypatch):
    monkeypatch.setattr("courseporter.sources.scorm.organization.DEEPEST", 3)
    error = refusal(package(tmp_path, manifest(item("A", item("B", item("C", item("D")))))))
    assert (error.code, "line 1" in error.where) == ("too_deep", True)


# ------------------------------------------------------------------------ sub-manifests

SUB = (
    '<manifest identifier="{0}"><organizations><organization identifier="{0}O">{1}</organization>'
    "</organizations><resources>{2}</resources></manifest>"
)


def with_parts(items, *parts):
    return manifest(items).replace(
        "</resources></manifest>", f"</resources>{''.join(parts)}</manifest>"
    )


def test_a_sub_manifest_hangs_below_the_item_that_names_it(tmp_path):
    part = SUB.format("S1", item("SI", ref="SR"), resource("SR", "sub.html"))
    text = with_parts(item("A", ref="R1") + item("B", ref="S1"), part)
    found = read(package(tmp_path, text, "sub.html"))
    assert [(e.depth, e.ref, e.href) for e in found.entries] == [
        (1, "A", "index.html"),
        (1, "B", None),
        (2, "SI", "sub.html"),
    ]
    assert "unreferenced_files" not in found.problems


def test_an_item_may_use_a_resource_of_a_sub_manifest(tmp_path):
    part = SUB.format("S1", "", resource("SR", "sub.html"))
    found = read(package(tmp_path, with_parts(item("A", ref="SR"), part), "sub.html"))
    assert found.entries[0].href == "sub.html"


@pytest.mark.parametrize(("first", "second"), [("S2", "S1"), ("M1", "S1"), ("S1", "S1")])
def test_sub_manifests_in_a_circle_fail_in_their_place(tmp_path, first, second):
    parts = (
        SUB.format("S1", item("X", ref=first), ""),
        SUB.format("S2", item("Y", ref=second), ""),
    )
    found = read(package(tmp_path, with_parts(item("A", ref="S1"), *parts)))
    assert [(e.ref, e.outcome) for e in found.entries] == [("A", "failed")]
    assert found.problems["submanifest_cycle"].count == 1


def test_a_sub_manifest_that_no_item_names_is_another_way_through_the_content(tmp_path):
    text = with_parts(item("A", ref="R1"), SUB.format("S1", item("X", ref="R1"), ""))
    found = read(package(tmp_path, text))
    assert [(e.ref, e.outcome) for e in found.entries] == [("A", "converted"), ("X", "skipped")]
    assert "“S1O”" in str(found.problems["other_organizations"].message)


@pytest.mark.parametrize("turned", [False, True])
def test_the_way_that_leads_through_other_sub_manifests_goes_first(tmp_path, turned):
    parts = [
        SUB.format("S1", item("X", ref="R1") + item("Y", ref="S2"), ""),
        SUB.format("S2", item("Z", ref="R1"), ""),
    ]
    inner = "".join(reversed(parts) if turned else parts)
    resources = f"<resources>{resource('R1', 'index.html')}</resources>"
    found = read(package(tmp_path, manifest(body=f"<organizations/>{resources}{inner}")))
    assert [e.ref for e in found.entries if e.outcome == "converted"] == ["R1"]
    assert [e.ref for e in found.entries if e.outcome == "skipped"] == ["X", "Y", "Z"]


def test_of_a_named_sub_manifest_only_the_ways_not_taken_are_offered(tmp_path):
    part = SUB.format("S1", item("X", ref="SR"), resource("SR", "sub.html")).replace(
        "</organizations>",
        f'<organization identifier="ORG">{item("Y", ref="SR")}</organization></organizations>',
    )
    place = package(tmp_path, with_parts(item("A", ref="S1"), part), "sub.html")
    found = read(place)
    assert [(e.ref, e.outcome) for e in found.entries] == [
        ("A", "converted"),
        ("X", "converted"),
        ("Y", "skipped"),
    ]
    other = read(place, course=1)
    assert (other.refs[1].key, other.entries[0].ref, other.entries[0].href) == (
        "ORG~2",
        "Y",
        "sub.html",
    )


def test_a_way_without_a_lesson_is_not_offered(tmp_path):
    inner = SUB.format("S1", item("X", ref="SR"), resource("SR", "sub.html"))
    empty = '<organization identifier="EMPTY"><title>Empty</title></organization>'
    for body in ("", f"<organizations>{empty}</organizations>"):
        text = manifest(body=f"{body}<resources></resources>{inner}")
        found = read(package(tmp_path, text, "sub.html"))
        assert [(e.ref, e.outcome) for e in found.entries] == [("X", "converted")]
        assert "other_organizations" not in found.problems


def test_of_two_sub_manifests_with_one_name_none_gets_lost(tmp_path):
    parts = [SUB.format("S1", item(name, ref="R1"), "") for name in "XY"]
    found = read(package(tmp_path, with_parts(item("A", ref="S1"), *parts)))
    assert [(e.ref, e.outcome) for e in found.entries][-1] == ("Y", "skipped")


def test_items_without_an_organization_around_them_are_no_less_items(tmp_path):
    text = manifest().replace("</organizations>", item("Z", ref="R1") + "</organizations>")
    found = read(package(tmp_path, text))
    assert [(e.ref, e.outcome) for e in found.entries] == [("I1", "converted"), ("Z", "skipped")]


def test_sub_manifests_that_double_again_and_again_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("courseporter.sources.scorm.organization.MAX_ITEMS", 1000)
    parts = [
        SUB.format(f"S{n}", item(f"X{n}", ref=f"S{n + 1}") + item(f"Y{n}", ref=f"S{n + 1}"), "")
        for n in range(40)
    ]
    error = refusal(package(tmp_path, with_parts(item("A", ref="S0"), *parts)))
    assert error.code == "too_large"


def test_many_items_find_their_resources_in_many_sub_manifests_in_little_time(tmp_path):
    count = 10_000
    parts = (SUB.format(f"S{n}", "", resource(f"SR{n}", "index.html")) for n in range(count))
    items = "".join(item(f"I{n}", ref=f"SR{count - 1 - n}") for n in range(count))
    path = package(tmp_path, with_parts(items, *parts))
    start = time.process_time()
    found = read(path)
    assert time.process_time() - start < 2.5
    assert {entry.outcome for entry in found.entries} == {"converted"}


# ------------------------------------------------------------------------ metadata

LOM = (
    "<lom><general><title><langstring xml:lang='de'>Töpfern</langstring><langstring "
    "xml:lang='en'>Pottery</langstring></title><language>{0}</language><description><langstring>"
    "Clay\n and fire</langstring></description><keyword><langstring>clay</langstring></keyword>"
    "<keyword><langstring>fire</langstring></keyword></general></lom>"
)


def test_reads_inline_metadata(tmp_path):
    found = read(package(tmp_path, manifest(metadata=LOM.format("de"))))
    course = found.course
    assert (course.title, course.language) == ("Test course", "de")
    assert (course.description, course.keywords) == ("Clay and fire", ("clay", "fire"))


@pytest.mark.parametrize(
    ("said", "language"),
    [("en_US", "en-US"), ("x-none", None), ("none", None), ("any language", None)],
)
def test_reads_only_real_languages(tmp_path, said, language):
    assert read(package(tmp_path, manifest(metadata=LOM.format(said)))).course.language == language


def test_metadata_name_a_course_without_title(tmp_path):
    found = read(package(tmp_path, manifest(title="", metadata=LOM.format("en"))))
    assert found.course.title == found.refs[0].title == "Pottery"


def test_the_file_names_a_course_without_any_title(tmp_path):
    assert read(package(tmp_path, manifest(title=""))).course.title == "course"


def test_reads_metadata_from_their_own_file(tmp_path):
    text = manifest(metadata="<adlcp:location>meta/course.xml</adlcp:location>")
    found = read(package(tmp_path, text, **{"meta/course.xml": LOM.format("de")}))
    assert (found.course.language, found.course.description) == ("de", "Clay and fire")
    assert "unreferenced_files" not in found.problems


def test_metadata_files_of_items_and_resources_count_as_named(tmp_path):
    said = "<metadata><adlcp:location>{}</adlcp:location></metadata>"
    text = manifest(
        item("A", said.format("meta/item.xml"), ref="R1"),
        resource("R1", "index.html", said.format("meta/gone.xml")),
    )
    found = read(package(tmp_path, text, "meta/item.xml"))
    assert "unreferenced_files" not in found.problems
    assert found.problems["metadata_unreadable"].count == 1
    assert "“meta/gone.xml” is not in the package" in str(
        found.problems["metadata_unreadable"].message
    )


def test_metadata_at_a_web_address_are_told(tmp_path):
    text = manifest(metadata="<adlcp:location>https://example.org/lom.xml</adlcp:location>")
    assert read(package(tmp_path, text)).problems["metadata_unreadable"].count == 1


def test_where_metadata_say_a_file_the_address_in_a_record_is_none(tmp_path):
    record = "<lom><technical><location>somewhere.zip</location></technical></lom>"
    assert "metadata_unreadable" not in read(package(tmp_path, manifest(metadata=record))).problems


@pytest.mark.parametrize(
    ("tags", "title"),
    [(("fr", "en-GB"), "2"), (("en-GB", "en"), "2"), (("fr", "de"), "1"), (("", "en-US"), "2")],
)
def test_takes_the_title_in_a_kind_of_the_language_when_there_is_none_of_its_own(
    tmp_path, tags, title
):
    words = "".join(f"<string language='{tag}'>{n}</string>" for n, tag in enumerate(tags, 1))
    lom = f"<lom><general><title>{words}</title><language>en</language></general></lom>"
    assert read(package(tmp_path, manifest(title="", metadata=lom))).course.title == title


@pytest.mark.parametrize("title", ["", "Test course"])
@pytest.mark.parametrize("content", ["<lom>", "<!DOCTYPE a [<!ENTITY x 'y'>]><lom>&x;</lom>", None])
def test_unreadable_metadata_are_told_and_the_course_goes_on(tmp_path, content, title):
    text = manifest(title=title, metadata="<adlcp:location>meta.xml</adlcp:location>")
    files = {"meta.xml": content} if content else {}
    found = read(package(tmp_path, text, **files))
    assert found.problems["metadata_unreadable"].count == 1
    assert "nothing was imported" not in str(found.problems["metadata_unreadable"].message)
    assert len(found.entries) == 1
