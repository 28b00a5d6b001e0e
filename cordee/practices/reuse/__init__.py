"""Who took a sheet over, with what result; when it is to be confirmed."""
