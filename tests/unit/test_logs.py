"""The log file of the data folder."""

from __future__ import annotations

import logging

import pytest

from courseporter.logs import log_to, redact


@pytest.fixture
def log_file(tmp_path):
    root = logging.getLogger("courseporter")
    before = (root.level, root.propagate)
    yield log_to(tmp_path)
    for handler in list(root.handlers):
        root.removeHandler(handler)
        handler.close()
    root.level, root.propagate = before


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Authorization: Bearer abc.def", "Authorization: ***"),
        ('{"client_secret": "s3cr3t"}', '{"client_secret": "***"}'),
        ("api_key=123&page=2", "api_key=***&page=2"),
        ("{'password': 'hunter2'}", "{'password': '***'}"),
        ("AWS_SECRET_ACCESS_KEY=hunter2", "AWS_SECRET_ACCESS_KEY=***"),
        ("Set-Cookie: sid=hunter2; Path=/", "Set-Cookie: ***"),
        ("Cookie: a=1; sid=hunter2\nnext", "Cookie: ***\nnext"),
        ("Authorization: Basic aHVudGVyMg==", "Authorization: ***"),
        ("{'Authorization': 'JWT hunter.2', 'x': 1}", "{'Authorization': '***', 'x': 1}"),
        ("[(b'cookie', b'a=1; sid=hunter2'), 1]", "[(b'cookie', b'***'), 1]"),
        ("password='my hunter, 2' x", "password='***' x"),
        ('{"password": "a\\"hunter,2", "x": 1}', '{"password": "***", "x": 1}'),
        (r'"{\"token\": \"hunter 2\", \"x\": 1}"', r'"{\"token\": \"***\", \"x\": 1}"'),
        ("postgresql://anna:hunter2@db/porter", "postgresql://anna:***@db/porter"),
        ("postgresql://anna:hunt@er2@db/porter", "postgresql://anna:***@db/porter"),
        ("http://127.0.0.1:8080/a@b", "http://127.0.0.1:8080/a@b"),
        ("host=db pwd=hunter2 dbname=x", "host=db pwd=*** dbname=x"),
        ("user: anna pass: hunter2", "user: anna pass: ***"),
        ("?Expires=9&Signature=hunter2%3D&x=1", "?Expires=9&Signature=***&x=1"),
        ("edx-jwt-cookie-signature=hunter2; x", "edx-jwt-cookie-signature=***; x"),
        ("X-Amz-Credential=AKIA/x&X-Amz-Signature=ab", "X-Amz-Credential=***&X-Amz-Signature=***"),
        ("sslpassword='hunter 2'", "sslpassword='***'"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMIIhunter\n2==\n-----END RSA PRIVATE KEY-----\nx",
            "-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----\nx",
        ),
        ("-----BEGIN PRIVATE KEY-----\nMIIhunter", "-----BEGIN PRIVATE KEY-----***"),
        ("a bypass: it works, 3 passed", "a bypass: it works, 3 passed"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_what_looks_like_a_credential_is_left_out(said, kept):
    assert redact(said) == kept


def test_a_traceback_is_cleaned_too(log_file):
    try:
        raise ValueError("token=abc123")  # noqa: TRY301 - it is caught on purpose
    except ValueError:
        logging.getLogger("courseporter.x").exception("failed")

    text = log_file.read_text()
    assert "ValueError" in text
    assert "abc123" not in text


def test_a_quiet_command_leaves_no_log(log_file):
    assert not log_file.exists()
