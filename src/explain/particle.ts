/**
 * Korean particles, which agree with the sound that the word before ends in: 은 after a final consonant, 는 after a vowel.
 * Digits and Latin letters sound as Koreans read them aloud, so that `:80` takes 은 (영) and `:52` takes 는 (이).
 */
type Ending = 'vowel' | 'consonant' | 'rieul';

/** Written in notes as one word, first the form after a consonant: `{client:은는}`. */
const PAIRS: Readonly<Record<string, readonly [afterConsonant: string, afterVowel: string]>> = {
  은는: ['은', '는'],
  이가: ['이', '가'],
  을를: ['을', '를'],
  과와: ['과', '와'],
  으로로: ['으로', '로'],
  이라라: ['이라', '라'],
  이에요예요: ['이에요', '예요'],
  이다다: ['이다', '다'],
  이었였: ['이었', '였'],
  이고고: ['이고', '고'],
  이며며: ['이며', '며'],
  이면면: ['이면', '면'],
  이나나: ['이나', '나'],
};

export const isParticle = (pair: string): boolean => pair in PAIRS;

/** The form of `pair` that follows `word`. */
export const particle = (word: string, pair: string): string => formsOf(pair)[formAfter(word, pair)];

/** Both forms of a pair. What is none stays as it is. */
export const formsOf = (pair: string): readonly [afterConsonant: string, afterVowel: string] =>
  PAIRS[pair] ?? [pair, pair];

/** Which form of `pair` follows `word`. */
export function formAfter(word: string, pair: string): 0 | 1 {
  const ending = endingOf(word);
  // 으로 is shortened after ㄹ too: 서울로, 1로.
  if (ending === 'rieul') return pair === '으로로' ? 1 : 0;
  return ending === 'consonant' ? 0 : 1;
}

/** How `word` ends when it is read aloud in Korean. Brackets, quotes and full stops at its end are not read. */
function endingOf(word: string): Ending {
  const digit = DIGIT_ENDINGS[word.charCodeAt(word.length - 1) - ZERO];
  if (digit !== undefined) return digit;
  const spoken = word.replace(/[)\]}>"'”’」』.,!?…\s]+$/u, '');
  const english = /[a-z]+$/i.exec(spoken)?.[0].toLowerCase();
  const known = english === undefined ? undefined : READ_AS_WORDS[english];
  if (known !== undefined) return hangulEnding(known);
  const last = spoken.at(-1) ?? '';
  const code = last.codePointAt(0) ?? 0;
  if (code >= 0xac00 && code <= 0xd7a3) return hangulEnding(last);
  const name = READ_AS_NAMES[last.toLowerCase()];
  return name === undefined ? 'vowel' : hangulEnding(name);
}

/** A Hangul syllable is 0xac00 + (initial × 21 + vowel) × 28 + final; final 8 is ㄹ (Unicode, section 3.12). */
function hangulEnding(text: string): Ending {
  const final = (text.codePointAt(text.length - 1)! - 0xac00) % 28;
  return final === 0 ? 'vowel' : final === 8 ? 'rieul' : 'consonant';
}

// biome-ignore format: a table
const READ_AS_NAMES: Readonly<Record<string, string>> = {
  0: '영', 1: '일', 2: '이', 3: '삼', 4: '사', 5: '오', 6: '육', 7: '칠', 8: '팔', 9: '구',
  a: '에이', b: '비', c: '시', d: '디', e: '이', f: '에프', g: '지', h: '에이치', i: '아이', j: '제이', k: '케이',
  l: '엘', m: '엠', n: '엔', o: '오', p: '피', q: '큐', r: '알', s: '에스', t: '티', u: '유', v: '브이', w: '더블유',
  x: '엑스', y: '와이', z: '제트', '%': '퍼센트', ':': '콜론', '/': '슬래시', '*': '별표',
};

/** Most values end in a digit. */
const ZERO = 48;
const DIGIT_ENDINGS: readonly Ending[] = Array.from('영일이삼사오육칠팔구', hangulEnding);

/** Words of names and protocols that are read as a word and end in another sound than their last letter's name. */
// biome-ignore format: a table
const READ_AS_WORDS: Readonly<Record<string, string>> = {
  net: '넷', ethernet: '이더넷', telnet: '텔넷', internet: '인터넷', get: '겟', put: '풋', app: '앱', web: '웹', bit: '비트',
  top: '탑', shop: '숍', lab: '랩', map: '맵', file: '파일', mobile: '모바일', google: '구글', apple: '애플', example: '이그잼플',
  table: '테이블', server: '서버', router: '라우터', user: '유저', paper: '페이퍼', docker: '도커', home: '홈', game: '게임',
  time: '타임', name: '네임', online: '온라인', one: '원', zone: '존', phone: '폰', site: '사이트', lighttpd: '라이티피디',
};
