"""Workbooks beside .xlsx, and the files of Stata, SAS and old SPSS: the same table in each, and what is wrong is said."""

from __future__ import annotations

import base64
import datetime as dt
import struct
import zipfile
import zlib
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import pandas as pd
import pyreadstat
import pytest

from tests.study.readers.tools import problems_of
from valuelib.errors import Problem, StudyError
from valuelib.study.load import load_study
from valuelib.study.readers import SUFFIXES, read_table
from valuelib.study.scaffold import scaffold_study

ROWS: list[list[object]] = [
    ["Asiakas", "Suosittelu", "Pvm", "Koodi", "Kommentti"],
    ["Äyräs Oy", 9, dt.date(2026, 3, 1), "007", "hyvä"],
    ["Beta", None, dt.date(2026, 3, 2), "1001.10", None],
    [1003, 7.5, dt.date(2026, 3, 31), "62.1", "a"],
]


def unpack(text: str) -> bytes:
    return zlib.decompress(base64.b85decode(text))


# Written by xlwt 1.3.0, for which newer programs are no substitute and which is maintained no more: ROWS on a sheet, and a
# hidden sheet.
XLS = (
    "c-rk)O=wd=5dQY%B~8+%O=>H)LJ5LZYYB;hda1ER?Lk_jf`175Y6FI}i6*bbc+lFKqab)vycFueOVx`%)PjNs4?>F`1Vw1IH&23shqlkz$xCc&g$A?`d0*Js"
    "o!On)+1=TnyvYgQ)bPXlX)M8R*f4Ln;8-9Nlw5hn3#vB^S<L57N`{4!g3Cz@>9AwW^SVr~p<M52D0ra0APRh<bPDIunM_3etB5xCK@-x47NJt?DY!$a5_RlX"
    "HPf?9*D$@$ZJ#mS!;<SvTd3`nIEjgHXVWe-j*lxFxUQ0@z+={V&yo;o@k++=l^Y`0){fRxOzSDJiUzd;BcLU1k0zoi$$M~D?$Et~j=%}R6l!R(NATV71K;wy"
    "`nlhdudZBx<Ubb6%l;sD(h@F}-&9m!0LB?1Lpe*qo>XOx8%MRYuJy&!Q9TO}J~(pG5sAfmlC!u#B5<M@X-&tpxR!PUNBWZKn65{A`fNa?zt;{NNG7{uE}8fC"
    "MiaUoqab>jNzJ7F2Q$<t7~Dzyoy+vkP}UaJHL@29219{RkOVun1ws^<8l{VFd42G4<6U&zcz6?55bZ`4mwmhyy)@q0dtcvlbVb6aSu(&^OztAuD8~&0SEU9i"
    "S8@#xokj^XvBp-WgKTv@m+P6<P#ek{BeiB>{}8vi#<h*q&vwS!@TLXj%~Z~QIrO9<`#HRY%A@Vmmug1eg@>_$F2-)sm%kx2i)L~Amc-L=J{RVZ^^s}aZ^xHY"
    "@tVFH=51SrIk>s#W18dS?1%!Vm~)lmY{c0LoJyQ(S{BP#7HnD0)j0Vk*m5Hut?o&MtmfKCn-0^aV4G#8O@;edY*S&Ia+NMCl2gc9<)mWPNn0*c+qT4`ajavR"
    "52IC*j+IMK1`D3pSlexSVq;Ir<wHfO#v|D+9s0kp8nGq{v{YkFEE{VT`B}wsvueSD1q&7|SSWc2enf(wUaI+YcI5sQ@OPa#O7qrdlK&Qmk))qae=7GOL3s+9"
    "qT**Q>>_VVtWYQay-?y9^`1f;UF=7^==i0Fu2?vp6)SrG-WDph|M_D4{Kx(O1cOo}>H"
)
# Written by haven 2.5.1 in R, as nothing for Python writes the format: id a b c, rec 9 NA 7.5 with the label "How likely?", and
# day, three dates.
SAS = (
    "c-rmSze@sP7zgn0se@vJf`dcUAq@=?9!b=c2N?<1q<=uB4w4iEVNTiJ)YeviLvtW4jnQOVdw)O${kZP#ef{;)rBFlB_v7&LeD8f;a5#7$IH2$9;b`+B5x==S"
    "2_tfC94Dt^@dY3S4F<lH7^(_pL0`*TxmB}h7IH=14@PkN#lH4gzHx8%SA~003<xOk@_gDz8yjh7%{c3#RomG=01*)p5fKp)5fKp)5fKs5e-w6pz}<wXW`n~|"
    "+cHloT`iesyMZPaOXe9Rhs-S{Z%37Ly65}kS)ZJUh=_>jC%nJdo^khQ5c*cXyoDqBt^U4O(QYp(xqJN%A<(;?hrL=uM5zbKqinsGOv-O^b%?QH2Fmz=H`y~c"
    "kg4AX*DAnXwTw!siS^xvUaxIe>&+GS`{3N8!`-8v`{Wqs|HtJT^m!f}bwKR%*jDgOp+89zZ$L>@DQ~WBop!QYUVZy~=uPQPP!>C;#N>V6;RH@ZL_|bHMD$yH"
    "0PmfEF#"
)
# An .xlsx of two rows, behind a password by msoffcrypto-tool; what is encrypted was blanked, as no test decrypts it.
PROTECTED = (
    "c-rlk-%b-j6vn^pKic{S5Jap9jrSl$(3lV+iX<jtj2PoBsRbHCX|}x~M&qmW5qtwLy;C2+L?6Vi-`SmQ)|SSdRU^dn+kBnw%(ma0IcI0vPans>cHWh~p^r7B"
    "(e(<*Mfw~n6`qU*=c2CXd11GwoGQLklD{-_mod4NoR3g>b6#Y7hB`}~qs~*KK?z`-x?rwTP9Nd@n>KCI{7+Dm)J1BFx<pM=m#GqUg_@zRQnS>Y*360E2@ZL*"
    "QO12V*t$4^4O7VW_Wa_IYu<l;)9t+d;)HD$rnrc>R(;nd-D`M($Jk-dOTO;${8wD#6Db-`9RGsYPXuE*Y|yDqZF2_VTtmwu{%Jk|L+?z?_@iUb=;zY0&MY)w"
    "&lpmUZT!;r(2Na6zs0s0+rLDA**mi4*&oMWenT{e`aj@0>~b~YF$2esf5gwF{rYeFH7{$w*H?={Mh55iGs_9qU+UzJ8GA~<9s0EVm|Yy$$KR{J{9lNFaDM&q"
    "JH7Y|3H)=s-(7kg(8YG|f&c8WUw^694>)fB31YU%z%2b!=6A5o{?p0gM6gP2G485g1ubfq>#%@({z^#Y*V)P*wQ%fC8U6=w68h)OXZIuDQI7FkSo#C^Zq$D%"
    ";l1$Od|vj`SJ>on8|%2ic9F01Siwzx*CyXB^IgU7yUUqva70Ge*<aymSJ<<NTbzen_Zp8Z@)CEh!*Z4Rjrz&(kiD#|D2k%|YgVt<8ddkG*{&Zp){0ORMNt$*"
    "Q4~c{6h%=K<$vV|iC7qX"
)


