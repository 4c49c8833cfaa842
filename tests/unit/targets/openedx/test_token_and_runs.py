"""Tokens and course runs, against a fake that answers as the platform was recorded to answer."""

import pytest

from courseporter.errors import (
    AuthError,
    ConflictError,
    PorterError,
    RejectedError,
    SettingsError,
    TransientError,
)
from courseporter.targets.openedx import runs
from courseporter.targets.openedx.keys import new_key, parse_key, portable

RUNS = "/api/v1/course_runs/"


def create(session, key, job="job-1"):
    runs.create(session, key, runs.creation(key, "Pottery", job), job)


def test_one_token_serves_studio_and_lms(fake, session, key):
    runs.look_up(session, key)
    runs.count_learners(session, key)
    assert fake.count("POST", "/oauth2/access_token") == 1


def test_a_token_is_renewed_before_it_expires(fake, session, key):
    times = iter([0.0, 3500.0, 3560.0, 3560.0])
    session.token._clock = lambda: next(times)
    for _ in range(3):
        session.token.headers()
    assert fake.count("POST", "/oauth2/access_token") == 2


def test_a_401_is_answered_with_a_fresh_token_once(fake, session, key):
    runs.look_up(session, key)
    fake.site.revoke_tokens()
    assert runs.look_up(session, key) is None
    assert fake.count("POST", "/oauth2/access_token") == 2


def test_a_token_that_stays_refused_is_told_apart_from_a_wrong_secret(fake, session, account, key):
    fake.add_fault("status", path=RUNS, status=401, times=9, body="{}")
    with pytest.raises(AuthError) as refused:
        runs.look_up(session, key)
    assert refused.value.code == "token_expired"
    with pytest.raises(AuthError) as wrong:
        runs.look_up(account(secret="wrong"), key)
    assert wrong.value.code == "invalid_credentials"


def test_the_studio_address_in_place_of_the_lms_is_named(fake, account, key):
    with pytest.raises(SettingsError, match="LMS"):
        runs.look_up(account(lms_url=fake.studio), key)


def test_a_token_limit_is_waited_for_and_nothing_was_done(fake, session, key):
    fake.site.token_rate = 0
    with pytest.raises(TransientError) as limited:
        runs.look_up(session, key)
    assert limited.value.code == "rate_limited"
    assert limited.value.metadata["not_done"]


def test_a_missing_run_is_created_and_known_as_ours(session, key):
    assert runs.look_up(session, key) is None
    create(session, key)
    found = runs.look_up(session, key)
    assert found.title == "Pottery"
    assert runs.created_by(found, "job-1")
    assert not runs.created_by(found, "job-2")


def test_creating_again_after_a_lost_answer_is_no_conflict(fake, session, key):
    fake.add_fault("lost", method="POST", path=RUNS)
    create(session, key)
    create(session, key)
    assert list(fake.site.runs) == [str(key)]


def test_a_run_that_somebody_created_in_between_is_a_conflict(fake, session, key):
    def meanwhile():
        fake.site.create("Org", "C1", "r1", title="Theirs")

    fake.add_fault("call", method="POST", path=RUNS, do=meanwhile)
    with pytest.raises(ConflictError):
        create(session, key)
    assert fake.site.runs[str(key)].title == "Theirs"


def test_another_letter_case_is_found_behind_the_bare_500(fake, session, key):
    fake.site.create("org", "C1", "R1", title="Theirs")
    with pytest.raises(ConflictError, match="letter case"):
        create(session, key)


def test_a_site_that_is_down_is_not_taken_for_a_conflict(fake, session, key):
    fake.add_fault("status", method="POST", path=RUNS, status=502, times=9)
    with pytest.raises(TransientError):
        create(session, key)


def test_a_member_of_the_course_team_sees_that_the_run_exists(fake, account, key):
    team = [{"user": "coauthor", "role": "instructor"}]
    fake.site.create("Org", "C1", "r1", title="Pottery", team=team)
    found = runs.look_up(account("member"), key)
    assert found is not None
    assert not found.known


def test_who_may_neither_read_runs_nor_the_course_is_told_so(fake, account, key):
    fake.site.create("Org", "C1", "r1", title="Pottery")
    with pytest.raises(AuthError) as refused:
        runs.look_up(account("outsider"), key)
    assert refused.value.code == "insufficient_role"


def test_creating_without_staff_rights_names_the_role(account, key):
    with pytest.raises(AuthError) as refused:
        create(account("member"), key)
    assert refused.value.code == "insufficient_role"


def test_learners_are_counted_over_pages(fake, session, key):
    run = fake.site.create("Org", "C1", "r1", title="Pottery")
    run.enrolled = [f"learner{number}@example.com" for number in range(230)]
    assert runs.count_learners(session, key) == 230


def test_refused_fields_are_named_without_their_words(fake, session, key):
    fake.add_fault("status", method="POST", path=RUNS, status=400, body='{"title": ["Fehlt."]}')
    with pytest.raises(RejectedError, match="title"):
        create(session, key)


@pytest.mark.parametrize("part", ["", "a b", "ä", "x" * 51, "a/b", "a+b"])
def test_a_key_that_the_site_would_answer_with_500_is_refused_here(part):
    with pytest.raises(PorterError) as refused:
        new_key("Org", part, "run")
    assert refused.value.code == "invalid_course_input"


def test_keys_are_read_and_written():
    assert str(parse_key("course-v1:Org+C1+r1")) == "course-v1:Org+C1+r1"
    for wrong in ("", "Org/C1/r1", "course-v1:Org+C1", "course-v1:Org+C1+r 1"):
        with pytest.raises(SettingsError):
            parse_key(wrong)


@pytest.mark.parametrize(
    "address",
    [
        "/asset-v1:O+C+R+type@asset+block@a.png",
        "https://studio.example.com/asset-v1:O+C+R+type@asset+block@a.png",
        "/assets/courseware/v1/452e1293eefe434fde4b11ec9a47655c/asset-v1:O+C+R+type@asset+block/a.png",
    ],
)
def test_every_address_of_a_course_file_compares_as_static(address):
    assert portable(f'<img src="{address}"/>') == '<img src="/static/a.png"/>'
