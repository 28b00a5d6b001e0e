"""One reader for each shape of file; `cordee.notices.reading` chooses among them."""
