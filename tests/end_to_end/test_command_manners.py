"""What a command does when its surroundings are unkind: interrupts, closed streams, wrong names."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from fakes.material import scorm, simple_tables, simple_template, template

FULL = Path("/dev/full")
STOPS = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])


def spoken(shell, redirection, *words, **environment):
    """Run a command through a shell that redirects its streams; its exit code."""
    line = " ".join(f"'{word}'" for word in shell.command(*words))
    environ = {**shell.environment(), **environment}
    return subprocess.run(
        ["sh", "-c", f"{line} {redirection}"], env=environ, check=False, capture_output=True
    )


def golf(tmp_path):
    return scorm(tmp_path / "golf.zip", [(1, "Anfänger › 日本語", "a.html")])


# The command, but it stops itself (SIGSTOP) in the middle of its first job, which then goes on
# when the request to end has come to it: that takes a thread of its own.
STANDS = """
import os, signal, time
from courseporter import __main__ as program
from courseporter.jobs import lease
from courseporter.jobs.run import Run

commit = Run._commit

def is_asked(run):
    with run.store.read() as connection:
        return run.stop.is_set() or lease.stop_request(connection, run.lease).cancel

def stand(run, *words):
    Run._commit = commit
    os.kill(os.getpid(), signal.SIGSTOP)
    while not is_asked(run):
        time.sleep(0.001)
    return commit(run, *words)

