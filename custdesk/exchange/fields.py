"""What a column of an import file can mean, and the headers by which each meaning is known."""

from enum import StrEnum

from custdesk.i18n import N_, _, pgettext


class Kind(StrEnum):
    """What the rows of a file are."""

    CUSTOMERS = "customers"
    PURCHASES = "purchases"
    INTERACTIONS = "interactions"


class Field(StrEnum):
    """What a column says about a customer or, from CUSTOMER_NUMBER on, a purchase or a talk."""

    NUMBER = "number"
    NAME = "name"
    FAMILY_NAME = "family_name"
    GIVEN_NAME = "given_name"
    MIDDLE_NAME = "middle_name"
    CALLED = "called"
    KIND = "kind"
    GENDER = "gender"
    PHONE = "phone"
    WECHAT = "wechat"
    EMAIL = "email"
    BIRTHDAY = "birthday"
    LUNAR_BIRTHDAY = "lunar_birthday"
    ANNIVERSARY = "anniversary"
    MEMBERSHIP_ENDS = "membership_ends"
    INSURANCE_ENDS = "insurance_ends"
    CONTRACT_ENDS = "contract_ends"
    DATES = "dates"
    COMPANY = "company"
    TITLE = "title"
    CITY = "city"
    PROVINCE = "province"
    ADDRESS = "address"
    SOURCE = "source"
    REFERRED_BY = "referred_by"
    TAGS = "tags"
    LIKES = "likes"
    TABOOS = "taboos"
    NOTES = "notes"
    GRADE = "grade"
    POTENTIAL = "potential"
    PREFERRED_CHANNEL = "preferred_channel"
    QUIET_HOURS = "quiet_hours"
    PRIVATE_SIGN = "private_sign"
    DO_NOT_CONTACT = "do_not_contact"
    CONSENTED_ON = "consented_on"
    ADDED_ON = "added_on"
    LAST_CONTACT = "last_contact"
    CUSTOMER_NUMBER = "customer_number"
    CUSTOMER_NAME = "customer_name"
    CUSTOMER_PHONE = "customer_phone"
    ON = "on"
    PRODUCT = "product"
    CATEGORY = "category"
    QUANTITY = "quantity"
    UNIT_PRICE = "unit_price"
    AMOUNT = "amount"
    CHANNEL = "channel"
    ORDER_NUMBER = "order_number"
    OUTCOME = "outcome"
    KEEP_IN_NOTES = "keep_in_notes"
    IGNORE = "ignore"

    def label(self) -> str:
        """The field's name in the user's language."""
        if self is Field.ON:
            return pgettext("of a purchase or a talk", "Date")
        return _(_LABELS[self])


_LABELS = {
    Field.NUMBER: N_("Number"),
    Field.NAME: N_("Name"),
    Field.FAMILY_NAME: N_("Family name"),
    Field.GIVEN_NAME: N_("Given name"),
    Field.MIDDLE_NAME: N_("Middle name"),
    Field.CALLED: N_("Called"),
    Field.KIND: N_("Person or company"),
    Field.GENDER: N_("Gender"),
    Field.PHONE: N_("Phone"),
    Field.WECHAT: N_("WeChat"),
    Field.EMAIL: N_("E-mail"),
    Field.BIRTHDAY: N_("Birthday"),
    Field.LUNAR_BIRTHDAY: N_("Lunar birthday"),
    Field.ANNIVERSARY: N_("Anniversary"),
    Field.MEMBERSHIP_ENDS: N_("Membership ends on"),
    Field.INSURANCE_ENDS: N_("Insurance ends on"),
    Field.CONTRACT_ENDS: N_("Contract ends on"),
    Field.DATES: N_("Important dates"),
    Field.COMPANY: N_("Company"),
    Field.TITLE: N_("Title"),
    Field.CITY: N_("City"),
    Field.PROVINCE: N_("Province"),
    Field.ADDRESS: N_("Address"),
    Field.SOURCE: N_("Source"),
    Field.REFERRED_BY: N_("Referred by"),
    Field.TAGS: N_("Tags"),
    Field.LIKES: N_("Likes"),
    Field.TABOOS: N_("Taboos"),
    Field.NOTES: N_("Notes"),
    Field.GRADE: N_("Grade"),
    Field.POTENTIAL: N_("Potential value"),
    Field.PREFERRED_CHANNEL: N_("Preferred channel"),
    Field.QUIET_HOURS: N_("Quiet hours"),
    Field.PRIVATE_SIGN: N_("Private-sign client"),
    Field.DO_NOT_CONTACT: N_("Do not contact"),
    Field.CONSENTED_ON: N_("Consent given on"),
    Field.ADDED_ON: N_("Added on"),
    Field.LAST_CONTACT: N_("Last contact"),
    Field.CUSTOMER_NUMBER: N_("Customer number"),
    Field.CUSTOMER_NAME: N_("Customer name"),
    Field.CUSTOMER_PHONE: N_("Customer phone"),
    Field.PRODUCT: N_("Product"),
    Field.CATEGORY: N_("Category"),
    Field.QUANTITY: N_("Quantity"),
    Field.UNIT_PRICE: N_("Unit price"),
    Field.AMOUNT: N_("Amount"),
    Field.CHANNEL: N_("Channel"),
    Field.ORDER_NUMBER: N_("Order number"),
    Field.OUTCOME: N_("Outcome"),
    Field.KEEP_IN_NOTES: N_("Keep in notes"),
    Field.IGNORE: N_("Leave out"),
}

