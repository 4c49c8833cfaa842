from courseporter.gui.pace import Pace


def run(pace, seconds, rate=10, total=1000, start=0.0):
    for second in range(int(start), int(start + seconds) + 1):
        pace.see(float(second), "read", second * rate, total)


def test_names_no_time_left_in_the_first_five_seconds():
    pace = Pace()
    run(pace, 4)
    assert pace.rate() == 10
    assert pace.left(4.0) is None


def test_names_rate_and_time_left_after_that():
    pace = Pace()
    run(pace, 10)
    assert pace.left(10.0) == 90


def test_forgets_what_was_more_than_thirty_seconds_ago():
    pace = Pace()
    run(pace, 60, rate=10, total=100_000)
    for second in range(61, 121):
        pace.see(float(second), "read", 600 + (second - 60) * 100, 100_000)
    assert pace.rate() == 100


def test_the_share_is_of_the_whole_job_and_never_jumps_back():
    pace = Pace()
    pace.see(0.0, "write lessons", 1000, 1000, 60)
    pace.see(1.0, "write MB", 1, 1000, 60)
    assert pace.share == 0.6
    pace.see(2.0, "write odd things", 7, None, 40)
    assert pace.share == 0.6


def test_time_left_does_not_grow_for_a_small_delay():
    pace = Pace()
    run(pace, 10)
    before = pace.left(10.0)
    pace.see(11.0, "read", 108, 1000)
    assert pace.left(11.0) <= before


def test_time_left_grows_when_the_job_really_slows_down():
    pace = Pace()
    run(pace, 10)
    for second in range(11, 60):
        pace.see(float(second), "read", 100 + second, 1000)
    assert pace.left(59.0) > 300


def test_another_stage_starts_afresh():
    pace = Pace()
    run(pace, 10)
    pace.see(11.0, "check", 0, 50)
    assert pace.done == 0
    assert pace.rate() is None


def test_a_job_that_goes_on_has_a_share_before_it_counts_again():
    pace = Pace()
    pace.see(0.0, "read rows", 5000, None, 55)
    assert pace.share == 0.55


def test_no_share_while_the_total_is_unknown():
    pace = Pace()
    pace.see(0.0, "read", 10, None, 4)
    assert pace.share is None
