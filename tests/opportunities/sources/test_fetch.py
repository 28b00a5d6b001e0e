"""What each source gives, page by page, without the database."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import pytest

from cordee.base.web.transport import SourceDown
from cordee.notices.notice import Notice, NoticeError, Source
from cordee.notices.reading import NoticeFile, read_bytes
from cordee.opportunities.sources.harvest import HarvestRequest, Page, canonical
from cordee.opportunities.sources.registry import FEEDS
from tests.opportunities.sources.makers import (
    ON,
    BoampApi,
    DecpApi,
    TedApi,
    before,
    boamp_record,
    contract,
    sample,
)
from tests.opportunities.sources.server import LocalSource, Reply, Request, as_json, misbehaving

type Live = Callable[..., LocalSource]
NONE_HELD: set[str] = set()


def read(slug: str, asked: HarvestRequest, held: Iterable[str] = ()) -> list[Page]:
    """All pages of a source, in which these identifiers are held already."""
    feed, there = FEEDS[slug], set(held)
    return list(feed.make().pages(feed.client(), asked, there.intersection))


def places(pages: list[Page]) -> list[str]:
    return [item.place for page in pages for item in page.documents]


def errors(pages: list[Page]) -> list[NoticeError]:
    return [item for page in pages for item in page.documents if isinstance(item, NoticeError)]


def of_days(how_many: int, day: date, start: int = 1) -> list[dict[str, Any]]:
    return [boamp_record(f"26-{number:05d}", day) for number in range(start, start + how_many)]


# --- Samples ----------------------------------------------------------------------------------


def test_our_readers_understand_the_samples() -> None:
    """Synthetic, in the true shape: what they say is read, not only accepted."""
    (notice,) = read_bytes(canonical(sample("boamp/samples/records.json")["results"][0]), "x")
    assert isinstance(notice, Notice)
    assert (notice.source, notice.id, notice.cpv.codes or notice.lots[0].cpv.codes) == (
        Source.BOAMP, "26-900101", ("77310000",),
    )  # fmt: skip
    first, second = sample("decp/samples/decp-2026-11.json")["marches"]["marche"]
    (notice,) = read_bytes(canonical(first), "x")
    assert isinstance(notice, Notice)
    assert notice.source is Source.DECP
    assert len(notice.awards[0].winners) >= 2
    assert isinstance(next(read_bytes(canonical(second), "x")), Notice)


def test_a_record_gives_the_same_bytes_whatever_the_order_of_its_keys() -> None:
    one = boamp_record("26-1", ON)
    assert canonical(one) == canonical(dict(reversed(one.items())))
    assert canonical(one) != canonical(one | {"objet": "Autre"})


# --- BOAMP ------------------------------------------------------------------------------------


def test_boamp_is_read_day_by_day_and_page_by_page(live: Live) -> None:
    source = live(boamp=BoampApi(of_days(230, before(1)) + of_days(3, ON, 300)))
    pages = read("boamp", HarvestRequest(before(2), ON))
    assert [len(page.documents) for page in pages] == [0, 100, 100, 30, 3]
    assert [page.finished for page in pages] == [before(2), None, None, before(1), ON]
    assert len(set(places(pages))) == 233
    assert len(source.asked) == 5
    assert source.asked[0].query["order_by"] == "idweb"


def test_boamp_goes_on_where_it_stopped(live: Live) -> None:
    source = live(boamp=BoampApi(of_days(230, before(1)) + of_days(3, ON, 300)))
    whole = read("boamp", HarvestRequest(before(2), ON))
    for stopped in range(len(whole)):
        rest = read("boamp", HarvestRequest(before(2), ON, whole[stopped].resume))
        assert places(whole[: stopped + 1]) + places(rest) == places(whole)
    assert source.asked


def test_boamp_reads_a_day_anew_where_its_count_changed(live: Live) -> None:
    """A record that comes in between two pages would push another one over the edge."""
    api = BoampApi(of_days(150, ON, 10))

    def behave(request: Request) -> Reply:
        if request.query["offset"] == "100" and len(api.records) == 150:
            api.records.insert(0, boamp_record("26-00001", ON))
        return api(request)

    live(boamp=behave)
    pages = read("boamp", HarvestRequest(ON, ON))
    assert len(set(places(pages))) == 151


def test_boamp_that_shrinks_or_repeats_itself_ends(live: Live) -> None:
    """A total that never stands still is believed in the end; duplicates do no harm."""
    count = [1000]

    def behave(request: Request) -> Reply:
        count[0] += 1
        offset = int(request.query["offset"])
        return as_json({"total_count": count[0], "results": of_days(100, ON, 1 + offset // 2)})

    source = live(boamp=behave)
    pages = read("boamp", HarvestRequest(ON, ON))
    assert pages[-1].finished == ON
    assert len(source.asked) < 30


def test_boamp_says_that_a_day_is_too_long(live: Live) -> None:
    def behave(request: Request) -> Reply:
        return as_json({"total_count": 10_050, "results": of_days(100, ON)})

    live(boamp=behave)
    pages = read("boamp", HarvestRequest(ON, ON))
    assert "Ce jour a 10050 avis" in errors(pages)[0].reason
    assert pages[-1].finished == ON


def test_boamp_ends_a_day_on_an_empty_page(live: Live) -> None:
    live(
        boamp=misbehaving(
            as_json({"total_count": 200, "results": of_days(100, ON)}),
            then=lambda request: as_json({"total_count": 200, "results": []}),
        )
    )
    assert [len(page.documents) for page in read("boamp", HarvestRequest(ON, ON))] == [100, 0]


def test_boamp_does_not_read_what_did_not_change(live: Live) -> None:
    api = BoampApi(of_days(130, ON), etags=True)
    source = live(boamp=api)
    first = read("boamp", HarvestRequest(ON, ON))
    seen = {key: value for page in first for key, value in page.seen.items()}
    again = read("boamp", HarvestRequest(ON, ON, seen=seen))
    assert places(again) == []
    assert again[-1].finished == ON
    assert {key: value for page in again for key, value in page.seen.items()} == seen
    assert len(source.asked) == 4
    api.records.append(boamp_record("26-99999", ON))
    assert len(places(read("boamp", HarvestRequest(ON, ON, seen=seen)))) == 131


@pytest.mark.parametrize("content", [{}, [], {"total_count": "3", "results": []}, None, "x"])
def test_boamp_in_another_shape_is_told(live: Live, content: Any) -> None:
    live(boamp=lambda request: as_json(content))
    with pytest.raises(SourceDown, match="n’a pas la forme connue"):
        read("boamp", HarvestRequest(ON, ON))


def test_boamp_names_the_records_it_cannot_take(live: Live) -> None:
    bad = boamp_record("26-00002", ON, objet="ÉLAGAGE")
    body = as_json(
        {"total_count": 4, "results": [boamp_record("26-00001", ON), bad, {"objet": "?"}, "rien"]}
    ).body.replace("ÉLAGAGE".encode(), "ÉLAGAGE".encode("latin-1"))
    live(boamp=lambda request: Reply(body))
    (page,) = read("boamp", HarvestRequest(ON, ON))
    assert [type(item) for item in page.documents] == [NoticeFile, *[NoticeError] * 3]
    assert [error.place for error in errors([page])] == [
        "BOAMP 26-00002",
        "BOAMP du 25/11/2026, avis 3 de la page",
        "BOAMP du 25/11/2026, avis 4 de la page",
    ]
    assert "UTF-8" in errors([page])[0].reason


# --- TED --------------------------------------------------------------------------------------


def test_ted_gives_the_xml_of_every_notice_we_do_not_hold(live: Live) -> None:
    api = TedApi({before(1): ["1-2026", "2-2026", "3-2026"], ON: ["4-2026", "5-2026"]})
    source = live(ted=api)
    pages = read("ted", HarvestRequest(before(1), ON), held=["00000002-2026"])
    assert places(pages) == ["TED 1-2026", "TED 3-2026", "TED 4-2026", "TED 5-2026"]
    assert [page.finished for page in pages if page.finished] == [before(1), ON]
    question = source.asked[0].content
    assert question["query"] == (
        "(buyer-country=FRA) AND (publication-date>=20261124) AND (publication-date<=20261124)"
    )
    assert question["paginationMode"] == "ITERATION"
    (first, *_) = (item for page in pages for item in page.documents)
    assert isinstance(first, NoticeFile)
    (notice,) = read_bytes(first.content, first.place)
    assert isinstance(notice, Notice)
    assert notice.id == "00000001-2026"


def test_ted_takes_a_number_that_comes_twice_once(live: Live) -> None:
    live(ted=TedApi({ON: ["3-2026", "1-2026", "1-2026", "3-2026", "2-2026"]}))
    assert places(read("ted", HarvestRequest(ON, ON))) == ["TED 3-2026", "TED 1-2026", "TED 2-2026"]


def test_ted_names_a_notice_that_is_gone_and_goes_on(live: Live) -> None:
    live(ted=TedApi({ON: ["1-2026", "2-2026", "3-2026"]}, broken={"2-2026"}))
    pages = read("ted", HarvestRequest(ON, ON))
    assert [error.place for error in errors(pages)] == ["TED 2-2026"]
    assert len(places(pages)) == 3


def test_ted_is_down_where_no_notice_comes(live: Live) -> None:
    api = TedApi({ON: [f"{number}-2026" for number in range(1, 9)]})
    source = live(
        ted=lambda request: Reply(status=500) if request.method == "GET" else api(request)
    )
    with pytest.raises(SourceDown, match="Réponse 500"):
        read("ted", HarvestRequest(ON, ON))
    assert len({request.path for request in source.asked if request.method == "GET"}) == 3


def test_ted_says_that_it_gave_less_than_announced(live: Live) -> None:
    def behave(request: Request) -> Reply:
        if request.method == "GET":
            return TedApi()(request)
        first = (
            [] if "iterationNextToken" in request.content else [{"publication-number": "1-2026"}]
        )
        return as_json({"notices": first, "totalNoticeCount": 9, "iterationNextToken": "t"})

    live(ted=behave)
    pages = read("ted", HarvestRequest(ON, ON))
    assert "annonçait 9 avis et n’en a donné que 1" in errors(pages)[0].reason


def test_ted_names_a_result_without_number(live: Live) -> None:
    """Also what would be an address of its own making."""
    strange = [{"publication-number": "../../x"}, {"publication-number": None}, "rien", {}]
    source = live(
        ted=lambda request: as_json({"notices": strange, "totalNoticeCount": 4, "timedOut": False})
    )
    assert len(errors(read("ted", HarvestRequest(ON, ON)))) == 4
    assert [request.method for request in source.asked] == ["POST"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"notices": []}, "n’a pas la forme connue"),
        ({"notices": [], "totalNoticeCount": 0, "timedOut": True}, "n’a pas fini de chercher"),
    ],
)
def test_ted_in_another_shape_is_told(live: Live, content: Any, said: str) -> None:
    live(ted=lambda request: as_json(content))
    with pytest.raises(SourceDown, match=said):
        read("ted", HarvestRequest(ON, ON))


# --- DECP -------------------------------------------------------------------------------------


def test_decp_reads_the_files_of_the_months_asked(live: Live, settings: Any) -> None:
    api = DecpApi()
    for title in ("decp-2026-09.json", "decp-2026-11.json", "decp-2026-10.json"):
        api.put(title, [contract(title)])
    api.put("decp-2026.json", [contract("année")])
    api.files["autre.csv"] = b"a;b"
    live(decp=api)
    pages = read("decp", HarvestRequest(date(2026, 10, 20), ON))
    assert places(pages) == [
        "DECP decp-2026-10.json, marché 1 (decp-2026-10.json)",
        "DECP decp-2026-11.json, marché 1 (decp-2026-11.json)",
    ]
    assert [page.finished for page in pages if page.finished] == [ON]
    assert list((settings.STATE_DIR / "decp").iterdir()) == []


def test_decp_does_not_fetch_a_file_it_has_read(live: Live) -> None:
    api = DecpApi()
    api.put("decp-2026-11.json", [contract("A")])
    source = live(decp=api)
    seen = {
        key: value
        for page in read("decp", HarvestRequest(ON, ON))
        for key, value in page.seen.items()
    }
    again = read("decp", HarvestRequest(ON, ON, seen=seen))
    assert (places(again), again[-1].finished) == ([], ON)
    assert len(source.asked) == 3


def test_decp_goes_on_where_it_stopped(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cordee.opportunities.sources.decp.fetch.RECORDS_AT_ONCE", 2)
    api = DecpApi()
    api.put("decp-2026-10.json", [contract(f"A{number}") for number in range(5)])
    api.put("decp-2026-11.json", [contract(f"B{number}") for number in range(3)])
    source = live(decp=api)
    whole = read("decp", HarvestRequest(date(2026, 10, 1), ON))
    for stopped in range(len(whole)):
        rest = read("decp", HarvestRequest(date(2026, 10, 1), ON, whole[stopped].resume))
        got = places(whole[: stopped + 1]) + places(rest)
        assert set(got) == set(places(whole))
    feed = FEEDS["decp"]
    pages = feed.make().pages(feed.client(), HarvestRequest(ON, ON), NONE_HELD.intersection)
    next(pages)
    pages.close()  # type: ignore[attr-defined]
    fetched = len(source.asked)
    read("decp", HarvestRequest(ON, ON))
    assert len(source.asked) == fetched + 1, "the file of the interrupted run is used again"


def test_decp_survives_letters_of_another_encoding(live: Live) -> None:
    api = DecpApi()
    api.put("decp-2026-11.json", [contract("A", objet="ÉLAGAGE"), contract("B")])
    content = api.files["decp-2026-11.json"]
    api.files["decp-2026-11.json"] = content.replace(
        "ÉLAGAGE".encode(), "ÉLAGAGE".encode("latin-1")
    )
    live(decp=api)
    first, second = (
        item for page in read("decp", HarvestRequest(ON, ON)) for item in page.documents
    )
    assert isinstance(first, NoticeFile)
    assert "\ufffdLAGAGE" in first.content.decode()
    assert isinstance(second, NoticeFile)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"marches": {"marche": [{"id": "A"}, {"id": ', "est abîmé"),
        (b"<html>", "est abîmé"),
        (b"", "est abîmé"),
    ],
)
def test_decp_that_is_cut_is_told(live: Live, content: bytes, said: str) -> None:
    api = DecpApi(files={"decp-2026-11.json": content})
    live(decp=api)
    with pytest.raises(SourceDown, match=said):
        read("decp", HarvestRequest(ON, ON))


def test_decp_that_is_not_what_was_announced_is_told(live: Live, settings: Any) -> None:
    api = DecpApi(wrong_sha1=True)
    api.put("decp-2026-11.json", [contract("A")])
    live(decp=api)
    with pytest.raises(SourceDown, match="n’est pas celui que data"):
        read("decp", HarvestRequest(ON, ON))
    assert list((settings.STATE_DIR / "decp").iterdir()) == []


@pytest.mark.parametrize(
    "address", ["http://10.0.0.1/decp-2026-11.json", "file:///etc/passwd", "http://[::1", "//"]
)
def test_decp_is_not_sent_elsewhere(live: Live, address: str) -> None:
    """A list of files that names a machine of the network around us, or no address at all."""
    api = DecpApi(elsewhere=address)
    api.put("decp-2026-11.json", [contract("A")])
    live(decp=api)
    with pytest.raises(SourceDown, match="sans votre accord"):
        read("decp", HarvestRequest(ON, ON))


def test_decp_without_files_of_these_months_is_told(live: Live) -> None:
    api = DecpApi()
    api.put("decp-2024-01.json", [contract("A")])
    live(decp=api)
    with pytest.raises(SourceDown, match="aucun fichier entre 11/2026"):
        read("decp", HarvestRequest(ON, ON))


@pytest.mark.parametrize("title", ["decp-2024-01.json", "decp-2024.json"])
def test_decp_of_an_old_year_comes_by_month_or_whole(live: Live, title: str) -> None:
    api = DecpApi()
    api.put(title, [contract("A")])
    live(decp=api)
    assert len(places(read("decp", HarvestRequest(date(2024, 1, 1), date(2024, 3, 1))))) == 1
