"""The one store: a database of jobs and drafts, and the bytes of assets named by their hash."""

from courseporter.store.assets import AssetStore, Stored
from courseporter.store.open import open_store, temporary_store
from courseporter.store.store import Store

__all__ = ["AssetStore", "Store", "Stored", "open_store", "temporary_store"]
