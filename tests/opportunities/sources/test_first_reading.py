"""The first true answers of a source, end to end: what the operator is told, and to do what."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from cordee.opportunities.models import AwardedContract, NoticeVersion
from cordee.opportunities.sources import shape
from cordee.opportunities.sources.shape import ShapeCheck
from tests.opportunities.sources.makers import (
    BoampApi,
    DecpApi,
    TedApi,
    boamp_record,
    contract,
    sample,
    ted_xml,
)
from tests.opportunities.sources.server import LocalSource, Reply, Request, as_json

pytestmark = pytest.mark.django_db
type Live = Callable[..., LocalSource]


@pytest.fixture(autouse=True)
def _somewhere(valley: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Communes of the tests, and a base that is up to date."""
    monkeypatch.setattr("cordee.base.terminal.prepare_base", lambda stderr: None)


def run(*arguments: str) -> dict[str, str]:
    """What the command says of each source, by its name; spaces are plain."""
    out = StringIO()
    call_command("sync_sources", *arguments, stdout=out, stderr=StringIO())
    text = re.sub("[\u00a0\u202f]", " ", out.getvalue())
    blocks = re.split(r"^(?=BOAMP|TED|DECP)", text, flags=re.MULTILINE)
    return {block.split(" ", 1)[0]: block for block in blocks if block}


def faulty(api: Callable[[Request], Reply], **at: Reply) -> Callable[[Request], Reply]:
    """The API, save for the requests of these numbers (`n2=…`)."""
    asked = [0]

    def behave(request: Request) -> Reply:
        asked[0] += 1
        return at.get(f"n{asked[0]}") or api(request)

    return behave


def test_three_sources_in_one_run_with_their_faults(live: Live) -> None:
    """Pages of a hundred, tokens, files; 429 and 503 with what they ask; one record of no use."""
    today = timezone.localdate()
    day = today - timedelta(days=1)
    records = [boamp_record(f"26-{number:05d}", day) for number in range(130)]
    records[7]["donnees"] = "{"
    wait = {"Retry-After": "0"}
    decp = DecpApi()
    decp.put(f"decp-{today:%Y-%m}.json", [contract("A"), contract("B")])
    files = faulty(decp, n1=Reply(status=502))
    live(
        boamp=faulty(BoampApi(records), n2=Reply(status=429, headers=wait)),
        ted=faulty(
            TedApi({day: ["1-2026", "2-2026", "3-2026"]}), n1=Reply(status=503, headers=wait)
        ),
    )
    decp.url = live(decp=files).url
    told = run("--since", f"{day}")
    assert "129 nouveautés" in told["BOAMP"]
    assert "demandé d’abord : GET http" in told["BOAMP"]
    assert "limit=100" in told["BOAMP"]
    assert "réponses HTTP : 200 (3 fois), 429 (1 fois)" in told["BOAMP"]
    assert "annoncés : 130 ; reçus : 130" in told["BOAMP"]
    assert "gardés : 129 ; déjà connus : 0 ; refusés : 1" in told["BOAMP"]
    assert f"publication la plus récente : {day}" in told["BOAMP"]
    assert "titre 100 %" in told["BOAMP"]

    assert "POST http" in told["TED"]
    assert "503 (1 fois)" in told["TED"]
    assert "annoncés : 3 ; reçus : 3" in told["TED"]

    assert "annoncés : la source ne le dit pas ; reçus : 2" in told["DECP"]
    assert "502 (1 fois)" in told["DECP"]
    assert (NoticeVersion.objects.count(), AwardedContract.objects.count()) == (132, 2)


def test_what_reads_well_says_what_comes_next_and_is_said_once(live: Live) -> None:
    today = timezone.localdate()
    live(ted=TedApi({today: ["1-2026"]}))
    options = ("--source", "ted", "--since", f"{today}")
    told = run(*options)["TED"]
    assert "forme : celle attendue" in told
    assert "> Tout se lit." in told
    assert "À regarder" not in run(*options)["TED"], "read to its end: it is known by now"
    again = run(*options, "--detail")["TED"]
    assert "reçus : 0 ; déjà là, non redemandés : 1" in again


