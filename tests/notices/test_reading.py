"""Files, folders, archives: everything comes out as a notice or as one error."""

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest

from cordee.notices import reading
from cordee.notices.notice import Notice, NoticeError
from cordee.notices.reading import read, read_bytes
from tests.notices.conftest import SAMPLES


def archive_of(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def only_error(content: bytes) -> NoticeError:
    (error,) = read_bytes(content, "fichier")
    assert isinstance(error, NoticeError)
    return error


TED = (SAMPLES / "ted_r209.xml").read_bytes()
NEED = (SAMPLES / "private_need.json").read_bytes()


def test_a_broken_file_never_stops_the_others(tmp_path: Path) -> None:
    """In a folder with an archive inside, each broken document is one error, named."""
    (tmp_path / "a.txt").write_bytes(TED)
    (tmp_path / "b.xml").write_bytes(TED[:500])
    (tmp_path / "c.bin").write_bytes(archive_of(one=NEED, two=b"<p/>", three=TED))
    (tmp_path / ".caché").write_bytes(b"secret")
    found = list(read(tmp_path))
    assert [type(item) for item in found] == [Notice, NoticeError, Notice, Notice, NoticeError]
    errors = [item for item in found if isinstance(item, NoticeError)]
    assert "b.xml" in errors[0].place
    assert errors[1].place.endswith("c.bin!two")


def test_one_member_of_an_archive(tmp_path: Path) -> None:
    """`archive.zip!member` is accepted wherever a file is."""
    path = tmp_path / "avis.zip"
    path.write_bytes(archive_of(un=TED, deux=NEED))
    (notice,) = read(f"{path}!un")
    assert isinstance(notice, Notice)
    assert notice.id == "000001-2022"
    (error,) = read(f"{path}!trois")
    assert isinstance(error, NoticeError)
    assert "deux" in error.cure


def test_lines_are_read_one_by_one_compressed_or_not() -> None:
    """JSON lines: a broken line is an error with its number, the next ones are read."""
    line = json.dumps(json.loads(NEED)).encode()
    lines = line + b"\n" + b'{"format": \n' + b"\n" + line + b"\n"
    for content in (
        lines.replace(b'{"format": \n', b'{"a": }\n'),
        gzip.compress(line + b"\n" + line),
    ):
        found = list(read_bytes(content, "avis.jsonl"))
        assert isinstance(found[0], Notice)
        assert isinstance(found[-1], Notice)
    (first, broken, last) = read_bytes(line + b"\n{]\n\n" + line, "avis.jsonl")
    assert isinstance(first, Notice)
    assert isinstance(last, Notice)
    assert isinstance(broken, NoticeError)
    assert broken.place.startswith("avis.jsonl, ligne 2")


def test_a_file_of_other_json_is_one_error() -> None:
    """The first record tells what a file is: foreign records make one error."""
    foreign = json.dumps([{"a": 1}] * 1000).encode()
    assert "pas un avis connu" in only_error(foreign).reason
    assert "pas un avis connu" in only_error(b'{"a": 1}\n' * 1000).reason


def test_other_answers_of_the_api() -> None:
    """A list, `results`, and the two older wrappings hold the same record."""
    record = json.loads((SAMPLES / "boamp_legacy.json").read_bytes())
    for value in ([record], {"results": [record]}, {"records": [{"record": {"fields": record}}]}):
        (notice,) = read_bytes(json.dumps(value).encode(), "réponse")
        assert isinstance(notice, Notice)
        assert notice.id == "21-10003"


ATTACKS = {
    "doctype": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    "external": b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    "deep xml": b"<a>" * 5000,
    "deep json": b"[" * 100_000,
    "deep closed json": b'{"donnees":' * 300 + b"1" + b"}" * 300,
    "many elements": b"<a>" + b"<b/>" * 200_010 + b"</a>",
    "odd encoding": b'<?xml version="1.0" encoding="klingon"?><a/>',
    "multibyte encoding": b'<?xml version="1.0" encoding="utf-7"?><a/>',
    "utf-16": "<a/>".encode("utf-16"),
    "empty": b"",
    "empty list": b"[]",
    "empty archive": archive_of(),
    "blank": b" \n\t ",
    "binary": bytes(range(256)) * 10,
    "huge number": b'{"format": "cordee-private-need/1", "id": ' + b"9" * 10_000 + b"}",
    "infinity": b'{"format": "cordee-private-need/1", "amount_euros": Infinity}',
    "cut archive": archive_of(un=TED)[:200],
    "cut gzip": gzip.compress(TED)[:100],
    "archive in archives": archive_of(un=archive_of(deux=archive_of(trois=TED))),
    "no form": b'<TED_EXPORT DOC_ID="1"/>',
    "record without number": b'{"donnees": {}}',
    "eforms without project": b"<ContractNotice/>",
}


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks_and_accidents_are_one_error(name: str) -> None:
    """Reason and cure are given; nothing else is raised."""
    error = only_error(ATTACKS[name])
    assert error.reason
    assert error.cure


def test_doctype_is_refused_as_such() -> None:
    """The reason says why, so that nobody looks for another fault."""
    assert "DOCTYPE" in only_error(ATTACKS["doctype"]).reason


def test_a_bomb_is_not_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading stops at the limit, in an archive and in gzip alike."""
    monkeypatch.setattr(reading, "MAX_DOCUMENT_BYTES", 1_000_000)
    zeros = b"<a>" + b" " * 5_000_000
    assert "Mo" in only_error(archive_of(un=zeros)).reason
    assert "Mo" in only_error(gzip.compress(zeros)).reason
    assert "Mo" in only_error(b'{"a": [' + b"1," * 3_000_000).reason
    assert "trop long" in only_error(b'[{"a": [' + b"1," * 3_000_000).reason


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    """Nothing to read is told too."""
    (error,) = read(tmp_path)
    assert isinstance(error, NoticeError)


def test_a_missing_file_is_an_error() -> None:
    """A path that does not exist is told, not raised."""
    for path in ("nulle-part.xml", "nulle-part.zip!membre", "a\0b", ""):
        (error,) = read(path)
        assert isinstance(error, NoticeError)
