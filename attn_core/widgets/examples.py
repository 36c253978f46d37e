"""Dates to read, one of each language: the same list as static/alignment/examples.js."""

from typing import NamedTuple


class Example(NamedTuple):
    """A date as people write it, and below each character what it tells of YYYY-MM-DD.

    A number is the place of one character, from 0; M is the whole month, D the whole day; a space tells nothing.
    """

    language: str
    text: str
    iso: str
    tells: str


# All but the first are of days that the models were tested on, and never saw.
EXAMPLES = (
    Example("German", "3. März 2021", "2021-03-03", "D  MMMM 0123"),
    Example("Chinese", "1940年4月5日星期五", "1940-04-05", "0123 M D    "),
    Example("Dutch", "19 jun 2098", "2098-06-19", "89 MMM 0123"),
    Example("English, UK", "Thursday, 22 February 2063", "2063-02-22", "          89 MMMMMMMM 0123"),
    Example("English, US", "November 29, 1921", "1921-11-29", "MMMMMMMM 89  0123"),
    Example("French", "14 mai 1918", "1918-05-14", "89 MMM 0123"),
    Example("Italian", "lunedì 25 dicembre 2062", "2062-12-25", "       89 MMMMMMMM 0123"),
    Example("Japanese", "1953年8月2日日曜日", "1953-08-02", "0123 M D    "),
    Example("Polish", "22 sierpnia 1937", "1937-08-22", "89 MMMMMMMM 0123"),
    Example("Portuguese", "sábado, 20 de junho de 2076", "2076-06-20", "        89    MMMMM    0123"),
    Example("Russian", "14 окт. 1911 г.", "1911-10-14", "89 MMM  0123   "),
    Example("Spanish", "30 de noviembre de 1990", "1990-11-30", "89    MMMMMMMMM    0123"),
    Example("Swedish", "2012-04-01", "2012-04-01", "0123 56 89"),
)
