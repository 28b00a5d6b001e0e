"""A feed in Atom (RFC 4287). The same entries always give the same bytes."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.conf import settings
from lxml import etree

from cordee.mobilisation.feeds import content
from cordee.mobilisation.feeds.access import address_of
from cordee.mobilisation.feeds.content import Entry
from cordee.mobilisation.models import FeedKey

NAMESPACE = "http://www.w3.org/2005/Atom"
CONTENT_TYPE = "application/atom+xml; charset=utf-8"
Element = etree._Element


def atom(key: FeedKey, entries: Sequence[Entry]) -> bytes:
    feed = etree.Element(f"{{{NAMESPACE}}}feed", nsmap={None: NAMESPACE})
    feed.set("{http://www.w3.org/XML/1998/namespace}lang", "fr")
    # The number of the key, not its signature: an address that is renewed is the same feed.
    _text(feed, "id", content.tag_of(f"flux/{key.pk}"))
    _text(feed, "title", content.title_of(key))
    latest = max((entry.updated for entry in entries), default=key.created_at)
    _text(feed, "updated", _moment(latest))
    _author(feed, "Cordée")
    _link(feed, "self", address_of(key), "application/atom+xml")
    _link(feed, "alternate", settings.SITE_ADDRESS + "/", "text/html")
    for entry in entries:
        _entry(feed, entry)
    written: bytes = etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return written


def _entry(feed: Element, entry: Entry) -> None:
    opportunity = entry.opportunity
    node = etree.SubElement(feed, f"{{{NAMESPACE}}}entry")
    _text(node, "id", content.tag_of(f"opportunite/{opportunity.pk}"))
    title = content.plain(opportunity.title)
    _text(node, "title", f"Annulé : {title}" if entry.is_cancelled else title)
    _text(node, "published", _moment(entry.published))
    _text(node, "updated", _moment(entry.updated))
    _author(node, content.plain(opportunity.buyer_name) or "Acheteur inconnu")
    _link(node, "alternate", content.address_of(opportunity), "text/html")
    for trade in opportunity.trades.all():
        category = etree.SubElement(node, f"{{{NAMESPACE}}}category")
        category.set("term", trade.trade)
        category.set("label", str(trade))
    _text(node, "summary", content.summary_of(entry))


def _text(parent: Element, name: str, value: str) -> None:
    etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = value


def _author(parent: Element, name: str) -> None:
    _text(etree.SubElement(parent, f"{{{NAMESPACE}}}author"), "name", name)


def _link(parent: Element, rel: str, href: str, kind: str) -> None:
    link = etree.SubElement(parent, f"{{{NAMESPACE}}}link")
    link.set("rel", rel)
    link.set("type", kind)
    link.set("href", href)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
