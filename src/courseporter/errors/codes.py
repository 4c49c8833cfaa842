"""The one table of codes: what each means, and what every face makes of it.

A house test fails when a code is used that has no row here, or a row here is not in docs/reference.
"""

from __future__ import annotations

from typing import NamedTuple


class ErrorCode(NamedTuple):
    """What faces do with an exception's code."""

    meaning: str
    exit_code: int
    http_status: int
    retryable: bool = False


class ProblemCode(NamedTuple):
    """What a problem's code means; the severity is the usual one."""

    meaning: str
    severity: str


ERROR_CODES: dict[str, ErrorCode] = {
    # 3: input rejected
    "input_error": ErrorCode("The material cannot be read.", 3, 422),
    "not_found": ErrorCode("The file or folder does not exist.", 3, 404),
    "not_a_package": ErrorCode("The file is no package that CoursePorter knows.", 3, 422),
    "ambiguous_package": ErrorCode("Several packages lie side by side.", 3, 422),
    "manifest_missing": ErrorCode("The package has no manifest.", 3, 422),
    "manifest_invalid": ErrorCode("The manifest is not what its format demands.", 3, 422),
    "manifest_unsafe": ErrorCode(
        "The manifest uses entities that could read files or exhaust memory.", 3, 422
    ),
    "archive_corrupt": ErrorCode("The archive is damaged or contradicts itself.", 3, 422),
    "archive_encrypted": ErrorCode("The archive is protected by a password.", 3, 422),
    "archive_unsupported": ErrorCode("The archive uses a compression that cannot be read.", 3, 422),
    "unsafe_path": ErrorCode("An entry's name leaves the package.", 3, 422),
    "unsafe_entry": ErrorCode("An entry is a link or a device.", 3, 422),
    "duplicate_entry": ErrorCode("Two entries share a name that must be unique.", 3, 422),
    "too_large": ErrorCode("A limit of size or ratio is exceeded.", 3, 413),
    "too_many_entries": ErrorCode("The archive has more entries than the limit.", 3, 413),
    "too_deep": ErrorCode("The structure is nested deeper than the limit.", 3, 422),
    "encoding_error": ErrorCode("The bytes are in no encoding that fits.", 3, 422),
    "table_schema": ErrorCode("A table lacks a file, a column or a usable header.", 3, 422),
    "table_row": ErrorCode("A table breaks off inside a row.", 3, 422),
    "course_not_ready": ErrorCode("The draft has problems that must be solved first.", 3, 412),
    # 2: wrong usage or settings
    "usage": ErrorCode("The command was used wrongly.", 2, 400),
    "settings_error": ErrorCode("A setting is missing or wrong.", 2, 400),
    "unknown_item": ErrorCode("No job, draft or connection has this name.", 2, 404),
    "store_unreadable": ErrorCode("The data folder or its database cannot be used.", 2, 500),
    "keychain_unavailable": ErrorCode("No secure key store is running.", 2, 500),
    # 4, 5, 6, 8
    "auth_error": ErrorCode("The far side does not know us, or forbids it.", 4, 401),
    "permission_denied": ErrorCode("The system forbids reading or writing this file.", 4, 403),
    "network_error": ErrorCode(
        "The network or the far side did not answer.", 5, 503, retryable=True
    ),
    "disk_full": ErrorCode("The disk is full.", 5, 507, retryable=True),
    "store_busy": ErrorCode("Another program holds the job store.", 5, 503, retryable=True),
    "conflict": ErrorCode("The output or the course exists already.", 6, 409),
    "idempotency_mismatch": ErrorCode("The same request key came with other input.", 6, 409),
    "rejected": ErrorCode("The content was refused.", 8, 422),
    "package_differs": ErrorCode(
        "The written package, read back, is not what the draft says.", 8, 500
    ),
    # 1: bugs
    "bug": ErrorCode("An error in CoursePorter itself.", 1, 500),
    "worker_crash_loop": ErrorCode("The job ended its worker ten times without progress.", 1, 500),
    "canceled": ErrorCode("The user stopped the job.", 130, 409),
}

PROBLEM_CODES: dict[str, ProblemCode] = {
    # archives and XML
    "archive_duplicate": ProblemCode("Two entries of the archive share a name.", "warning"),
    "archive_case_clash": ProblemCode("Names of the archive differ in letter case only.", "warning"),
    "archive_name_clash": ProblemCode("A name of the archive is a file and a folder.", "warning"),
    "archive_odd_name": ProblemCode("A name of the archive is none that every system can keep.", "warning"),
    "archive_special_entry": ProblemCode("A link or device of the archive was left out.", "warning"),
    "archive_encrypted_entry": ProblemCode("A file of the archive is protected by a password.", "warning"),
    "archive_unsupported_entry": ProblemCode("A file of the archive is packed in a way that cannot be read.", "warning"),
    "archive_damaged_entry": ProblemCode("A file of the archive does not fit its checksum or size.", "warning"),
    "archive_guessed_name": ProblemCode("A name of the archive comes in an old code page.", "info"),
    "archive_directory_odd": ProblemCode("The archive's list of entries contradicts its end.", "warning"),
    "xml_encoding_repaired": ProblemCode("An XML file is not in the encoding that it names.", "warning"),
    "xml_repaired": ProblemCode("An XML file was not well-formed and could be repaired.", "warning"),
}
