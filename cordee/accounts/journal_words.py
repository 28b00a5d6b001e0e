"""What the verbs of the room's journal say in French, after the name of who acted."""

VERBS = {
    "accounts.open_account": "a ouvert son compte",
    "accounts.close_account": "a fermé un compte",
    "accounts.reopen_account": "a rouvert un compte",
    "accounts.erase_account": "a effacé un compte",
}
