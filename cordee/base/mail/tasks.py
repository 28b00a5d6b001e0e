from django.tasks import task
from django.utils import timezone

from cordee.base.mail import outbox


@task(queue_name="mail")
def send_mail(pk: int) -> None:
    """Send one mail of the outbox; nothing where it is sent already, or in other hands."""
    outbox.send(pk, now=timezone.now())
