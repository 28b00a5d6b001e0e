"""A feed in Atom (RFC 4287). The same entries always give the same bytes."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.conf import settings
from django.template.defaultfilters import linebreaksbr
from django.utils.feedgenerator import Atom1Feed

from cordee.mobilisation.feeds import content
from cordee.mobilisation.feeds.access import address_of
from cordee.mobilisation.feeds.content import Entry
from cordee.mobilisation.models import FeedKey

CONTENT_TYPE = Atom1Feed.content_type


class Feed(Atom1Feed):
    def latest_post_date(self) -> datetime:
        """Of an empty one too: Django would say the moment at which it is read."""
        return super().latest_post_date() if self.items else self.feed["begun"]


def atom(key: FeedKey, entries: Sequence[Entry]) -> bytes:
    feed = Feed(
        title=content.title_of(key),
        link=settings.SITE_ADDRESS + "/",
        description="",
        language="fr",
        author_name="Cordée",
        feed_url=address_of(key),
        # The number of the key, not its signature: an address that is renewed is the same feed.
        feed_guid=content.tag_of(f"flux/{key.pk}"),
        begun=to_second(key.created_at),
    )
    for entry in entries:
        opportunity = entry.opportunity
        title = content.plain(opportunity.title)
        feed.add_item(
            title=f"Annulé : {title}" if entry.is_cancelled else title,
            link=content.address_of(opportunity),
            # Atom of Django's says that a summary is HTML.
            description=linebreaksbr(content.summary_of(entry)),
            author_name=content.plain(opportunity.buyer_name) or "Acheteur inconnu",
            unique_id=content.tag_of(f"opportunite/{opportunity.pk}"),
            pubdate=to_second(entry.published),
            updateddate=to_second(entry.updated),
            categories=[str(trade) for trade in opportunity.trades.all()],
        )
    return feed.writeString("utf-8").encode()


def to_second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
