"""The SCORM 2004 data model (4th edition), called as content calls it."""

from __future__ import annotations

import pytest

LONG = "cmi.interactions.0"


@pytest.fixture
def api(runtime):
    return runtime("API_1484_11", mastery=None, maxTime="", timeAction="")


@pytest.fixture
def begun(api):
    assert api("Initialize", "") == "true"
    return api


def error(api):
    return api("GetLastError")


def take(api, element, value):
    """Set a value, and tell the error that this leaves."""
    api("SetValue", element, value)
    return error(api)


def give(api, element):
    return api("GetValue", element)


def test_each_call_has_its_code_before_and_after_the_session(api):
    codes = {"GetValue": "12", "SetValue": "13", "Commit": "14", "Terminate": "11"}
    for ending in "23":
        for call, code in codes.items():
            arguments = {"GetValue": ["cmi.entry"], "SetValue": ["cmi.location", "1"]}.get(
                call, [""]
            )
            assert api(call, *arguments) in {"", "false"}
            assert error(api) == code + ending
        if ending == "2":
            api("Initialize", "")
            api("Terminate", "")
    assert (api("Initialize", ""), error(api)) == ("false", "104")


def test_a_session_begins_once(begun):
    assert (begun("Initialize", ""), error(begun)) == ("false", "103")


@pytest.mark.parametrize("call", ["Initialize", "Commit", "Terminate"])
def test_a_parameter_where_none_belongs_is_refused(api, call):
    if call != "Initialize":
        api("Initialize", "")
    assert (api(call, "words"), error(api)) == ("false", "201")


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ("cmi._version", "1.0"),
        ("cmi.completion_status", "unknown"),
        ("cmi.success_status", "unknown"),
        ("cmi.credit", "credit"),
        ("cmi.mode", "normal"),
        ("cmi.entry", "ab-initio"),
        ("cmi.total_time", "PT0S"),
        ("cmi.launch_data", "from the manifest"),
        ("cmi.time_limit_action", "continue,no message"),
        ("cmi.learner_preference.audio_level", "1"),
        ("cmi.learner_preference.language", ""),
        ("cmi.score._children", "scaled,raw,min,max"),
        ("cmi.objectives._count", "0"),
        ("cmi.comments_from_lms._count", "0"),
        ("cmi.comments_from_learner._children", "comment,location,timestamp"),
        ("adl.nav.request", "_none_"),
        ("adl.nav.request_valid.continue", "false"),
        ("adl.nav.request_valid.choice.{target=intro}", "unknown"),
        ("adl.data._count", "0"),
    ],
)
def test_a_new_session_starts_with_its_defaults(begun, element, value):
    assert (give(begun, element), error(begun)) == (value, "0")


@pytest.mark.parametrize(
    ("element", "code"),
    [
        ("cmi.location", "403"),
        ("cmi.suspend_data", "403"),
        ("cmi.score.scaled", "403"),
        ("cmi.progress_measure", "403"),
        ("cmi.max_time_allowed", "403"),
        ("cmi.scaled_passing_score", "403"),
        ("cmi.completion_threshold", "403"),
        ("cmi.exit", "405"),
        ("cmi.session_time", "405"),
        ("cmi.objectives.0.id", "301"),
        ("cmi.interactions.0.objectives._count", "301"),
        ("cmi.location._children", "301"),
        ("cmi.score._count", "301"),
        ("cmi.nothing", "401"),
        ("cmi.score", "401"),
        ("words", "401"),
        ("hasOwnProperty", "401"),
        ("adl.nav.request_valid.choice.{}", "401"),
    ],
)
def test_reading_what_cannot_be_read_says_why(begun, element, code):
    assert (give(begun, element), error(begun)) == ("", code)


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ("cmi.completion_status", "completed"),
        ("cmi.success_status", "passed"),
        ("cmi.location", "page 7"),
        ("cmi.suspend_data", "x" * 64000),
        ("cmi.score.scaled", "-0.25"),
        ("cmi.score.raw", "1250"),
        ("cmi.progress_measure", "0.5"),
        ("cmi.learner_preference.language", "de-CH"),
        ("cmi.learner_preference.audio_captioning", "-1"),
        ("cmi.comments_from_learner.0.comment", "{lang=fr}bien"),
        ("cmi.comments_from_learner.0.timestamp", "2026-11-20T10:30:00.5Z"),
        ("adl.nav.request", "continue"),
        ("adl.nav.request", "{target=intro}choice"),
    ],
)
def test_what_is_set_can_be_read(begun, element, value):
    assert take(begun, element, value) == "0"
    assert give(begun, element) == value