# The words below are headers as `headers.key` makes them: lower case, without spaces and signs,
# "#" for a number. The field's own value (family_name) is always one of its words.

CUSTOMER_WORDS = {
    Field.NUMBER: (
        "编号 编码 代码 会员号 会员编号 会员卡号 会员卡 卡号 档案号 id no number code memberno"
        " membernumber accountnumber customerno"
    ),
    Field.NAME: (
        "姓名 名字 名称 客户 客户姓名 客户名称 客户名 会员姓名 会员名称 顾客姓名 姓名全称 全名"
        " 备注名 备注名称 名称姓名 name fullname displayname customer customername clientname"
        " client"
    ),
    Field.FAMILY_NAME: "姓 姓氏 lastname surname familyname",
    Field.GIVEN_NAME: "名 firstname givenname forename",
    Field.MIDDLE_NAME: "中间名 middlename additionalname",
    Field.CALLED: "称呼 客户称呼 怎么称呼 平时称呼 called calledas addressas formofaddress",
    Field.KIND: "个人企业 个人或公司 客户性质 性质 personorcompany",
    Field.GENDER: "性别 男女 gender sex",
    Field.PHONE: (
        "电话 手机 手机号 手机号码 电话号码 联系电话 联系方式 联系手机 号码 常用电话 备用电话"
        " 备用手机 其他电话 主要电话 本人电话 电话手机 手机电话 手机固话 tel telephone"
        " telephonenumber phone phone#value phonenumber phoneno contactnumber contactno"
        " primaryphone otherphone carphone radiophone 车载电话 无绳电话"
    ),
    Field.WECHAT: (
        "微信 微信号 微信id 微信账号 微信帐号 微信号码 wechat wechatid weixin wx wxid vx"
    ),
    Field.EMAIL: (
        "邮箱 电子邮箱 邮件 电子邮件 邮箱地址 邮件地址 电子邮件地址 电子邮件#地址 email mail"
        " emailaddress email#value email#address primaryemail secondaryemail"
    ),
    Field.BIRTHDAY: (
        "生日 出生日期 出生年月 出生年月日 出生日 出生 阳历生日 公历生日 新历生日 生日公历"
        " 生日阳历 birthday birthdate dateofbirth dob bday"
    ),
    Field.LUNAR_BIRTHDAY: "农历生日 阴历生日 旧历生日 生日农历 生日阴历 农历 lunarbirthday",
    Field.ANNIVERSARY: (
        "纪念日 结婚纪念日 结婚日期 结婚日 婚期 周年纪念日 周年 event#value event#日期 anniversary"
        " weddinganniversary weddingdate weddingday wedding"
    ),
    Field.MEMBERSHIP_ENDS: (
        "会员到期 会员到期日 会员到期日期 会员到期时间 会员有效期 会员有效期至 会员截止日期"
        " 会员卡到期 会员卡到期日 会员卡有效期 卡到期日 卡到期日期 卡有效期 卡有效期至 到期 到期日"
        " 到期日期 到期时间 有效期 有效期至 有效日期 有效期限 有效截止日期 截止日期 过期时间"
        " 过期日期 失效日期 失效时间 membershipends membershipendson membershipexpires"
        " membershipexpiry membershipexpirydate membershipexpirationdate membershipenddate"
        " memberuntil expires expireson expiry expirydate expirationdate expiration validuntil"
        " validthrough"
    ),
    Field.INSURANCE_ENDS: (
        "保险到期 保险到期日 保险到期日期 保险到期时间 保险截止日期 保险终止日期 保险止期"
        " 保单到期 保单到期日 保单到期日期 保单终止日期 保单止期 车险到期 车险到期日 车险到期日期"
        " 交强险到期 交强险到期日 商业险到期 商业险到期日 续保日 续保日期 续保时间 insuranceends"
        " insuranceendson insuranceexpiry insuranceexpirydate insurancerenewal insurancerenewaldate"
        " policyends policyexpiry policyexpirydate policyenddate policyrenewaldate renewaldate"
    ),
    Field.CONTRACT_ENDS: (
        "合同到期 合同到期日 合同到期日期 合同到期时间 合同截止日期 合同终止日期 合同结束日期"
        " 合同有效期 合同有效期至 协议到期 协议到期日 租约到期 contractends contractendson"
        " contractexpiry contractexpirydate contractenddate contractrenewaldate"
    ),
    Field.DATES: "重要日期 重要日子 importantdates dates keydates",
    Field.COMPANY: (
        "公司 单位 公司名称 单位名称 工作单位 企业 企业名称 任职公司 就职单位 公司单位 company"
        " companyname organization organizationname organization#name accountname employer"
    ),
    Field.TITLE: (
        "职务 职位 职称 头衔 岗位 jobtitle title position role organizationtitle organization#title"
    ),
    Field.CITY: (
        "城市 市 所在城市 所在市 地市 city town address#city mailingcity homecity businesscity"
        " othercity 商务地址市县 住宅地址市县 其他地址市县"
    ),
    Field.PROVINCE: (
        "省 省份 所在省 所在省份 省市 province state address#region mailingstate homestate"
        " businessstate otherstate 商务地址省市自治区 住宅地址省市自治区 其他地址省市自治区"
    ),
    Field.ADDRESS: (
        "地址 住址 家庭地址 家庭住址 联系地址 通讯地址 通信地址 详细地址 收货地址 居住地址"
        " 现住址 小区 区 区县 县区 街道 门牌号 address addressline# street streetaddress"
        " address#formatted"
    ),
    Field.SOURCE: ("来源 来源渠道 获客渠道 获客方式 渠道 渠道来源 客源 认识途径 source leadsource"),
    Field.REFERRED_BY: (
        "介绍人 推荐人 转介绍人 转介绍 引荐人 引用者 referredby referrer referral introducedby"
    ),
    Field.TAGS: (
        "标签 分组 群组 类别 标记 tag tags label labels category categories group groups"
        " groupmembership"
    ),
    Field.LIKES: (
        "喜好 爱好 兴趣 兴趣爱好 喜好偏好 偏好 口味 业余爱好 hobby hobbies interest interests"
        " likes preference preferences"
    ),
    Field.TABOOS: (
        "忌讳 禁忌 忌口 过敏 过敏史 不喜欢 taboo taboos allergy allergies dislikes avoid"
    ),
    Field.NOTES: (
        "备注 附注 说明 备注信息 描述 备注说明 其他备注 情况说明 note notes remark remarks"
        " comment comments description memo"
    ),
    Field.GRADE: ("等级 级别 会员等级 会员级别 vip等级 星级 手动等级 grade level tier gradebyhand"),
    Field.POTENTIAL: "潜在价值 潜力 价值 potential potentialvalue",
    Field.PREFERRED_CHANNEL: (
        "偏好渠道 首选渠道 偏好联系方式 首选联系方式 preferredchannel preferredcontactmethod"
    ),
    Field.QUIET_HOURS: (
        "免打扰时间 免打扰时段 勿扰时间 勿扰时段 休息时间 不便联系时间 不方便时间 不方便联系时间"
        " quiethours quiettime donotcallbetween"
    ),
    Field.PRIVATE_SIGN: "私签客户 私签 privatesign privatesignclient",
    Field.DO_NOT_CONTACT: "请勿联系 不要联系 拒绝联系 勿扰 免打扰 donotcontact",
    Field.CONSENTED_ON: (
        "同意日期 同意时间 同意书日期 授权日期 授权同意日期 知情同意日期 consentedon consentdate"
        " consentgivenon dateofconsent gdprconsentdate"
    ),
    Field.ADDED_ON: (
        "登记日期 登记时间 建档日期 建档时间 创建时间 创建日期 注册时间 注册日期 入会日期"
        " 入会时间 加入日期 加入时间 录入日期 录入时间 添加日期 添加时间 开卡日期 办卡日期"
        " addedon dateadded created createdtime createdat createdon datecreated registered"
        " joined membersince"
    ),
    Field.LAST_CONTACT: (
        "最后联系 最近联系 上次联系 最后联系时间 最近联系时间 上次联系时间 最后联系日期"
        " 最近联系日期 上次联系日期 最后跟进时间 最近跟进时间 上次跟进时间 最近回访 上次回访"
        " 最近沟通 lastcontact lastcontacted lastcontactdate lastactivitytime"
    ),
}

