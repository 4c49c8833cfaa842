"""What a file holds that isn't imported is said of this very file, before the import."""

import zipfile

from courseporter import api
from fakes.material import scorm, simple_template

RULES = (
    b'<imsss:sequencing xmlns:imsss="http://www.imsglobal.org/xsd/imsss">'
    b'<imsss:controlMode choice="false"/></imsss:sequencing></item>'
)


def test_tables_without_learners_lose_nothing(actor, tmp_path):
    source = simple_template(tmp_path / "a.zip")
    assert api.sniff(actor, source).not_carried == ()


def test_tables_with_learners_say_how_many(actor, tmp_path):
    source = simple_template(tmp_path / "a.zip")
    with zipfile.ZipFile(source, "a") as archive:
        archive.writestr("enrollments.csv", "email\na@school.example\nb@school.example\n")
    assert api.sniff(actor, source).not_carried == (
        "2 learners in enrollments.csv aren't enrolled. The report lists the rows.",
    )


def test_a_scorm_package_without_rules_loses_only_its_grades(actor, tmp_path):
    source = scorm(tmp_path / "golf.zip", [(1, "Play", "a.html")])
    (only,) = api.sniff(actor, source).not_carried
    assert only.startswith("Grades and completion")


def test_sequencing_rules_of_a_scorm_package_are_counted(actor, tmp_path):
    plain, ruled = scorm(tmp_path / "golf.zip", [(1, "Play", "a.html")]), tmp_path / "ruled.zip"
    with zipfile.ZipFile(plain) as before, zipfile.ZipFile(ruled, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            if name == "imsmanifest.xml":
                data = data.replace(b"</item>", RULES, 1)
            after.writestr(name, data)
    assert "1 item with sequencing rules" in api.sniff(actor, ruled).not_carried[1]
