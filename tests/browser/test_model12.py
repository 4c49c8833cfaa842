"""The SCORM 1.2 data model, called as content calls it."""

from __future__ import annotations

import pytest

CORE = (
    "student_id,student_name,lesson_location,credit,lesson_status,entry,score,total_time,"
    "lesson_mode,exit,session_time"
)


@pytest.fixture
def api(runtime):
    """Calls of one session; `fresh` begins another."""
    return runtime("API")


@pytest.fixture
def begun(api):
    assert api("LMSInitialize", "") == "true"
    return api


def error(api):
    return api("LMSGetLastError")


def take(api, element, value):
    """Set a value, and tell the error that this leaves."""
    api("LMSSetValue", element, value)
    return error(api)


def give(api, element):
    return api("LMSGetValue", element)


def test_nothing_works_before_the_first_call(api):
    calls = [("LMSGetValue", "cmi.core.entry"), ("LMSSetValue", "cmi.comments", "a")]
    for call in [*calls, ("LMSCommit", ""), ("LMSFinish", "")]:
        assert api(*call) in {"", "false"}
        assert error(api) == "301"


def test_a_session_begins_once_and_ends_once(begun):
    assert (begun("LMSInitialize", ""), error(begun)) == ("false", "101")
    assert (begun("LMSFinish", ""), error(begun)) == ("true", "0")
    assert (begun("LMSFinish", ""), error(begun)) == ("false", "301")
    assert (begun("LMSInitialize", ""), error(begun)) == ("true", "0")


@pytest.mark.parametrize("call", ["LMSInitialize", "LMSFinish", "LMSCommit"])
def test_a_parameter_where_none_belongs_is_refused(api, call):
    if call != "LMSInitialize":
        api("LMSInitialize", "")
    assert (api(call, "words"), error(api)) == ("false", "201")


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ("cmi._version", "3.4"),
        ("cmi.core._children", CORE),
        ("cmi.core.score._children", "raw,min,max"),
        ("cmi.core.credit", "credit"),
        ("cmi.core.lesson_mode", "normal"),
        ("cmi.core.lesson_status", "not attempted"),
        ("cmi.core.entry", "ab-initio"),
        ("cmi.core.total_time", "0000:00:00"),
        ("cmi.core.score.raw", ""),
        ("cmi.suspend_data", ""),
        ("cmi.launch_data", "from the manifest"),
        ("cmi.comments_from_lms", ""),
        ("cmi.objectives._children", "id,score,status"),
        ("cmi.objectives._count", "0"),
        ("cmi.student_data._children", "mastery_score,max_time_allowed,time_limit_action"),
        ("cmi.student_data.mastery_score", "80"),
        ("cmi.student_data.max_time_allowed", "01:00:00"),
        ("cmi.student_data.time_limit_action", "exit,message"),
        ("cmi.student_preference._children", "audio,language,speed,text"),
        ("cmi.student_preference.audio", "0"),
        ("cmi.interactions._count", "0"),
        (
            "cmi.interactions._children",
            "id,objectives,time,type,correct_responses,weighting,student_response,result,latency",
        ),
    ],
)
def test_a_new_session_starts_with_what_the_manifest_says(begun, element, value):
    assert (give(begun, element), error(begun)) == (value, "0")


@pytest.mark.parametrize(
    ("element", "code"),
    [
        ("cmi.core.lesson_status._children", "202"),
        ("cmi.core.score.raw._children", "202"),
        ("cmi.core._count", "203"),
        ("cmi.core.lesson_status._count", "203"),
        ("cmi.core.exit", "404"),
        ("cmi.core.session_time", "404"),
        ("cmi.interactions.0.id", "404"),
        ("cmi.objectives.0.id", "201"),
        ("cmi.core.nothing", "401"),
        ("cmi.core", "401"),
        ("cmi.objectives.n.id", "401"),
        ("constructor", "401"),
        ("toString._count", "401"),
        ("", "401"),
    ],
)
def test_reading_what_cannot_be_read_says_why(begun, element, code):
    assert (give(begun, element), error(begun)) == ("", code)


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ("cmi.core.lesson_location", "page 7"),
        ("cmi.core.lesson_status", "incomplete"),
        ("cmi.core.score.raw", "0"),
        ("cmi.core.score.raw", "99.5"),
        ("cmi.core.score.raw", ""),
        ("cmi.core.score.max", "100"),
        ("cmi.suspend_data", "x" * 20000),
        ("cmi.objectives.0.id", "OBJ-1"),
        ("cmi.objectives.0.status", "passed"),
        ("cmi.objectives.0.score.raw", "50"),
        ("cmi.student_preference.audio", "-1"),
        ("cmi.student_preference.speed", "-100"),
        ("cmi.student_preference.text", "1"),
        ("cmi.student_preference.language", "Klingon"),
    ],
)
def test_what_is_set_can_be_read(begun, element, value):
    assert take(begun, element, value) == "0"
    assert give(begun, element) == value


