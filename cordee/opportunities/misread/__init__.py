"""What we misread: finding it when a person corrects, and the lines it becomes as an example."""
