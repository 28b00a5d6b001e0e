"""What the verbs of the room's journal say in French, after the name of who acted."""

VERBS = {
    "accounts.open_account": "a ouvert son compte",
    "accounts.close_account": "a fermé un compte",
    "accounts.reopen_account": "a rouvert un compte",
    "accounts.erase_account": "a effacé un compte",
    "accounts.choose_mails": "a choisi ses courriers",
    "accounts.stop_mail": "a arrêté une sorte de courrier",
    "accounts.want_mail_again": "a repris une sorte de courrier",
    "accounts.note_complaint": "a signalé un courrier comme indésirable",
    "accounts.revive_address": "a dit que son adresse marche de nouveau",
    "accounts.try_mail_again": "a fait renvoyer un courrier",
}

# Proofs: that somebody was erased, and what she did not want to get.
KEPT = {"accounts.erase_account", "accounts.stop_mail", "accounts.note_complaint"}
