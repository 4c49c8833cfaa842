"""Notes are counted once: a job's badge, the list of courses and the notes themselves agree."""

from courseporter import api
from fakes.material import scorm


def test_jobs_and_courses_count_the_notes_that_are_shown(tmp_path):
    actor = api.start(tmp_path / "home")
    try:
        source = scorm(tmp_path / "golf.zip", [(1, "Play", "a.html"), (1, "", "b.html")], missing=1)
        api.convert(actor, source, tmp_path / "golf.tar.gz")
        [draft] = api.drafts(actor)
        shown = api.problems(actor, draft.id)
        counted = [job.problems for job in api.jobs(actor)]
    finally:
        api.stop(actor)
    assert {one.severity for one in shown} >= {"info", "warning"}
    assert (draft.problems, counted) == (len(shown), [len(shown)] * 2)