@pytest.mark.parametrize(
    ("element", "value", "code"),
    [
        ("cmi.core.lesson_status", "not attempted", "405"),
        ("cmi.core.lesson_status", "Complete", "405"),
        ("cmi.core.score.raw", "101", "405"),
        ("cmi.core.score.raw", "-1", "405"),
        ("cmi.core.score.raw", "many", "405"),
        ("cmi.core.session_time", "12", "405"),
        ("cmi.core.session_time", "PT5M", "405"),
        ("cmi.core.exit", "away", "405"),
        ("cmi.student_preference.audio", "101", "405"),
        ("cmi.student_preference.text", "0.5", "405"),
        ("cmi.objectives.0.id", "two words", "405"),
        ("cmi.interactions.0.time", "25:00:00", "405"),
        ("cmi.interactions.0.type", "essay", "405"),
        ("cmi.interactions.0.result", "good", "405"),
        ("cmi.core.student_id", "me", "403"),
        ("cmi.core.total_time", "0001:00:00", "403"),
        ("cmi.launch_data", "a", "403"),
        ("cmi.core._children", "a", "402"),
        ("cmi.objectives._count", "3", "402"),
        ("cmi._version", "4", "402"),
        ("cmi.objectives.1.id", "OBJ", "201"),
        ("cmi.core.nothing", "a", "401"),
    ],
)
def test_a_wrong_value_gets_its_code_and_changes_nothing(begun, element, value, code):
    assert take(begun, element, value) == code


def test_objectives_are_counted(begun):
    for n in range(3):
        assert take(begun, f"cmi.objectives.{n}.id", f"OBJ-{n}") == "0"
    assert give(begun, "cmi.objectives._count") == "3"
    assert give(begun, "cmi.objectives.2.status") == "not attempted"
    assert give(begun, "cmi.objectives.2.score._children") == "raw,min,max"


def test_interactions_are_taken_and_counted(begun):
    said = {
        "id": "Q1", "type": "choice", "time": "10:15:00", "weighting": "1.5", "latency": "00:00:12",
        "student_response": "a,b", "result": "correct", "objectives.0.id": "OBJ-1",
        "correct_responses.0.pattern": "a", "correct_responses.1.pattern": "a,b",
    }  # fmt: skip
    assert {take(begun, f"cmi.interactions.0.{name}", value) for name, value in said.items()} == {
        "0"
    }
    assert give(begun, "cmi.interactions._count") == "1"
    assert give(begun, "cmi.interactions.0.correct_responses._count") == "2"
    assert give(begun, "cmi.interactions.0.objectives._count") == "1"


def test_comments_follow_each_other(begun):
    take(begun, "cmi.comments", "<1>good</1>")
    take(begun, "cmi.comments", "<2>better</2>")
    assert give(begun, "cmi.comments") == "<1>good</1><2>better</2>"


def test_time_adds_up_over_sessions(api):
    for _ in range(3):
        api("LMSInitialize", "")
        take(api, "cmi.core.session_time", "00:50:20.5")
        api("LMSFinish", "")
    api("LMSInitialize", "")
    assert give(api, "cmi.core.total_time") == "0002:31:01.50"


@pytest.mark.parametrize(
    ("left", "entry"), [("suspend", "resume"), ("logout", "resume"), ("", ""), ("time-out", "")]
)
def test_a_suspended_session_is_resumed(begun, left, entry):
    take(begun, "cmi.suspend_data", "state")
    take(begun, "cmi.core.exit", left)
    begun("LMSFinish", "")
    begun("LMSInitialize", "")
    assert (give(begun, "cmi.core.entry"), give(begun, "cmi.suspend_data")) == (entry, "state")


@pytest.mark.parametrize(
    ("raw", "status", "left", "verdict"),
    [
        ("80", "completed", "", "passed"),
        ("79.9", "completed", "", "failed"),
        ("0", "incomplete", "", "failed"),
        ("10", "incomplete", "suspend", "incomplete"),
        ("", "completed", "", "completed"),
        ("", None, "", "completed"),
    ],
)
def test_the_mastery_score_decides_at_the_end(begun, raw, status, left, verdict):
    take(begun, "cmi.core.score.raw", raw)
    take(begun, "cmi.core.exit", left)
    if status:
        take(begun, "cmi.core.lesson_status", status)
    begun("LMSFinish", "")
    begun("LMSInitialize", "")
    assert give(begun, "cmi.core.lesson_status") == verdict


def test_errors_are_explained(begun):
    take(begun, "cmi.core.score.raw", "many")
    assert begun("LMSGetErrorString", "405") == "Incorrect data type"
    assert "cmi.core.score.raw" in begun("LMSGetDiagnostic", "")
    assert (begun("LMSGetErrorString", "9999"), begun("LMSGetErrorString", "toString")) == ("", "")


def test_odd_arguments_never_throw(begun):
    for value in (None, True, 5, [], {}):
        begun("LMSSetValue", "cmi.core.lesson_location", value)
        begun("LMSGetValue", value)
    assert take(begun, "cmi.core.score.raw", 42) == "0"
    assert give(begun, "cmi.core.score.raw") == "42"


@pytest.mark.parametrize("odd", ["Object.create(null)", "{ toString() { throw 1; } }"])
def test_no_call_throws_whatever_it_is_given(runtime, odd):
    runtime("API")
    calls = """
      const odd = [ODD, ODD];
      const run = () => [API, API_1484_11].forEach((api) => Object.values(api)
        .filter((one) => typeof one === "function").forEach((call) => call(...odd)));
      run(); API.LMSInitialize(""); API_1484_11.Initialize(""); run();
      return API.LMSGetValue("cmi.core.lesson_status");
    """.replace("ODD", odd)
    assert runtime.page.run(calls) == "not attempted"