PURCHASE_WORDS = {
    Field.CUSTOMER_NUMBER: (
        "编号 客户编号 会员号 会员编号 会员卡号 卡号 顾客编号 客户代码 客户id 会员id 买家id"
        " customerid customerno memberid memberno clientid"
    ),
    Field.CUSTOMER_NAME: (
        "姓名 客户 客户姓名 客户名称 会员 会员姓名 顾客 顾客姓名 买家 买家姓名 收货人 收件人"
        " name customer buyer client"
    ),
    Field.CUSTOMER_PHONE: (
        "手机 手机号 手机号码 电话 电话号码 联系电话 联系方式 客户手机 客户电话 会员手机"
        " 收货人手机 收货人电话 phone mobile tel phonenumber mobilephone"
    ),
    Field.ON: (
        "日期 时间 购买日期 购买时间 消费日期 消费时间 销售日期 交易日期 交易时间 下单时间"
        " 下单日期 成交时间 成交日期 付款时间 支付时间 订单日期 开单日期 订单时间 date day time"
        " purchasedate orderdate purchasedon transactiondate invoicedate saledate datetime"
    ),
    Field.PRODUCT: (
        "商品 商品名称 产品 产品名称 品名 货品 货品名称 项目 项目名称 服务项目 消费项目"
        " 购买商品 购买产品 商品信息 product productname item itemname productid description"
    ),
    Field.CATEGORY: (
        "分类 品类 类别 商品分类 商品类别 产品类别 产品分类 category productcategory type"
    ),
    Field.QUANTITY: "数量 件数 购买数量 销售数量 商品数量 qty quantity count units",
    Field.UNIT_PRICE: "单价 价格 售价 成交价 商品单价 price unitprice",
    Field.AMOUNT: (
        "金额 消费金额 购买金额 销售金额 实付 实付金额 实收 实收金额 应收金额 付款金额 支付金额"
        " 订单金额 小计 合计 总价 总额 总计 总金额 成交金额 交易金额 销售额 amount total"
        " subtotal sum linetotal totalamount totalprice paid sales"
    ),
    Field.CHANNEL: "渠道 销售渠道 购买渠道 购买方式 门店 店铺 平台 channel store shop platform",
    Field.ORDER_NUMBER: (
        "单号 订单号 订单编号 流水号 交易号 销售单号 小票号 ordernumber orderno orderid"
        " invoiceno invoicenumber transactionid"
    ),
    Field.NOTES: "备注 说明 附注 订单备注 备注信息 note notes remark remarks comment comments",
}

