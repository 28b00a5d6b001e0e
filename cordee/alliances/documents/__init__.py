"""The documents of an alliance: what each lacks, and taking them out."""
