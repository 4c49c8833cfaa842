"""Grade problems with the real Open edX blocks; run by an interpreter that has them.

Standard input: a JSON list of {"xml", "answers": [[value per response, …], …]}; a choice is given
by
the text that a learner sees, check boxes by a list of texts.  Standard output: for each problem a
list with one entry per answer, {"states": […], "points": share of all points} or {"error": text}.
"""

import gettext
import json
import logging
import sys
import tempfile
from unittest import mock


def set_up():
    """The least Django that the blocks import with; returns the class of problems."""
    from django.conf import settings

    apps = ("contenttypes", "auth", "sites")
    settings.configure(
        SECRET_KEY="judge",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=[
            *(f"django.contrib.{app}" for app in apps),
            "waffle",
            "edxval",
            "submissions",
            "xblocks_contrib.problem.capa",
        ],
        TEMPLATES=[
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
        ],
        FEATURES={},
        CODE_JAIL={},
        COURSES_WITH_UNSAFE_CODE=[],
        VIDEO_IMAGE_SETTINGS={},
        VIDEO_TRANSCRIPTS_SETTINGS={
            "STORAGE_CLASS": "django.core.files.storage.InMemoryStorage",
            "STORAGE_KWARGS": {},
            "DIRECTORY_PREFIX": "t/",
        },
        ALL_LANGUAGES=[["en", "English"]],
        MEDIA_ROOT=tempfile.gettempdir(),
    )
    import django

    django.setup()
    from xblocks_contrib.problem.capa import capa_problem

    return capa_problem


def load(capa_problem, xml):
    """The problem as the platform has it: read without blank texts, written, read again."""
    from django.template.loader import render_to_string
    from lxml import etree

    parser = etree.XMLParser(dtd_validation=False, load_dtd=False, remove_blank_text=True)
    etree.set_default_parser(parser)
    stored = etree.tostring(etree.fromstring(xml.encode()), encoding="unicode")
    system = capa_problem.LoncapaSystem(
        ajax_url="/x",
        anonymous_student_id="judge",
        cache=None,
        can_execute_unsafe_code=lambda: False,
        get_python_lib_zip=lambda: None,
        DEBUG=False,
        i18n=gettext.NullTranslations(),
        render_template=render_to_string,
        resources_fs=None,
        seed=1,
        xqueue=None,
        matlab_api_key=None,
    )
    problem = capa_problem.LoncapaProblem(
        problem_text=stored, id="p", state={}, seed=1, capa_system=system, capa_block=mock.Mock()
    )
    problem.get_html()
    return problem


def offered(responder):
    """What a learner can choose: text → value that the browser sends."""
    from xblocks_contrib.problem.capa.inputtypes import OptionInput

    if type(responder).__name__ == "OptionResponse":
        entries = OptionInput.parse_options(responder.inputfields[0].get("options"))
        return {shown(text): value for text, value in dict(entries).items()}
    return {visible(choice): choice.get("name") for choice in responder.xml.iter("choice")}


def visible(node):
    """The text of a choice without its feedback, its blanks as a browser shows them."""
    parts = [node.text or ""]
    for child in node:
        parts.append("" if child.tag == "choicehint" else visible(child))
        parts.append(child.tail or "")
    return shown("".join(parts))


def shown(text):
    """A run of blanks is one blank in a page."""
    return " ".join(text.split())


def value_of(responder, answer):
    """What the browser sends for an answer."""
    if type(responder).__name__ in ("StringResponse", "NumericalResponse"):
        return answer
    choices = offered(responder)
    if isinstance(answer, list):
        return [choices[shown(text)] for text in answer]
    return choices[shown(answer)]


def grade(problem, answer):
    """The states of all responses, and the share of the points."""
    responders = list(problem.responders.values())
    if len(responders) != len(answer):
        return {"error": f"{len(responders)} responses for {len(answer)} answers"}
    values = {
        responder.answer_ids[0]: value_of(responder, one)
        for responder, one in zip(responders, answer, strict=True)
    }
    graded = problem.grade_answers(values)
    keys = [key for responder in responders for key in responder.answer_ids]
    full = sum(responder.get_max_score() for responder in responders)
    return {
        "states": [graded.get_correctness(key) for key in keys],
        "points": sum(graded.get_npoints(key) for key in keys) / full,
    }


def main():
    """Grade what stands on standard input."""
    logging.disable(logging.CRITICAL)
    capa_problem = set_up()
    verdicts = []
    for case in json.load(sys.stdin):
        found = []
        for answer in case["answers"]:
            try:
                found.append(grade(load(capa_problem, case["xml"]), answer))
            except Exception as error:  # noqa: BLE001 - the verdict is that it cannot be answered
                found.append({"error": f"{type(error).__name__}: {error}"})
        verdicts.append(found)
    json.dump(verdicts, sys.stdout)


main()
