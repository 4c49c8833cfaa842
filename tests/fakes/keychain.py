"""A keychain in memory, in place of the system's."""

from __future__ import annotations


class MemoryKeychain:
    """What is used of a backend of keyring; `kept` has the entries by service and user."""

    def __init__(self):
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        del self.kept[service, username]