@pytest.mark.parametrize(
    ("element", "value", "code"),
    [
        ("cmi.completion_status", "done", "406"),
        ("cmi.score.scaled", "1.1", "407"),
        ("cmi.score.scaled", "all", "406"),
        ("cmi.progress_measure", "-0.1", "407"),
        ("cmi.learner_preference.audio_level", "-1", "407"),
        ("cmi.learner_preference.language", "not a language", "406"),
        ("cmi.comments_from_learner.0.timestamp", "yesterday", "406"),
        ("cmi.comments_from_learner.0.timestamp", "2026-13-01", "406"),
        ("cmi.comments_from_learner.0.comment", "{lang=??}a", "406"),
        ("cmi.session_time", "00:10:00", "406"),
        ("cmi.session_time", "P", "406"),
        ("cmi.session_time", "PT", "406"),
        ("cmi.exit", "away", "406"),
        ("cmi.entry", "resume", "404"),
        ("cmi.learner_id", "me", "404"),
        ("cmi._version", "2", "404"),
        ("cmi.objectives._count", "2", "404"),
        ("cmi.comments_from_lms.0.comment", "a", "404"),
        ("cmi.objectives.1.id", "OBJ", "351"),
        ("cmi.objectives.0.id", "", "406"),
        ("cmi.objectives.0.id", "urn:", "406"),
        ("cmi.objectives.0.score.raw", "1", "408"),
        ("cmi.interactions.0.type", "choice", "408"),
        ("cmi.nothing", "a", "401"),
        ("adl.nav.request", "home", "406"),
    ],
)
def test_a_wrong_value_gets_its_code(begun, element, value, code):
    assert take(begun, element, value) == code


def test_an_identifier_of_an_objective_is_unique_and_lasts(begun):
    assert take(begun, "cmi.objectives.0.id", "A") == "0"
    assert take(begun, "cmi.objectives.0.id", "A") == "0"
    assert take(begun, "cmi.objectives.0.id", "B") == "351"
    assert take(begun, "cmi.objectives.1.id", "A") == "351"
    assert give(begun, "cmi.objectives._count") == "1"
    assert give(begun, "cmi.objectives.0.success_status") == "unknown"
    assert take(begun, "cmi.objectives.0.score.scaled", "0.5") == "0"


def test_an_answer_needs_the_type_of_its_question(begun):
    assert take(begun, f"{LONG}.id", "urn:course:q1") == "0"
    assert take(begun, f"{LONG}.learner_response", "a") == "408"
    assert take(begun, f"{LONG}.correct_responses.0.pattern", "a") == "408"
    assert take(begun, f"{LONG}.type", "choice") == "0"
    assert take(begun, f"{LONG}.learner_response", "a[,]b") == "0"
    assert give(begun, f"{LONG}.learner_response") == "a[,]b"


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("true-false", "true", "yes"),
        ("choice", "a[,]b", "a b"),
        ("fill-in", "{lang=en}word[,]other", "{lang=!}word"),
        ("long-fill-in", "a text with words", "{lang=!}word"),
        ("likert", "often", "two words"),
        ("matching", "a[.]1[,]b[.]2", "a[,]b"),
        ("performance", "step 1[.]done[,][.]left out", "only a step"),
        ("sequencing", "a[,]c[,]b", "a, b"),
        ("numeric", "-12.5", "twelve"),
        ("other", "anything at all", None),
    ],
)
def test_answers_have_the_form_of_their_type(begun, kind, right, wrong):
    take(begun, f"{LONG}.id", "q1")
    take(begun, f"{LONG}.type", kind)
    assert take(begun, f"{LONG}.learner_response", right) == "0"
    if wrong:
        assert take(begun, f"{LONG}.learner_response", wrong) == "406"


