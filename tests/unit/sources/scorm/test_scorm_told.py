"""What the manifest tells a lesson, and what becomes of lessons as whoever imports chose."""

from __future__ import annotations

import pytest

from fakes.scorm import V2004, item, manifest, package, read, resource

TOLD_12 = (
    "<adlcp:masteryscore>80</adlcp:masteryscore><adlcp:maxtimeallowed>0001:30:00</adlcp:maxtimeallowed>"
    "<adlcp:timelimitaction>exit,message</adlcp:timelimitaction>"
    "<adlcp:datafromlms> a=1 \n b</adlcp:datafromlms>"
)
SEQUENCING = (
    '<imsss:limitConditions attemptAbsoluteDurationLimit="PT30M"/><imsss:objectives>'
    '<imsss:primaryObjective satisfiedByMeasure="true">{}</imsss:primaryObjective>'
    "</imsss:objectives>"
)
MEASURE = "<imsss:minNormalizedMeasure>0.6</imsss:minNormalizedMeasure>"


def block(tmp_path, inside, **more):
    found = read(package(tmp_path, manifest(item("I1", inside, ref="R1"), **more)))
    return found, found.nodes[-1].block


def test_a_lesson_of_1_2_is_told_what_the_manifest_says(tmp_path):
    found, told = block(tmp_path, TOLD_12)
    assert told.mastery == 80
    assert told.max_time == "0001:30:00"
    assert told.time_action == "exit,message"
    assert told.launch_data == " a=1 \n b"
    assert "sequencing_not_carried" not in found.problems


def test_a_lesson_of_2004_is_told_its_passing_score_and_limit(tmp_path):
    inside = (
        "<adlcp:dataFromLMS>x</adlcp:dataFromLMS>"
        "<adlcp:timeLimitAction>continue,no message</adlcp:timeLimitAction>"
        f"<imsss:sequencing>{SEQUENCING.format(MEASURE)}</imsss:sequencing>"
    )
    found, told = block(tmp_path, inside, version="2004 4th Edition", namespaces=V2004)
    assert (told.mastery, told.max_time) == (0.6, "PT30M")
    assert (told.launch_data, told.time_action) == ("x", "continue,no message")
    assert "sequencing_not_carried" not in found.problems


@pytest.mark.parametrize(
    ("objective", "mastery"),
    [
        (f'<imsss:primaryObjective satisfiedByMeasure="false">{MEASURE}', None),
        (f"<imsss:primaryObjective>{MEASURE}", None),
        ('<imsss:primaryObjective satisfiedByMeasure="true">', 1.0),
    ],
)
def test_only_a_measure_that_satisfies_is_a_passing_score(tmp_path, objective, mastery):
    inside = (
        f"<imsss:sequencing><imsss:objectives>{objective}</imsss:primaryObjective>"
        "</imsss:objectives></imsss:sequencing>"
    )
    _, told = block(tmp_path, inside, version="2004 4th Edition", namespaces=V2004)
    assert told.mastery == mastery


def test_shared_sequencing_is_looked_up_and_the_own_one_goes_before(tmp_path):
    own = '<imsss:limitConditions attemptAbsoluteDurationLimit="PT5M"/>'
    inside = f'<imsss:sequencing IDRef="S1">{own}</imsss:sequencing>'
    body = (
        '<organizations default="ORG"><organization identifier="ORG"><title>T</title>'
        f"{item('I1', inside, ref='R1')}"
        f"</organization></organizations><resources>{resource('R1', 'index.html')}</resources>"
        "<imsss:sequencingCollection>"
        f'<imsss:sequencing ID="S1">{SEQUENCING.format(MEASURE)}</imsss:sequencing>'
        "</imsss:sequencingCollection>"
    )
    text = manifest(body=body, version="2004 3rd Edition", namespaces=V2004)
    told = read(package(tmp_path, text)).nodes[-1].block
    assert (told.mastery, told.max_time) == (0.6, "PT5M")


@pytest.mark.parametrize(
    ("element", "threshold"),
    [
        ('<adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.75"/>', 0.75),
        ('<adlcp:completionThreshold completedByMeasure="true"/>', 1.0),
        ('<adlcp:completionThreshold completedByMeasure="false" minProgressMeasure="0.7"/>', None),
        ('<adlcp:completionThreshold minProgressMeasure="0.7"/>', None),
        ("<adlcp:completionThreshold>0.5</adlcp:completionThreshold>", 0.5),
        ("<adlcp:completionThreshold>much</adlcp:completionThreshold>", None),
        ("<adlcp:completionThreshold>NaN</adlcp:completionThreshold>", None),
    ],
)
def test_the_threshold_of_completion_in_every_edition(tmp_path, element, threshold):
    _, told = block(tmp_path, element, version="2004 4th Edition", namespaces=V2004)
    assert told.threshold == threshold


def test_two_lessons_of_one_identifier_have_names_of_their_own(tmp_path):
    found = read(package(tmp_path, manifest(item("A", ref="R1") + item("A", ref="R1"))))
    blocks = [one.block for one in found.nodes if one.key.endswith("/package")]
    assert [one.item for one in blocks] == ["A", "A~2"]


def test_lessons_are_numbered_in_order_and_containers_are_not(tmp_path):
    text = manifest(item("A", item("B", ref="R1") + item("C", ref="R9")) + item("D", ref="R1"))
    found = read(package(tmp_path, text))
    blocks = [one.block for one in found.nodes if one.key.endswith("/package")]
    assert [(one.item, one.number) for one in blocks] == [("B", 0), ("D", 1)]


@pytest.mark.parametrize(
    ("mode", "outcome", "code"),
    [
        ("play", "converted", "scorm_no_tracking"),
        ("plugin", "converted_with_loss", "scorm_plugin_upload"),
        ("download", "converted_with_loss", "scorm_download_only"),
    ],
)
def test_the_choice_decides_block_ledger_and_problem(tmp_path, mode, outcome, code):
    found = read(package(tmp_path, manifest()), scorm=mode)
    assert found.nodes[-1].block.mode == mode
    assert found.entries[0].outcome == outcome
    assert bool(found.entries[0].reason) == (outcome != "converted")
    told = {one for one in found.problems if one.startswith("scorm_")}
    assert told == {code}
    assert found.problems[code].key == "item:I1/package"


def test_a_folded_lesson_that_plays_has_still_lost_its_level(tmp_path):
    deep = item("A", item("B", item("C", item("D", ref="R1"))))
    entry = read(package(tmp_path, manifest(deep))).entries[-1]
    assert entry.outcome == "converted_with_loss"
    assert "deeper" in str(entry.reason)


def test_the_identity_stays_when_the_package_is_exported_again(tmp_path):
    (tmp_path / "2").mkdir()
    first = read(package(tmp_path, manifest()))
    again = read(package(tmp_path / "2", manifest(item("I1", ref="R1") + item("I2", ref="R1"))))
    assert first.nodes[-1].block.identity == again.nodes[-1].block.identity == first.course.key
