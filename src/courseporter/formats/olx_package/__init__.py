"""OLX packages read back from their blocks: outline, ledger and problems of our own packages and of
Studio's exports.
"""

from courseporter.formats.olx_package.index import Index
from courseporter.formats.olx_package.package import Package, read_package
from courseporter.formats.olx_package.walk import Walk, WalkedBlock

__all__ = ["Index", "Package", "Walk", "WalkedBlock", "read_package"]
