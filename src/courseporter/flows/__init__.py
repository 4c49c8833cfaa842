"""What jobs do: prepare reads material into a draft, publish writes a draft to a target."""
