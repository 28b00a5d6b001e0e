from django.tasks import task

from cordee.base.mail import outbox


@task
def send_mail(pk: int) -> None:
    """Send one mail of the outbox; nothing where it is sent already."""
    outbox.send(pk)