INTERACTION_WORDS = {
    Field.CUSTOMER_NUMBER: PURCHASE_WORDS[Field.CUSTOMER_NUMBER],
    Field.CUSTOMER_NAME: PURCHASE_WORDS[Field.CUSTOMER_NAME],
    Field.CUSTOMER_PHONE: PURCHASE_WORDS[Field.CUSTOMER_PHONE],
    Field.ON: (
        "日期 时间 沟通日期 沟通时间 联系日期 联系时间 跟进日期 跟进时间 回访日期 回访时间"
        " 拜访日期 拜访时间 date day time datetime contactdate calldate"
    ),
    Field.CHANNEL: "方式 沟通方式 跟进方式 回访方式 沟通渠道 渠道 channel method",
    Field.OUTCOME: (
        "内容 结果 沟通内容 沟通记录 沟通结果 跟进内容 跟进记录 跟进结果 回访内容 回访记录"
        " 回访结果 联系内容 联系记录 拜访内容 拜访记录 拜访结果 outcome content summary result"
        " callnotes"
    ),
    Field.NOTES: "备注 说明 附注 note notes remark remarks comment comments",
}

ONLY_INTERACTIONS = frozenset(
    word
    for word in INTERACTION_WORDS[Field.OUTCOME].split()
    if len(word) > 2 and not word.isascii()
) | {"outcome", "callnotes"}