def write_xls(path: Path) -> None:
    path.write_bytes(unpack(XLS))


def write_xlsm(path: Path) -> None:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.save(path)


def write_ods(path: Path, *, entry: str = "") -> None:
    """An OpenDocument sheet; `entry` stands in the manifest about the contents."""

    def cell(value: object) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, dt.date):
            return f'<table:table-cell office:value-type="date" office:date-value="{value}"><text:p>x</text:p></table:table-cell>'
        if isinstance(value, str):
            return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
        return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'

    name = "urn:oasis:names:tc:opendocument:xmlns"
    rows = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in ROWS)
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{name}:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="content.xml">{entry}</manifest:file-entry></manifest:manifest>',
        )
        book.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{name}:office:1.0" xmlns:table="{name}:table:1.0" '
            f'xmlns:text="{name}:text:1.0">'
            f'<office:body><office:spreadsheet><table:table table:name="Vastaukset">{rows}'
            '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row></table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )


def write_xlsb(path: Path) -> None:
    """The records of the binary format that hold a sheet's cells; dates are day numbers under the second style."""

    def record(kind: int, data: bytes = b"") -> bytes:
        code = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
        assert len(data) < 128
        return code + bytes([len(data)]) + data

    def text(value: str) -> bytes:
        return struct.pack("<I", len(value)) + value.encode("utf-16-le")

    cells = b""
    for place, row in enumerate(ROWS):
        cells += record(0, struct.pack("<I", place) + bytes(13))
        for column, value in enumerate(row):
            where = struct.pack("<II", column, 1 if isinstance(value, dt.date) else 0)
            if isinstance(value, str):
                cells += record(6, where + text(value))
            elif isinstance(value, dt.date):
                cells += record(5, where + struct.pack("<d", (value - dt.date(1899, 12, 30)).days))
            elif isinstance(value, int | float):
                cells += record(5, where + struct.pack("<d", value))
    size = record(148, struct.pack("<IIII", 0, len(ROWS) - 1, 0, len(ROWS[0]) - 1))
    formats = b"".join(record(47, struct.pack("<HH", 0, number) + bytes(12)) for number in (0, 14))
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="{relations}">'
            f'<Relationship Id="rId1" Type="{kind}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>',
        )
        sheet = record(156, struct.pack("<II", 0, 1) + text("rId1") + text("Vastaukset"))
        book.writestr("xl/workbook.bin", record(131) + record(143) + sheet + record(144) + record(132))
        book.writestr("xl/styles.bin", record(278) + record(617, struct.pack("<I", 2)) + formats + record(618) + record(279))
        book.writestr("xl/worksheets/sheet1.bin", record(129) + size + record(145) + cells + record(146) + record(130))


