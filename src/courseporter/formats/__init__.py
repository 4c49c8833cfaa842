"""What several sources and targets share: pure readers and writers of formats."""
