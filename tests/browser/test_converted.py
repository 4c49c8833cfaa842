"""The whole way: a SCORM package is converted, and its lesson plays from the written package."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile

import pytest

from browser.lessons import LESSON, look, plain_site, play, player
from browser.mechanisms import LAUNCH, files
from browser.servers import Platform, serving
from fakes.zips import zip_of

MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="M" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
 xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
<organizations default="O"><organization identifier="O"><title>Course</title>
<item identifier="I" identifierref="R" parameters="?mode=test#top"><title>Every way</title>
<adlcp:masteryscore>70</adlcp:masteryscore></item></organization></organizations>
<resources><resource identifier="R" type="webcontent" adlcp:scormtype="sco"
 href="{LAUNCH.partition("?")[0]}"/></resources></manifest>"""


@pytest.fixture(scope="module")
def assets(tmp_path_factory):
    """What the written package holds under static/."""
    folder = tmp_path_factory.mktemp("converted")
    package = folder / "package.zip"
    package.write_bytes(zip_of({"imsmanifest.xml": MANIFEST, **files()}))
    subprocess.run(
        [sys.executable, "-m", "courseporter", "convert", package, "--out", folder / "out.tar.gz"],
        check=True,
        capture_output=True,
        env={**os.environ, "COURSEPORTER_HOME": str(folder / "home")},
    )
    with tarfile.open(folder / "out.tar.gz") as archive:
        return {
            member.name.rpartition("/")[2]: archive.extractfile(member).read()
            for member in archive
            if member.isfile() and "/static/" in member.name
        }


def test_a_converted_lesson_is_what_it_was(browser, assets):
    with serving(plain_site(files(), LAUNCH)) as site:
        play(browser, f"{site.address}/lesson.html", "results")
        one = look(browser)
    with serving(Platform()) as course:
        course.assets = assets
        play(browser, player(course), "results")
        other = look(browser)
        found = browser.run(LESSON + "return lesson.results;")
        mastery = browser.run('return API.LMSGetValue("cmi.student_data.mastery_score");')
        second = browser.run("return 'API_1484_11' in window;")
    assert {name: verdict for name, verdict in found.items() if verdict != "ok"} == {}
    assert other.calls == one.calls
    assert other.images == one.images
    assert mastery == "70"
    assert not second  # a small package of SCORM 1.2 that knows of nothing else
