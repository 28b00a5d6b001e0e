from django.tasks import task
from django.utils import timezone

from cordee.mobilisation.actions import relaying
from cordee.mobilisation.models import Campaign


@task
def relay_campaign(pk: int) -> None:
    """Let the mails of a campaign leave; again does nothing more."""
    campaign = Campaign.objects.running().filter(pk=pk).first()
    if campaign is not None:
        relaying.relay(now=timezone.now(), campaign=campaign)
