"""The layouts of tables that are known, by where they come from."""