WRITERS = {".xls": write_xls, ".xlsm": write_xlsm, ".xlsb": write_xlsb, ".ods": write_ods, ".xlsx": write_xlsm}


@pytest.mark.parametrize("suffix", WRITERS)
def test_the_same_table_in_every_workbook(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"answers{suffix}"
    WRITERS[suffix](path)
    table = read_table(path, name=path.name, names={"Asiakas", "Koodi"})
    assert table.frame.astype(object).where(table.frame.notna(), None).to_dict("list") == {
        "Asiakas": ["Äyräs Oy", "Beta", "1003"],
        "Suosittelu": [9.0, None, 7.5],
        "Pvm": ["2026-03-01", "2026-03-02", "2026-03-31"],
        "Koodi": ["007", "1001.10", "62.1"],
        "Kommentti": ["hyvä", None, "a"],
    }
    assert (list(table.rows), table.assumed) == ([2, 3, 4], ())


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("given", [".xls", ".xlsx"])
def test_what_is_stored_counts_and_not_the_ending(tmp_path: Path, suffix: str, given: str) -> None:
    path = tmp_path / f"answers{given}"
    WRITERS[suffix](path)
    assert read_table(path, name=path.name).frame.shape == (3, 5)


def test_a_sheet_of_an_old_workbook(tmp_path: Path) -> None:
    path = tmp_path / "answers.xls"
    write_xls(path)
    assert "'Vastaukset', 'Piilo'" in refused(path, sheet="Muu").expected
    assert "no answers" in refused(path, sheet="Piilo").what


def refused(path: Path, **options: str) -> Problem:
    with pytest.raises(StudyError) as caught:
        read_table(path, name=path.name, **options)
    (problem,) = problems_of(caught)
    return problem


@pytest.mark.parametrize("suffix", [".xls", ".xlsx", ".xlsb", ".ods"])
def test_a_workbook_behind_a_password_says_so(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"answers{suffix}"
    if suffix == ".ods":
        write_ods(path, entry='<manifest:encryption-data manifest:checksum="x"/>')
    elif suffix == ".xls":  # FILEPASS where another record stands after the first
        stored = unpack(XLS)
        first = stored.index(b"\x09\x08\x10\x00") + 20
        path.write_bytes(stored[:first] + b"\x2f\x00" + stored[first + 2 :])
    else:
        path.write_bytes(unpack(PROTECTED))
    problem = refused(path)
    assert (problem.what, problem.where) == ("The workbook is protected by a password.", path.name)
    assert "save it as .xlsx without a password" in problem.next_step


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_damaged_workbook_says_so(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"answers{suffix}"
    WRITERS[suffix](path)
    whole = path.read_bytes()
    for broken in (whole[: len(whole) // 2], b"\x00" * 600, b"no workbook"):
        path.write_bytes(broken)
        assert "damaged" in refused(path).what
    path.write_bytes(b"")
    assert refused(path).what == "The file is empty."


def test_packed_cells_that_do_not_unpack(tmp_path: Path) -> None:
    path = tmp_path / "answers.xlsx"
    write_xlsm(path)
    with zipfile.ZipFile(path) as book:
        place = book.getinfo("xl/worksheets/sheet1.xml").header_offset + 30 + len("xl/worksheets/sheet1.xml")
    stored = bytearray(path.read_bytes())
    stored[place : place + 40] = b"\xff" * 40
    path.write_bytes(stored)
    assert "damaged" in refused(path).what


@pytest.mark.parametrize("head", [b"", b"\xef\xbb\xbf"])
def test_a_web_page_named_like_a_workbook(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "export.xls"
    path.write_bytes(head + b"<html><table><tr><td>a</td></tr></table></html>")
    assert "web page" in refused(path).what


# Programs for statistics.

FRAME = pd.DataFrame(
    {
        "q1": [1.0, 2.0, None],
        "w": [0.5, 1.5, 1.0],
        "code": ["007", "62.10", "x"],
        "day": [dt.date(2026, 3, 1), dt.date(2026, 3, 2), dt.date(2026, 3, 31)],
    }
)
LABELS = ["How likely?", "", "", ""]


def check_answers(path: Path) -> None:
    table = read_table(path, name=path.name, names={"code", "CODE"})
    frame = table.frame.rename(columns=str.lower)
    assert frame["q1"].isna().tolist() == [False, False, True]
    assert (str(frame["q1"].dtype), str(frame["w"].dtype)) == ("Int64", "float64")
    assert frame["code"].tolist() == ["007", "62.10", "x"]
    assert frame["day"].tolist() == ["2026-03-01", "2026-03-02", "2026-03-31"]
    assert [label for name, label in table.labels.items() if name.lower() == "q1"] == ["How likely?"]
    assert (table.first_row, table.assumed) == (1, ())


def test_stata_keeps_codes_and_labels(tmp_path: Path) -> None:
    path = tmp_path / "answers.dta"
    pyreadstat.write_dta(FRAME, path, column_labels=LABELS, variable_value_labels={"q1": {1: "Huono", 2: "Hyvä"}})
    check_answers(path)
    assert read_table(path, name=path.name).value_labels == {"q1": {1: "Huono", 2: "Hyvä"}}


def test_what_stata_declares_missing_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "answers.dta"
    frame = pd.DataFrame({"q": pd.Series([7, "a", 9], dtype=object)})
    pyreadstat.write_dta(frame, path, missing_user_values={"q": ["a"]})
    assert read_table(path, name=path.name).frame["q"].isna().tolist() == [False, True, False]


@pytest.mark.parametrize(("name", "version"), [("answers.xpt", 8), ("ANSWERS.XPT", 5)])
def test_transport_files_of_sas(tmp_path: Path, name: str, version: int) -> None:
    pyreadstat.write_xport(FRAME, tmp_path / name, column_labels=LABELS, file_format_version=version)
    check_answers(tmp_path / name)


def test_portable_files_of_spss(tmp_path: Path) -> None:
    path = tmp_path / "answers.por"
    pyreadstat.write_por(FRAME, path, column_labels=LABELS)
    check_answers(path)


def test_data_sets_of_sas(tmp_path: Path) -> None:
    path = tmp_path / "answers.sas7bdat"
    path.write_bytes(unpack(SAS))
    table = read_table(path, name=path.name)
    assert table.frame["rec"].isna().tolist() == [False, True, False]
    assert table.frame["day"].tolist() == ["2026-03-01", "2026-03-02", "2026-03-31"]
    assert (dict(table.labels), table.frame["id"].tolist()) == ({"rec": "How likely?"}, ["a", "b", "c"])


@pytest.mark.parametrize(
    ("suffix", "program"), [(".dta", "Stata"), (".por", "SPSS"), (".xpt", "SAS"), (".sas7bdat", "SAS"), (".zsav", "SPSS")]
)
def test_damaged_files_name_their_program(tmp_path: Path, suffix: str, program: str) -> None:
    path = tmp_path / f"answers{suffix}"
    path.write_bytes(b"cut off")
    problem = refused(path)
    assert program in problem.what
    assert suffix in problem.expected


# Everywhere a file is named.


@pytest.mark.parametrize("suffix", [".xls", ".ods", ".xlsb", ".xlsm"])
def test_a_study_of_each_workbook(tmp_path: Path, suffix: str) -> None:
    export = tmp_path / f"export{suffix}"
    WRITERS[suffix](export)
    folder = scaffold_study("acme", export, tmp_path / "acme")
    assert (folder / export.name).read_bytes() == export.read_bytes()
    (folder / "study.yaml").write_text(
        f"study: acme\nclient: Acme\nresponses: {{file: {export.name}}}\ncolumns: {{account: Asiakas}}\n"
        "outcomes: {recommend: {column: Suosittelu, scale: [0, 10]}}\n",
        encoding="utf-8",
    )
    assert sorted(load_study(folder).data["account"]) == ["1003", "Beta", "Äyräs Oy"]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://docs.google.com/spreadsheets/d/1aB/edit#gid=0", "File > Download > Microsoft Excel (.xlsx)"),
        ("http://example.com/answers.csv", "download the answers as .xlsx or .csv"),
    ],
)
def test_a_web_address_says_how_to_get_the_file(tmp_path: Path, address: str, told: str) -> None:
    with pytest.raises(StudyError) as new:
        scaffold_study("acme", Path(address), tmp_path / "acme")
    (tmp_path / "study.yaml").write_text(
        f'study: a\nclient: A\nresponses: {{file: "{address}"}}\noutcomes: {{recommend: {{column: Q}}}}\n', encoding="utf-8"
    )
    with pytest.raises(StudyError) as loaded:
        load_study(tmp_path)
    for caught, where in ((new, "--from"), (loaded, "study.yaml, `responses.file`")):
        (problem,) = problems_of(caught)
        assert told in problem.next_step
        assert problem.where == where


@pytest.mark.parametrize(
    ("name", "told"),
    [("a.rds", "haven::write_sav"), ("a.zip", "Unpack"), ("a.html", "save it as .xlsx"), ("a.json", "Export or save")],
)
def test_endings_that_are_not_read_tell_those_that_are(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    problem = refused(tmp_path / name)
    assert told in problem.next_step
    assert all(suffix in problem.expected for suffix in SUFFIXES)
