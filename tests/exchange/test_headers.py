"""What columns mean, by their headers and by their contents."""

from pathlib import Path

import pytest

from custdesk import i18n
from custdesk.errors import CustdeskError
from custdesk.exchange.fields import Field, Kind
from custdesk.exchange.headers import guess_kind, guess_mapping, is_known, phone_label
from custdesk.exchange.sheet import read_table
from custdesk.exchange.table import Row

DATA = Path(__file__).parents[1] / "data"


def mapping(headers: list[str], *rows: list[str]) -> dict[str, str]:
    table = [Row(i, [*cells]) for i, cells in enumerate(rows, 2)]
    return guess_mapping(headers, table).by_header()


def of_format(name: str) -> dict[str, list[str]]:
    """The mapping of an export's header row: field to headers, without what is kept or left out."""
    table = read_table(DATA / "formats" / f"{name}.csv")
    guessed = guess_mapping(table.headers, table.rows)
    assert guessed.kind is Kind.CUSTOMERS
    return {
        str(field): [column.header for column in guessed.of(field)]
        for field in Field
        if guessed.of(field) and field not in (Field.KEEP_IN_NOTES, Field.IGNORE)
    }


def test_google_contacts() -> None:
    assert of_format("google_new") == {
        "family_name": ["Last Name"],
        "given_name": ["First Name"],
        "middle_name": ["Middle Name"],
        "phone": ["Phone 1 - Value", "Phone 2 - Value"],
        "email": ["E-mail 1 - Value", "E-mail 2 - Value"],
        "birthday": ["Birthday"],
        "anniversary": ["Event 1 - Value"],
        "company": ["Organization Name"],
        "title": ["Organization Title"],
        "city": ["Address 1 - City"],
        "province": ["Address 1 - Region"],
        "address": ["Address 1 - Formatted"],
        "tags": ["Labels"],
        "notes": ["Notes"],
    }


def test_older_google_contacts() -> None:
    found = of_format("google_old")
    assert found["name"] == ["Name"]
    assert found["phone"] == ["Phone 1 - Value"]
    assert found["company"] == ["Organization 1 - Name"]
    assert found["tags"] == ["Group Membership"]
    assert found["gender"] == ["Gender"]


@pytest.mark.parametrize("name", ["outlook_en_2013plus", "outlook_com_web_en"])
def test_outlook(name: str) -> None:
    found = of_format(name)
    assert (found["family_name"], found["given_name"]) == (["Last Name"], ["First Name"])
    assert found["title"] == ["Job Title"]
    assert found["company"] == ["Company"]
    assert found["birthday"] == ["Birthday"]
    assert found["email"] == ["E-mail Address", "E-mail 2 Address", "E-mail 3 Address"]
    assert {"Mobile Phone", "Home Phone", "Home Phone 2", "Business Phone"} <= {*found["phone"]}
    assert not {"Business Fax", "Pager", "Assistant's Phone"} & {*found["phone"]}
    assert found["city"] == ["Business City", "Home City", "Other City"]
    assert found["likes"] == ["Hobby"]
    assert found["notes"] == ["Notes"]


def test_chinese_outlook() -> None:
    found = of_format("outlook_zh_cn")
    assert (found["family_name"], found["given_name"]) == (["姓"], ["名"])
    assert found["company"] == ["单位"]
    assert found["title"] == ["职务"]
    assert found["referred_by"] == ["引用者"]
    assert found["notes"] == ["附注"]
    assert found["email"] == ["电子邮件地址", "电子邮件 2 地址", "电子邮件 3 地址"]
    assert {"移动电话", "住宅电话 2", "商务电话"} <= {*found["phone"]}
    assert not {"商务传真", "寻呼机", "助理的电话"} & {*found["phone"]}
    assert "其他地址 - 邮箱" not in found["email"]


def test_wechat() -> None:
    assert of_format("wechatmsg_contacts") == {
        "name": ["Remark", "NickName"],
        "gender": ["gender"],
        "phone": ["telephone"],
        "wechat": ["Alias"],
        "city": ["city"],
        "province": ["province"],
        "tags": ["label"],
    }


def test_zoho() -> None:
    found = of_format("zoho_contacts_observed")
    assert found["phone"] == ["Phone", "Mobile"]
    assert found["title"] == ["Title"]
    assert found["company"] == ["Account Name"]
    assert found["birthday"] == ["Date of Birth"]
    assert found["source"] == ["Lead Source"]
    assert found["email"] == ["Email", "Secondary Email"]
    assert "number" not in found


def test_fxiaoke() -> None:
    assert of_format("fxiaoke_account_labels") == {
        "number": ["客户编号"],
        "name": ["客户名称"],
        "phone": ["电话"],
        "email": ["邮件"],
        "city": ["市"],
        "province": ["省"],
        "address": ["区", "详细地址"],
        "source": ["来源"],
        "notes": ["备注"],
        "grade": ["客户级别"],
        "added_on": ["创建时间"],
        "last_contact": ["最后跟进时间"],
    }


def test_sohu_mail() -> None:
    found = of_format("sohu_mail_addressbook_gb2312")
    assert found["name"] == ["名字"]
    assert found["phone"] == ["移动电话", "商务电话", "住宅电话"]
    assert found["email"] == ["电子邮件地址"]


def test_the_tea_shop() -> None:
    table = read_table(DATA / "tea_shop" / "customers.xlsx")
    assert guess_mapping(table.headers, table.rows).by_header() == {
        "编号": "number", "姓名": "name", "性别": "gender", "手机": "phone", "微信号": "wechat",
        "生日": "birthday", "城市": "city", "地址": "address", "来源": "source", "喜好": "likes",
        "单位": "company", "累计消费": "keep_in_notes", "备注": "notes",
    }  # fmt: skip


