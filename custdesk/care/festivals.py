"""The festivals and solar terms on which customers are greeted, and their names."""

from enum import StrEnum

from custdesk.i18n import N_, _, language


class SolarTerm(StrEnum):
    """The 24 solar terms from January on; the value is the name that the calendar gives."""

    XIAOHAN = "小寒"
    DAHAN = "大寒"
    LICHUN = "立春"
    YUSHUI = "雨水"
    JINGZHE = "惊蛰"
    CHUNFEN = "春分"
    QINGMING = "清明"
    GUYU = "谷雨"
    LIXIA = "立夏"
    XIAOMAN = "小满"
    MANGZHONG = "芒种"
    XIAZHI = "夏至"
    XIAOSHU = "小暑"
    DASHU = "大暑"
    LIQIU = "立秋"
    CHUSHU = "处暑"
    BAILU = "白露"
    QIUFEN = "秋分"
    HANLU = "寒露"
    SHUANGJIANG = "霜降"
    LIDONG = "立冬"
    XIAOXUE = "小雪"
    DAXUE = "大雪"
    DONGZHI = "冬至"

    def words(self) -> str:
        """The name as people read it: "立冬"; "Start of Winter"."""
        return _(_TERM_WORDS[self])

    def label(self) -> str:
        """The name for a small place: "立冬"; "Lidong"."""
        return self.value if language() == "zh" else self.name.capitalize()


class Festival(StrEnum):
    SPRING_FESTIVAL = "spring_festival"
    LANTERN_FESTIVAL = "lantern_festival"
    QINGMING = "qingming"
    DRAGON_BOAT = "dragon_boat"
    QIXI = "qixi"
    MID_AUTUMN = "mid_autumn"
    DOUBLE_NINTH = "double_ninth"
    NEW_YEARS_EVE = "new_years_eve"

    @classmethod
    def on_lunar_day(cls, month: int, day: int) -> "Festival | None":
        """The festival that is always on this lunar day."""
        return _ON_LUNAR_DAY.get((month, day))

    def words(self) -> str:
        """The name as people read it: "中秋"; "Mid-Autumn Festival"."""
        return _(_FESTIVAL_WORDS[self])

    def label(self) -> str:
        """The name for a small place: "中秋"; "Mid-Autumn"."""
        return _(_FESTIVAL_LABELS[self])


_ON_LUNAR_DAY = {
    (1, 1): Festival.SPRING_FESTIVAL,
    (1, 15): Festival.LANTERN_FESTIVAL,
    (5, 5): Festival.DRAGON_BOAT,
    (7, 7): Festival.QIXI,
    (8, 15): Festival.MID_AUTUMN,
    (9, 9): Festival.DOUBLE_NINTH,
}

_FESTIVAL_WORDS = {
    Festival.SPRING_FESTIVAL: N_("Spring Festival"),
    Festival.LANTERN_FESTIVAL: N_("Lantern Festival"),
    Festival.QINGMING: N_("Qingming Festival"),
    Festival.DRAGON_BOAT: N_("Dragon Boat Festival"),
    Festival.QIXI: N_("Qixi Festival"),
    Festival.MID_AUTUMN: N_("Mid-Autumn Festival"),
    Festival.DOUBLE_NINTH: N_("Double Ninth Festival"),
    Festival.NEW_YEARS_EVE: N_("Chinese New Year's Eve"),
}

_FESTIVAL_LABELS = {
    Festival.SPRING_FESTIVAL: N_("New Year"),
    Festival.LANTERN_FESTIVAL: N_("Lantern"),
    Festival.QINGMING: N_("Qingming"),
    Festival.DRAGON_BOAT: N_("Dragon Boat"),
    Festival.QIXI: N_("Qixi"),
    Festival.MID_AUTUMN: N_("Mid-Autumn"),
    Festival.DOUBLE_NINTH: N_("Double 9th"),
    Festival.NEW_YEARS_EVE: N_("NY Eve"),
}

_TERM_WORDS = {
    SolarTerm.XIAOHAN: N_("Minor Cold"),
    SolarTerm.DAHAN: N_("Major Cold"),
    SolarTerm.LICHUN: N_("Start of Spring"),
    SolarTerm.YUSHUI: N_("Rain Water"),
    SolarTerm.JINGZHE: N_("Awakening of Insects"),
    SolarTerm.CHUNFEN: N_("Spring Equinox"),
    SolarTerm.QINGMING: N_("Clear and Bright"),
    SolarTerm.GUYU: N_("Grain Rain"),
    SolarTerm.LIXIA: N_("Start of Summer"),
    SolarTerm.XIAOMAN: N_("Grain Buds"),
    SolarTerm.MANGZHONG: N_("Grain in Ear"),
    SolarTerm.XIAZHI: N_("Summer Solstice"),
    SolarTerm.XIAOSHU: N_("Minor Heat"),
    SolarTerm.DASHU: N_("Major Heat"),
    SolarTerm.LIQIU: N_("Start of Autumn"),
    SolarTerm.CHUSHU: N_("End of Heat"),
    SolarTerm.BAILU: N_("White Dew"),
    SolarTerm.QIUFEN: N_("Autumn Equinox"),
    SolarTerm.HANLU: N_("Cold Dew"),
    SolarTerm.SHUANGJIANG: N_("Frost's Descent"),
    SolarTerm.LIDONG: N_("Start of Winter"),
    SolarTerm.XIAOXUE: N_("Minor Snow"),
    SolarTerm.DAXUE: N_("Major Snow"),
    SolarTerm.DONGZHI: N_("Winter Solstice"),
}