PHONE_LABELS = {
    "mobile": (
        "移动电话 手机 手机号 手机号码 mobile mobilephone mobileno mobilenumber cell cellphone"
        " cellular iphone 本人手机"
    ),
    "home": (
        "住宅电话 住宅电话# 家庭电话 家庭电话# 宅电 家电话 homephone homephone# home 住宅 家庭 家"
    ),
    "work": (
        "商务电话 商务电话# 单位电话 公司电话 办公电话 办公室电话 工作电话 单位主要电话"
        " businessphone businessphone# workphone officephone companymainphone work business"
        " office 单位 公司 办公 工作 商务"
    ),
    "other": "其他 other custom voice main primary 主要",
    "landline": "座机 固定电话 固话 座机号 座机号码 landline 固话号码",
    "fax": "传真 workfax homefax otherfax fax",
}
"""Labels of phones, by column header and by the words that address books put in label columns."""

ADDRESS_PARTS = {
    "work": ("business", "商务地址", "公司", "单位"),
    "home": ("home", "住宅地址", "家庭"),
    "other": ("other", "其他地址"),
    "": ("mailing", "address#"),
}
"""By label, what stands before the words of STREETS in address books with several addresses."""

STREETS = "street street# 街道 街道# 所在街道"
POSTCODES = "postalcode postcode zip zipcode 邮政编码 邮编 所在地的邮政编码"
WITHIN_FORMATTED = frozenset({"street", "postalcode", "country", "pobox", "extendedaddress"})
"""Parts of an address that a whole one ("Address 1 - Formatted") repeats."""

WECHAT_EXPORT = {
    "remark": Field.NAME, "nickname": Field.NAME, "alias": Field.WECHAT, "label": Field.TAGS,
    "telephone": Field.PHONE, "username": Field.KEEP_IN_NOTES, "type": Field.IGNORE,
    "pyinitial": Field.IGNORE, "remarkpyinitial": Field.IGNORE, "smallheadimgurl": Field.IGNORE,
    "bigheadimgurl": Field.IGNORE,
}  # fmt: skip
"""The address book of the chat program as tools export it: the remark is the owner's own name."""

NAME_STAND_INS = "联系人 昵称 微信昵称 称呼 称谓 fileas nickname contactname contact contactperson"
"""Headers that give the name where no better one does, the best first; then the company."""

ANNIVERSARIES = "anniversary 纪念日 结婚纪念日 周年纪念日 周年 wedding weddinganniversary"
"""What address books call an event that is the wedding; others keep their own name."""

NEVER_KEPT = (
    "序号 行号 缩写 优先级 敏感度 私有 目录服务器 internet忙闲 最后修改人 最后修改时间"
    " 电子邮件类型 电子邮件显示名称 电子邮件#类型 电子邮件#显示名 客户资料完善度"
    " initials priority sensitivity private directoryserver internetfreebusy emailtype"
    " emaildisplayname email#type email#displayname email#label 电话#标签 phone#label phone#type"
    " address#label address#type website#label website#type event#label event#type photo"
    " recordid contactownerid accountnameid vendornameid createdbyid modifiedbyid modifiedby"
    " modifiedtime changelogtime locked lastenrichedtime enrichstatus reportingtoid"
    " unsubscribedmode unsubscribedtime"
)
"""What programs write for themselves."""
