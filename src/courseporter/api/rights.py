"""Who may call what: one table, and the check in front of every function of `api`.

A function gets its actor first.  Here the actor's role is compared with the function's row, and
every id among the arguments is looked up within the actor's organization, so that what belongs to
another one doesn't exist.  Faces call through this check, `api` calls its functions directly.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, Literal, TypeVar

from courseporter.api.actor import Actor, Caller
from courseporter.errors import AuthError, _
from courseporter.jobs import overview
from courseporter.workspace import drafts

Role = Literal["viewer", "member", "admin", "owner"]
ROLES: Final[tuple[Role, ...]] = ("viewer", "member", "admin", "owner")  # each may do more
Call = TypeVar("Call", bound=Callable[..., Any])

# Describes the program, or judges what the caller holds in its hands: nobody's data is read.
NO_ACTOR: Final = frozenset(
    """
    Actor Content Estimate Imported LocalUser Result SchoolCourse connection_kind connection_kinds
    connection_problems course_settings is_damaged keep_log keychain_problem local_user ops
    package_name row_formats row_mapping secret_in_environment sources start targets
    CourseCost Filled MissingItem sum_of validate_course write_json write_template
    """.split()
)

RIGHTS: Final[dict[str, Role]] = {
    **dict.fromkeys(
        """
        diagnose branches change_token check connection connections content cover default_out draft
        draft_of drafts find fix_preview history inspect interrupted item job job_counts job_log
        jobs node outline path play problem_picture problems published_by publish_result
        read_settings report sample scorm_modes scorm_question selftest sniff stop stop_playing
        tree was_opened
        """.split(),
        "viewer",
    ),
    **dict.fromkeys(
        """
        answer_scorm choose_scorm copy_items edit fix new_draft recheck redo redo_step rename
        restore_state set_course set_hidden undo undo_step
        """.split(),
        "member",
    ),
    **dict.fromkeys(
        """
        acknowledge acknowledge_import acknowledge_publish add_connection begun cancel
        check_connection clear_finished convert course_status courses delete_draft
        edit_connection estimate export_draft forget_connection import_course key_for look_before
        pause prepare prepare_courses publish publish_course restore_connection resume resume_all
        resume_interrupted retry start_publish start_undo
        try_connection undo_plan update_draft undo_publish
        drop_update look_at_update start_update take_update
        """.split(),
        "admin",
    ),
    **dict.fromkeys("course_costs school_cover school_not_imported".split(), "admin"),
    **dict.fromkeys("missing write_addresses write_missing".split(), "viewer"),
    "fill_missing": "member",
    **dict.fromkeys(
        "export_failed_rows preview_rows row_import row_imports row_lines row_of rows_of".split(),
        "viewer",
    ),
    **dict.fromkeys(
        """
        choose_row continue_rows correct_row decide_row import_rows reopen_rows retry_rows
        run_rows start_rows start_undo_rows undo_rows
        """.split(),
        "admin",
    ),
    **dict.fromkeys(
        """
        library_import_begun library_import_named library_imports library_items site_libraries
        """.split(),
        "viewer",
    ),
    **dict.fromkeys(
        """
        acknowledge_library draft_for_library import_into_library library_difference plan_library
        start_library_import start_library_undo undo_library_import
        """.split(),
        "admin",
    ),
    **dict.fromkeys("good_backups restore_store store_health write_settings".split(), "owner"),
}


def may(actor: Caller, name: str) -> bool:
    """Whether the actor's role may call the function of this name."""
    return actor.role in ROLES and ROLES.index(actor.role) >= ROLES.index(RIGHTS[name])


def guarded(name: str, call: Call) -> Call:
    """The function behind its check; what needs no actor stays as it is.

    Raises KeyError for a function without a row.
    """
    if name in NO_ACTOR:
        return call
    needed, code = RIGHTS[name], call.__code__
    parameters = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    ids = {one: parameters.index(one) - 1 for one in LOOK_UPS if one in parameters}

    @wraps(call)
    def checked(actor: Actor, *given: object, **named: object) -> object:
        if not may(actor, name):
            raise _forbidden(actor, needed)
        values = list(given)
        for one, at in ids.items():
            if one in named:
                named[one] = LOOK_UPS[one](actor, str(named[one]))
            elif at < len(values):
                values[at] = LOOK_UPS[one](actor, str(values[at]))
        return call(actor, *values, **named)

    return checked  # pyright: ignore[reportReturnType]  # the same to callers


def _forbidden(actor: Caller, needed: Role) -> AuthError:
    return AuthError(
        _(
            "“{user}” has the role “{role}”, which doesn't allow this.",
            user=actor.user,
            role=actor.role,
        ),
        _("Ask someone with the role “{role}”.", role=needed),
        code="insufficient_role",
    )


def _draft(actor: Actor, draft_id: str) -> str:
    return drafts.get(actor.store, draft_id, actor.organisation).id


def _job(actor: Actor, job_id: str) -> str:
    with actor.store.read() as connection:
        return overview.beginning_with(connection, job_id, actor.organisation).id


LOOK_UPS: Final[dict[str, Callable[[Actor, str], str]]] = {
    "draft_id": _draft,
    "source_id": _draft,
    "job_id": _job,
}
