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
    "accounts.make_key": "a fait une clé pour un logiciel",
    "accounts.revoke_key": "a retiré une clé d’un logiciel",
    "accounts.try_mail_again": "a fait renvoyer un courrier",
    "accounts.try_mails_again": "a fait renvoyer tous les courriers abandonnés",
}

# Proofs: that somebody was erased, what the person did not want to get, what acted in their name.
KEPT = {
    "accounts.make_key",
    "accounts.revoke_key",
    "accounts.erase_account",
    "accounts.stop_mail",
    "accounts.note_complaint",
}
