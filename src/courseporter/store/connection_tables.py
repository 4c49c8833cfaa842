"""The tables of connections: settings, forgotten names, shared paces, and stored answers."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    column,
    text,
    true,
)

from courseporter.store.column_types import ID, JSON_VALUE, SHA256, TEXT
from courseporter.store.columns import count, metadata, must, org, part_of, rev, time

connection = Table(
    "connection",
    metadata,
    Column("id", ID, primary_key=True),
    org(),
    Column("created_by", TEXT),
    must("kind"),  # openedx, teachable, thinkific …
    must("name"),
    Column("description", TEXT),
    Column("lms_url", TEXT),
    Column("studio_url", TEXT),
    Column("client_id", TEXT),
    Column("secret_ref", TEXT),  # name of the entry in the keychain; secrets never stand here
    Column("default_org", TEXT),
    must("default_run", default="self_paced"),
    count("import_timeout_seconds", 300),
    count("poll_interval_ms", 5000),
    count("max_retries", 3),
    Column("auto_create_course", Boolean, nullable=False, server_default=true()),
    Column("is_active", Boolean, nullable=False, server_default=true()),
    time("last_connection_test"),
    Column("last_connection_status", TEXT),
    Column("last_connection_report", JSON_VALUE),
    Column("options", JSON_VALUE),
    time("created_at", must=True),
    time("updated_at", must=True),
    rev(),
    Column("secrets_kept", TEXT),  # where the secrets are: keychain, session or environment
    UniqueConstraint("org_id", "name"),
    CheckConstraint("lms_url LIKE 'http://%' OR lms_url LIKE 'https://%'", name="lms_url"),
    CheckConstraint("studio_url LIKE 'http://%' OR studio_url LIKE 'https://%'", name="studio_url"),
    CheckConstraint("length(name) BETWEEN 1 AND 100", name="name"),
    CheckConstraint("length(description) <= 500", name="description"),
    CheckConstraint("length(default_org) BETWEEN 1 AND 50", name="default_org"),
    CheckConstraint("import_timeout_seconds BETWEEN 30 AND 600", name="import_timeout_seconds"),
    CheckConstraint("poll_interval_ms > 0", name="poll_interval_ms"),
    CheckConstraint("max_retries BETWEEN 1 AND 5", name="max_retries"),
    CheckConstraint(
        column("last_connection_status").in_(("success", "failed", "pending")),
        name="last_connection_status",
    ),
)

forgotten_connection = Table(
    "forgotten_connection",  # so that the history of jobs can still name it
    metadata,
    Column("id", ID, primary_key=True),
    org(),
    must("kind"),
    must("name"),
    time("forgotten_at", must=True),
)

pace = Table(
    "pace",  # token buckets that all processes share
    metadata,
    Column("lane", TEXT, primary_key=True),
    Column("tokens", Double, nullable=False),
    time("at", must=True),
    Column("blocked_until", BigInteger, nullable=False, server_default=text("0")),
)

response = Table(
    "response",  # answers of a service that must not be asked twice
    metadata,
    part_of("job"),
    Column("key", SHA256, nullable=False),
    time("at", must=True),
    Column("status", Integer, nullable=False),
    Column("headers", JSON_VALUE, nullable=False),
    Column("body", LargeBinary, nullable=False),  # compressed by zlib
    PrimaryKeyConstraint("job_id", "key"),
)
