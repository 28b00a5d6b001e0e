"""The numerical core: rank, compose, verify, explain. Pure: values in, values out."""
