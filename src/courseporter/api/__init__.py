"""The only door for faces: one small function per wish; the first argument says who acts."""

from courseporter.api.actor import Actor, read_settings, start, stop, write_settings
from courseporter.api.care import blame, good_backups, is_damaged, restore_store, store_health
from courseporter.api.consent import answer_scorm, scorm_question
from courseporter.api.convert import acknowledge, check, convert, course_settings, inspect
from courseporter.api.drafts import (
    branches,
    delete_draft,
    draft,
    drafts,
    find,
    node,
    path,
    problems,
    tree,
)
from courseporter.api.edits import (
    fix,
    recheck,
    rename,
    set_course,
    set_hidden,
    undo,
    validate_course,
)
from courseporter.api.extras import sample, write_template
from courseporter.api.imports import default_out, prepare, publish, sniff, sources, targets
from courseporter.api.jobs import (
    cancel,
    change_token,
    clear_finished,
    interrupted,
    job,
    job_counts,
    job_log,
    jobs,
    pause,
    resume,
    resume_all,
    resume_interrupted,
    retry,
)
from courseporter.api.play import play, stop_playing
from courseporter.api.report import draft_of, report
from courseporter.api.results import Result, write_json
from courseporter.api.scorm import choose_scorm, scorm_modes
from courseporter.api.selftest import selftest
from courseporter.logs import log_to as keep_log

__all__ = [
    "Actor",
    "Result",
    "acknowledge",
    "answer_scorm",
    "blame",
    "branches",
    "cancel",
    "change_token",
    "check",
    "choose_scorm",
    "clear_finished",
    "convert",
    "course_settings",
    "default_out",
    "delete_draft",
    "draft",
    "draft_of",
    "drafts",
    "find",
    "fix",
    "good_backups",
    "inspect",
    "interrupted",
    "is_damaged",
    "job",
    "job_counts",
    "job_log",
    "jobs",
    "keep_log",
    "node",
    "path",
    "pause",
    "play",
    "prepare",
    "problems",
    "publish",
    "read_settings",
    "recheck",
    "rename",
    "report",
    "restore_store",
    "resume",
    "resume_all",
    "resume_interrupted",
    "retry",
    "sample",
    "scorm_modes",
    "scorm_question",
    "selftest",
    "set_course",
    "set_hidden",
    "sniff",
    "sources",
    "start",
    "stop",
    "stop_playing",
    "store_health",
    "targets",
    "tree",
    "undo",
    "validate_course",
    "write_json",
    "write_settings",
    "write_template",
]