def test_fields_that_lack_or_are_new_are_named_and_counted(live: Live) -> None:
    today = timezone.localdate()
    records = [boamp_record(f"26-{number}", today, niveau_social=1) for number in range(3)]
    for record in records[:2]:
        del record["nomacheteur"]
    live(boamp=BoampApi(records))
    told = run("--source", "boamp", "--since", f"{today}")["BOAMP"]
    assert re.search(r"absents : .*nomacheteur \(2 sur 3\)", told)
    assert re.search(r"jamais vus : .*niveau_social \(3 sur 3\)", told)
    assert "> La forme n’est pas tout à fait celle attendue." in told


def test_an_answer_of_another_shape_stops_and_says_so(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live(boamp=lambda request: as_json({"total": 3, "records": []}))
    out = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("sync_sources", "--source", "boamp", stdout=out, stderr=StringIO())
    assert stop.value.code == 2
    told = re.sub("[\u00a0\u202f]", " ", out.getvalue())
    assert "n’a pas la forme connue (total_count, results)" in told
    assert "réponses HTTP : 200 (1 fois)" in told
    assert "> La lecture n’est pas finie : L’API a changé" in told


def test_days_without_a_notice_say_to_look_further_back(live: Live) -> None:
    today = timezone.localdate()
    live(boamp=BoampApi())
    told = run("--source", "boamp", "--since", f"{today}")["BOAMP"]
    assert "> Rien n’est venu." in told


def test_records_that_are_announced_and_never_come_are_told(live: Live) -> None:
    today = timezone.localdate()
    api = BoampApi([boamp_record("26-1", today)])

    def short(request: Request) -> Reply:
        found = [] if request.query["offset"] != "0" else api.records
        return as_json({"total_count": 40, "results": found})

    live(boamp=short)
    told = run("--source", "boamp", "--since", f"{today}")["BOAMP"]
    assert "annoncés : 40 ; reçus : 1" in told
    assert "> La source annonce plus qu’elle n’a donné." in told


@pytest.mark.parametrize("name", ["boamp", "decp"])
def test_the_samples_of_each_source_have_the_shape_we_expect(name: str) -> None:
    """Those kept beside the code were written from the documentation; so was the shape."""
    import json

    records = {
        "boamp": lambda: sample("boamp/samples/records.json")["results"],
        "decp": lambda: sample("decp/samples/decp-2026-11.json")["marches"]["marche"],
    }[name]()
    seen = ShapeCheck({"boamp": shape.BOAMP, "decp": shape.DECP}[name])
    for one in records:
        seen.look(json.dumps(one).encode())
    assert seen.records == len(records)
    assert not seen.new
    assert not seen.absent


def test_a_concession_has_the_same_fields_under_its_own_names() -> None:
    content = b'{"id": "1", "autoriteConcedante": {}, "concessionnaires": [], "valeurGlobale": 1}'
    seen = ShapeCheck(shape.DECP)
    seen.look(content)
    assert not {"acheteur", "titulaires", "montant"} & seen.absent.keys()


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"<a", b'{"donnees": "{"}', b"\xff"])
@pytest.mark.parametrize("known", [shape.BOAMP, shape.TED, shape.DECP])
def test_what_cannot_be_looked_at_stops_nothing(known: shape.RecordShape, content: bytes) -> None:
    ShapeCheck(known).look(content)


def test_a_ted_notice_of_before_2023_is_told_as_new() -> None:
    seen = ShapeCheck(shape.TED)
    seen.look(ted_xml("1-2026"))
    assert (seen.absent, seen.new) == ({}, {})
    seen.look(b"<TED_EXPORT><FORM_SECTION/></TED_EXPORT>")
    assert "TED_EXPORT" in seen.new
