"""What pages and mails of an alliance stand in: names of parties, the bar of sections, mails."""
