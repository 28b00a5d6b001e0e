"""A network relays opportunities to its members: drafts, mails, links, answers, boards, calls."""
