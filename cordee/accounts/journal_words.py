"""What the verbs of the room's journal say in French, after the name of who acted."""

VERBS = {
    "accounts.open_account": "a ouvert son compte",
    "accounts.close_account": "a fermé un compte",
    "accounts.reopen_account": "a rouvert un compte",
    "accounts.choose_mails": "a choisi ses courriers",
    "accounts.want_mail_again": "a repris une sorte de courrier",
    "accounts.revive_address": "a dit que son adresse marche de nouveau",
    "accounts.try_mail_again": "a fait renvoyer un courrier",
    "accounts.try_mails_again": "a fait renvoyer tous les courriers abandonnés",
}

# Proofs: that somebody was erased, what the person did not want to get, what acted in their name.
KEPT = {
    "accounts.erase_account": "a effacé un compte",
    "accounts.stop_mail": "a arrêté une sorte de courrier",
    "accounts.note_complaint": "a signalé un courrier comme indésirable",
    "accounts.make_key": "a fait une clé pour un logiciel",
    "accounts.revoke_key": "a retiré une clé d’un logiciel",
}
