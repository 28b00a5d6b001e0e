"""The files that an alliance keeps."""
