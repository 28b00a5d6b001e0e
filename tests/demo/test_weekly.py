"""What the demo shows of a week: a digest that left, one to come, a search, a calendar."""

from cordee.base.mail.models import OutgoingMail
from cordee.mobilisation.digests import selection
from cordee.mobilisation.digests.selection import owners_of
from cordee.mobilisation.models import Digest, DigestChoice, FeedKey
from cordee.opportunities.models import SavedSearch
from demo import weekly
from tests.composing.conftest import DAY, Valley, loaded_valley, valley
from tests.mobilisation.test_night import NOON

__all__ = ["loaded_valley", "valley"]


def test_a_digest_left_and_another_waits(valley: Valley) -> None:
    weekly.load(DAY)
    digest = Digest.objects.get()
    assert digest.items.exists()
    owners = owners_of([DigestChoice.objects.get()], on=DAY)
    (found,) = selection.select_for(owners, selection.open_work(on=DAY, now=NOON), on=DAY)
    assert found.items, "the page of today is not empty"
    (mail,) = OutgoingMail.objects.filter(kind="digest")
    assert mail.recipient == "direction@cordee.example"


def test_made_again_it_stays_as_it_is(valley: Valley) -> None:
    weekly.load(DAY)
    weekly.load(DAY)
    assert (Digest.objects.count(), SavedSearch.objects.count(), FeedKey.objects.count()) == (
        1,
        1,
        1,
    )
