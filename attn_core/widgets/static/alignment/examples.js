// Dates to read, one of each language: the same list as examples.py. Below each character stands what it tells of
// YYYY-MM-DD: the place of one character, M for the whole month, D for the whole day; a space tells nothing.

const example = (language, text, iso, tells) => ({ language, text, iso, tells });
export const EXAMPLES = [
  example("German", "3. März 2021", "2021-03-03", "D  MMMM 0123"),
  example("Chinese", "1940年4月5日星期五", "1940-04-05", "0123 M D    "),
  example("Dutch", "19 jun 2098", "2098-06-19", "89 MMM 0123"),
  example("English, UK", "Thursday, 22 February 2063", "2063-02-22", "          89 MMMMMMMM 0123"),
  example("English, US", "November 29, 1921", "1921-11-29", "MMMMMMMM 89  0123"),
  example("French", "14 mai 1918", "1918-05-14", "89 MMM 0123"),
  example("Italian", "lunedì 25 dicembre 2062", "2062-12-25", "       89 MMMMMMMM 0123"),
  example("Japanese", "1953年8月2日日曜日", "1953-08-02", "0123 M D    "),
  example("Polish", "22 sierpnia 1937", "1937-08-22", "89 MMMMMMMM 0123"),
  example("Portuguese", "sábado, 20 de junho de 2076", "2076-06-20", "        89    MMMMM    0123"),
  example("Russian", "14 окт. 1911 г.", "1911-10-14", "89 MMM  0123   "),
  example("Spanish", "30 de noviembre de 1990", "1990-11-30", "89    MMMMMMMMM    0123"),
  example("Swedish", "2012-04-01", "2012-04-01", "0123 56 89"),
];

const TELLS = { M: [5, 6], D: [8, 9] };
export const tells = (mark, at) => (TELLS[mark] ?? [mark === " " ? -1 : Number(mark)]).includes(at);