Run._commit = stand
program.main()
"""


def begun(shell, *words):
    """A command that stands still in the middle of its job."""
    process = subprocess.Popen(
        [sys.executable, "-c", STANDS, *map(str, words)],
        env=shell.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    stopped = os.WSTOPPED | os.WEXITED | os.WNOWAIT
    assert os.waitid(os.P_PID, process.pid, stopped).si_code == os.CLD_STOPPED
    return process


def interrupt(process, number=signal.SIGINT):
    """Let it go on with this signal."""
    process.send_signal(number)
    process.send_signal(signal.SIGCONT)


@STOPS
def test_an_interrupted_command_says_so_and_the_same_command_goes_on(shell, tmp_path, number):
    source, out = simple_template(tmp_path / "course.zip", lessons=300), tmp_path / "o.tar.gz"
    process = begun(shell, "convert", source, "-o", out, "--json")
    interrupt(process, number)
    said, whispered = process.communicate(timeout=300)
    assert process.returncode == 130, whispered
    assert json.loads(said)["error"]["code"] == "canceled"
    assert "Traceback" not in whispered
    assert sorted(path.name for path in tmp_path.iterdir()) == ["course.zip", "home"]

    assert shell.run("convert", source, "-o", out, "--json").code == 0


@STOPS
def test_a_worker_that_is_asked_to_stop_puts_its_job_back(shell, tmp_path, number):
    source = simple_template(tmp_path / "course.zip", lessons=300)
    process = begun(shell, "convert", source, "-o", tmp_path / "o.tar.gz")
    interrupt(process)
    process.communicate(timeout=300)
    (job,) = shell.run("jobs", "list", "--json").document["jobs"]
    assert shell.run("jobs", "retry", job["id"]).code == 0

    worker = begun(shell, "worker")
    interrupt(worker, number)
    _, whispered = worker.communicate(timeout=300)
    assert worker.returncode == 130, whispered
    assert "Stopped." in whispered
    (job,) = shell.run("jobs", "list", "--json").document["jobs"]
    assert job["state"] == "pending"
    assert list((shell.home / "locks").iterdir()) == [shell.home / "locks" / "opening"]
    assert "1 job done" in shell.run("worker", "--once").said


def test_a_command_that_was_asked_to_stop_and_killed_goes_on_the_first_time(shell, tmp_path):
    source, out = simple_template(tmp_path / "course.zip", lessons=300), tmp_path / "o.tar.gz"
    process = begun(shell, "convert", source, "-o", out, "--json")
    interrupt(process)
    time.sleep(0.05)  # or more: it is killed anywhere on its way out
    process.kill()
    process.communicate(timeout=300)

    assert shell.run("convert", source, "-o", out, "--json").code == 0


def test_an_inspection_that_is_interrupted_answers_in_json(shell, tmp_path):
    process = begun(shell, "inspect", simple_template(tmp_path / "course.zip"), "--json")
    interrupt(process)
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 130
    assert json.loads(said)["error"]["code"] == "canceled"


@STOPS
def test_a_result_that_nobody_reads_can_be_left(shell, tmp_path, number):
    source, out = simple_template(tmp_path / "course.zip", lessons=1500), tmp_path / "o.tar.gz"
    process = subprocess.Popen(
        shell.command("convert", source, "-o", out, "--json"),
        env=shell.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    begin = process.stdout.read(1)
    process.send_signal(number)
    assert process.wait(timeout=300) == 130
    rest = process.stdout.read()
    process.stdout.close()
    with pytest.raises(json.JSONDecodeError):
        json.loads(begin + rest)
    assert out.is_file()

    again = shell.run("convert", source, "-o", out, "--json")
    assert again.code == 0
    assert again.document["output"]["path"] == str(out)


def test_an_interrupt_while_modules_are_loaded_is_no_traceback():
    code = (
        "import builtins, os, signal, sys\n"
        "from courseporter import __main__ as program\n"
        "load = builtins.__import__\n"
        "def loading(name, *rest):\n"
        "    if name == 'sqlalchemy':\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "    return load(name, *rest)\n"
        "builtins.__import__ = loading\n"
        "sys.argv = ['courseporter', 'jobs', 'list', '--json']\n"
        "program.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 130
    assert json.loads(done.stdout)["error"]["code"] == "canceled"
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("words", [["--json"], []])
def test_a_full_disk_behind_stdout_is_told(shell, tmp_path, words):
    done = spoken(shell, f"> {FULL}", "inspect", golf(tmp_path), *words)
    assert done.returncode == 5
    assert b"full" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell is used")
@pytest.mark.parametrize(
    ("redirection", "file", "code"),
    [
        (">&-", "golf.zip", 0),
        ("2>&-", "nowhere.zip", 3),
        (">&- 2>&-", "nowhere.zip", 3),
        ("| true", "golf.zip", 0),
    ],
)
def test_closed_streams_change_nothing(shell, tmp_path, redirection, file, code):
    golf(tmp_path)
    done = spoken(shell, redirection, "inspect", tmp_path / file)
    assert (done.returncode, done.stdout) == (code, b"")
    assert b"Traceback" not in done.stderr


def test_letters_that_the_terminal_lacks_are_spelled_out(shell, tmp_path):
    done = spoken(shell, "", "inspect", golf(tmp_path), PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()


@pytest.mark.parametrize(
    "words",
    [
        ("undo", "nothing"),
        ("report", "nothing", "-o", "report.html"),
        ("worker", "--once", "--job", "nothing"),
        ("worker", "--once", "--max-jobs", "0"),
        ("jobs", "cancel", ""),
        ("drafts", "delete", ""),
        ("template", "csv", "no/such/folder/t.zip"),
        ("inspect", ""),
        ("convert", "{course}", "-o", "~nobody-of-that-name/o.tar.gz"),
        ("convert", "", "-o", "empty.tar.gz"),
    ],
)
def test_what_is_not_there_is_wrong_usage(shell, tmp_path, words):
    assert shell.run("convert", golf(tmp_path), "-o", tmp_path / "o.tar.gz").code == 0
    done = shell.run(*(word.format(course=tmp_path / "golf.zip") for word in words))
    assert done.code == 2, done.said
    assert len(shell.run("drafts", "list", "--json").document["drafts"]) == 1


@pytest.mark.parametrize("words", [("--home", "", "jobs", "list"), ("jobs", "list", "--home=")])
def test_a_data_folder_without_a_name_is_wrong_usage(shell, words):
    done = shell.run(*words, "--json")
    assert (done.code, done.document["error"]["message"]) == (2, "--home needs a folder.")
    assert shell.run("jobs", "list", "--home").said.startswith(
        "courseporter: --home needs a folder"
    )


@pytest.mark.parametrize("words", [("report", "-o", "no/r.html"), ("report", "-o", "no/r.csv")])
def test_a_report_into_no_folder_is_wrong_usage(shell, tmp_path, words):
    done = shell.run("convert", golf(tmp_path), "-o", tmp_path / "o.tar.gz", "--json")
    command, *rest = words
    refused = shell.run(command, done.document["job"], *rest)
    assert (refused.code, "doesn't exist" in refused.said) == (2, True)


@pytest.mark.parametrize("out", ["no/such/folder/o.tar.gz", "."])
def test_a_package_into_no_folder_is_wrong_usage(shell, tmp_path, out):
    refused = shell.run("convert", golf(tmp_path), "-o", out)
    assert (refused.code, "folder" in refused.said) == (2, True)


@pytest.mark.parametrize("place", ["", "below/"])
def test_a_package_or_a_dump_into_the_folder_that_is_read_is_wrong_usage(shell, tmp_path, place):
    source = tmp_path / "course"
    with zipfile.ZipFile(golf(tmp_path)) as archive:
        archive.extractall(source)
    (source / "below").mkdir()
    refused = shell.run("convert", source, "-o", f"{source}/{place}o.tar.gz")
    assert (refused.code, "folder that is being imported" in refused.said) == (2, True)
    words = ("convert", source, "-o", f"{source}.tar.gz", "--dump")
    refused = shell.run(*words, f"{source}/{place}")
    assert (refused.code, "folder that is being imported" in refused.said) == (2, True)
    assert shell.run(*words, f"{source}-dump").code == 0


def test_a_dump_where_a_file_lies_is_refused(shell, tmp_path):
    source = golf(tmp_path)
    words = ("convert", source, "-o", tmp_path / "o.tar.gz", "--dump", source, "--json")
    done = shell.run(*words)
    assert done.code == 2
    assert "golf.zip" in done.document["error"]["message"]


@pytest.mark.skipif(sys.platform != "linux", reason="only here are names bytes")
def test_a_name_that_is_no_text_is_refused_in_json(shell):
    command = [*map(os.fsencode, shell.command("inspect", "--json")), b"no\xffpe.zip"]
    done = subprocess.run(command, env=shell.environment(), capture_output=True, check=False)
    assert done.returncode == 2
    assert "\\udcff" in json.loads(done.stdout)["error"]["message"]
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a folder in use cannot be removed")
def test_a_folder_that_is_gone_under_the_command_is_told(shell, tmp_path):
    here = tmp_path / "gone"
    for words in (("jobs", "list"), ("jobs", "list", "--home", "near")):
        here.mkdir(exist_ok=True)
        line = " ".join(f"'{word}'" for word in shell.command(*words))
        done = subprocess.run(
            ["sh", "-c", f"rmdir '{here}'; {line}"],
            cwd=here, env=shell.environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, "no longer exists" in done.stderr) == (2, True)


def test_the_longest_name_of_a_package_is_written(shell, tmp_path):
    out = tmp_path / ("x" * 248 + ".tar.gz")
    assert shell.run("convert", golf(tmp_path), "-o", out).code == 0
    assert out.is_file()


def test_what_a_killed_command_left_is_in_nobodys_way(shell, tmp_path):
    source, out = simple_template(tmp_path / "course.zip", lessons=400), tmp_path / "o.tar.gz"
    assert shell.run("convert", source, "-o", tmp_path / "first.tar.gz").code == 0
    process = begun(shell, "convert", source, "-o", out)
    process.kill()
    process.communicate(timeout=300)

    assert shell.run("convert", source, "-o", out, "--org", "Other", "--force").code == 0


def test_a_failed_job_of_a_command_can_be_given_to_a_worker(shell, tmp_path):
    source, out = golf(tmp_path), tmp_path / "sub" / "o.tar.gz"
    out.parent.mkdir()
    assert shell.run("convert", source, "-o", out).code == 0
    process = begun(shell, "convert", source, "-o", out, "--force")
    interrupt(process)
    process.communicate(timeout=300)
    (job, *_) = shell.run("jobs", "list", "--json").document["jobs"]
    assert job["state"] == "canceled"
    assert shell.run("jobs", "retry", job["id"]).code == 0
    assert "1 job done" in shell.run("worker", "--once").said


@pytest.mark.parametrize("damage", ["folder", "garbage"])
def test_a_job_store_that_is_none_is_named(shell, damage):
    path = shell.home / "courseporter.sqlite3"
    path.parent.mkdir()
    if damage == "folder":
        path.mkdir()
    else:
        path.write_bytes(b"garbage" * 999)
    done = shell.run("jobs", "list", "--json")
    assert (done.code, done.document["error"]["code"]) == (2, "store_unreadable")
    tested = shell.run("selftest")
    assert tested.code == 1
    assert "!!  job store" in tested.out


@pytest.mark.parametrize("words", [("inspect", "{course}"), ("jobs", "list")])
def test_a_data_folder_that_is_a_file_is_a_wrong_setting(shell, tmp_path, words):
    course = simple_template(tmp_path / "course.zip")
    shell.home.write_text("not a folder")
    done = shell.run(*(word.format(course=course) for word in words), "--json")
    assert (done.code, done.document["error"]["code"]) == (2, "store_unreadable"), done.said


def test_a_place_that_the_message_names_is_not_named_again(shell, tmp_path):
    tables = simple_tables(2)
    tables["lessons"][0]["type"] = "hologram"
    tables["lessons"][1]["content"] = "<p><script>0</script></p>"
    done = shell.run("inspect", template(tmp_path / "course.zip", tables))
    assert done.code == 7
    assert "error: lessons.csv line 2 column type: " in done.said
    assert "[lessons.csv" not in done.said
    assert "[text:" in done.said  # where the message names no place, the key does