def test_the_tea_shop_s_purchases() -> None:
    table = read_table(DATA / "tea_shop" / "purchases.csv")
    guessed = guess_mapping(table.headers, table.rows)
    assert guessed.kind is Kind.PURCHASES
    assert guessed.by_header() == {
        "客户编号": "customer_number", "姓名": "customer_name", "日期": "on", "商品": "product",
        "数量": "quantity", "单价": "unit_price", "金额": "amount", "渠道": "channel",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        (["姓名", "手机", "生日", "累计消费"], Kind.CUSTOMERS),
        (["客户名称", "最后一次成交金额", "等级"], Kind.CUSTOMERS),
        (["会员姓名", "消费日期", "消费金额"], Kind.PURCHASES),
        (["customer_id", "date", "quantity", "amount"], Kind.PURCHASES),
        (["客户", "日期", "沟通内容", "沟通方式"], Kind.INTERACTIONS),
        (["姓名", "跟进时间", "跟进记录"], Kind.INTERACTIONS),
    ],
)
def test_what_the_rows_are(headers: list[str], kind: Kind) -> None:
    assert guess_kind(headers) is kind


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("* 客户姓名", "name"),
        ("手机号（必填）", "phone"),
        ("手机1", "phone"),
        ("联系电话2", "phone"),
        ("客户手机号码", "phone"),
        ("Phone Number:", "phone"),
        ("生日(公历)", "birthday"),
        ("生日（农历）", "lunar_birthday"),
        ("农历生日", "lunar_birthday"),
        ("ＷｅＣｈａｔ　ＩＤ", "wechat"),
        ("推荐人", "referred_by"),
        ("忌口", "taboos"),
        ("会员卡号", "number"),
        ("年龄", "keep_in_notes"),
        ("累计消费", "keep_in_notes"),
        ("身份证号", "keep_in_notes"),
    ],
)
def test_headers_in_other_dress(header: str, field: str) -> None:
    assert mapping(["姓名_", header], ["张三", "x"])[header] == field


def test_empty_columns_and_the_programs_own_are_left_out() -> None:
    assert mapping(["姓名", "城市", "", "序号"], ["张三", "", "", "1"]) == {"姓名": "name"}


def test_contents_tell_where_the_header_does_not() -> None:
    rows = [["张丽华", "13812345678", "a@b.cn", "女"], ["李四", "139 1234 5678", "c@d.com", "男"]]
    guessed = guess_mapping(["A", "B", "C", "D"], [Row(i, [*row]) for i, row in enumerate(rows)])
    assert guessed.by_header() == {"A": "name", "B": "phone", "C": "email", "D": "gender"}


def test_nickname_and_remark_of_a_chinese_chat_list() -> None:
    headers = ["昵称", "备注", "微信号"]
    assert mapping(headers, ["花开", "张丽华", "zlh"]) == {
        "昵称": "name", "备注": "name", "微信号": "wechat"
    }  # fmt: skip
    assert mapping(["姓名", *headers], ["张丽华", "花开", "老客户", "zlh"]) == {
        "姓名": "name", "昵称": "keep_in_notes", "备注": "notes", "微信号": "wechat"
    }  # fmt: skip


def test_the_firm_is_the_name_where_nobody_else_is() -> None:
    assert mapping(["公司名称", "电话"], ["维涛公司", "1"])["公司名称"] == "name"
    assert mapping(["公司名称", "联系人"], ["维涛公司", "张三"])["联系人"] == "name"


def test_phones_have_the_labels_of_their_columns() -> None:
    guessed = guess_mapping(["Name", "Home Phone", "Phone 1 - Value", "Phone 1 - Label"], [])
    home, first = guessed.of(Field.PHONE)
    assert (home.label, home.label_column) == ("home", None)
    assert (first.label, first.label_column) == ("", 3)


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("* Mobile", "mobile"),
        ("手机", "mobile"),
        ("Work", "work"),
        ("家", "home"),
        ("老公", "老公"),
    ],
)
def test_labels_of_phones(typed: str, label: str) -> None:
    assert phone_label(typed) == label


def test_a_written_mapping_wins() -> None:
    guessed = guess_mapping(["姓名", "累计消费"], [Row(2, ["张三", "1"])])
    chosen = guessed.with_choices({"累计消费": "ignore"})
    assert chosen.by_header() == {"姓名": "name"}


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [({"性别": "gender"}, "the column “性别”"), ({"姓名": "nom"}, "“nom”, which is no field")],
)
def test_a_written_mapping_that_does_not_fit(choices: dict[str, str], sentence: str) -> None:
    guessed = guess_mapping(["姓名"], [Row(2, ["张三"])])
    with pytest.raises(CustdeskError, match=sentence):
        guessed.with_choices(choices)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_our_own_words_for_fields_are_known_headers(language: str) -> None:
    i18n.use(language)
    try:
        own = [f for f in Field if f not in (Field.KEEP_IN_NOTES, Field.IGNORE)]
        assert [field for field in own if not is_known(field.label())] == []
        about_people = own[: own.index(Field.CUSTOMER_NUMBER)]
        headers = [field.label() for field in about_people]
        guessed = guess_mapping(headers, [], Kind.CUSTOMERS)
        assert [column.field for column in guessed.columns] == about_people
    finally:
        i18n.use("en")
