"""The page Rows: files of rows, their imports, and each row of them."""