@pytest.mark.parametrize(
    ("kind", "first", "second", "code"),
    [
        ("true-false", "true", "false", "351"),
        ("numeric", "1[:]2", "3[:]4", "351"),
        ("numeric", "[:]", "", "351"),
        ("choice", "a[,]b", "b", "0"),
        ("choice", "a", "a", "351"),
        ("fill-in", "{case_matters=true}{order_matters=false}one[,]two", "three", "0"),
        ("performance", "{order_matters=false}a[.]1", "b[.]2", "0"),
    ],
)
def test_right_answers_have_the_form_of_their_type(begun, kind, first, second, code):
    take(begun, f"{LONG}.id", "q1")
    take(begun, f"{LONG}.type", kind)
    assert take(begun, f"{LONG}.correct_responses.0.pattern", first) == "0"
    assert take(begun, f"{LONG}.correct_responses.1.pattern", second) == code


def test_an_interaction_is_kept_whole(begun):
    said = {
        "id": "q1", "type": "numeric", "timestamp": "2026-11-20T10:00:00", "weighting": "2",
        "objectives.0.id": "OBJ", "result": "0.75", "latency": "PT5.5S", "description": "how many?",
    }  # fmt: skip
    assert {take(begun, f"{LONG}.{name}", value) for name, value in said.items()} == {"0"}
    begun("Commit", "")
    assert {name: give(begun, f"{LONG}.{name}") for name in said} == said
    assert take(begun, f"{LONG}.objectives.1.id", "OBJ") == "351"
    assert give(begun, f"{LONG}.objectives._count") == "1"


@pytest.mark.parametrize(
    ("times", "total"),
    [
        (["PT1H30M", "PT45M10.25S"], "PT2H15M10.25S"),
        (["P1DT1H", "PT0S"], "PT25H"),
        (["PT59.99S", "PT0.01S"], "PT1M"),
        (["P1Y2M3D"], "PT10272H"),
    ],
)
def test_time_adds_up_over_sessions(runtime, times, total):
    api = runtime("API_1484_11")
    for time in times:
        api("Initialize", "")
        assert take(api, "cmi.session_time", time) == "0"
        api("Terminate", "")
        renew(runtime)
    api("Initialize", "")
    assert give(api, "cmi.total_time") == total


def renew(runtime):
    """A new content instance, with what the last one left."""
    runtime.page.run(
        "const before = kept; const parts = { config: {}, report() {}, page: () => null,"
        "read: (name) => before[name], write: (name, what) => (before[name] = what) };"
        "window.API_1484_11 = apiOf(new Runtime(SCORM2004, parts));"
    )


@pytest.mark.parametrize(
    ("left", "entry"), [("suspend", "resume"), ("logout", "resume"), ("normal", ""), ("", "")]
)
def test_a_suspended_session_is_resumed(runtime, left, entry):
    api = runtime("API_1484_11")
    api("Initialize", "")
    take(api, "cmi.location", "page 3")
    take(api, "cmi.exit", left)
    api("Terminate", "")
    renew(runtime)
    api("Initialize", "")
    assert (give(api, "cmi.entry"), give(api, "cmi.location")) == (entry, "page 3")


@pytest.mark.parametrize(
    ("scaled", "status"), [(None, "unknown"), ("0.8", "passed"), ("0.79", "failed")]
)
def test_the_passing_score_decides_the_success(runtime, scaled, status):
    api = runtime("API_1484_11", mastery=0.8)
    api("Initialize", "")
    assert give(api, "cmi.scaled_passing_score") == "0.8"
    take(api, "cmi.success_status", "passed")
    if scaled:
        take(api, "cmi.score.scaled", scaled)
    assert give(api, "cmi.success_status") == status


@pytest.mark.parametrize(
    ("progress", "status"), [(None, "unknown"), ("0.9", "completed"), ("0.89", "incomplete")]
)
def test_the_threshold_decides_the_completion(runtime, progress, status):
    api = runtime("API_1484_11", threshold=0.9)
    api("Initialize", "")
    if progress:
        take(api, "cmi.progress_measure", progress)
    assert give(api, "cmi.completion_status") == status


def test_a_request_for_navigation_is_taken_and_forgotten(runtime):
    api = runtime("API_1484_11")
    api("Initialize", "")
    take(api, "adl.nav.request", "suspendAll")
    api("Terminate", "")
    renew(runtime)
    api("Initialize", "")
    assert give(api, "adl.nav.request") == "_none_"


def test_errors_are_explained(begun):
    take(begun, "cmi.score.scaled", "7")
    assert begun("GetErrorString", "407") == "Data Model Element Value Out Of Range"
    assert "cmi.score.scaled" in begun("GetDiagnostic", "407")
    assert begun("GetErrorString", "") == ""
    assert error(begun) == "407"
