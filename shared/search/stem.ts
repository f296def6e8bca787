/**
 * English endings cut off, so that the forms of one word meet: expires, expired and expiration; schedule and scheduling.
 * In the spirit of Porter's algorithm ("An algorithm for suffix stripping", 1980), shortened to the endings that alerts
 * and runbooks use. What it makes need not be a word; it need only be the same for forms of one word.
 */

/** Longest first. What is left must hold a vowel and as many letters as `keep`. */
const ENDINGS: readonly [ending: string, instead: string, keep: number][] = [
  ['ibility', '', 3],
  ['ability', '', 3],
  ['ization', '', 3],
  ['isation', '', 3],
  ['fulness', '', 3],
  ['iveness', '', 3],
  ['ational', '', 3],
  ['iation', '', 4],
  ['ations', '', 3],
  ['encies', '', 3],
  ['ancies', '', 3],
  ['ments', '', 4],
  ['ating', '', 4],
  ['ation', '', 3],
  ['ators', '', 4],
  ['izing', '', 4],
  ['ising', '', 4],
  ['ency', '', 4],
  ['ancy', '', 4],
  ['ence', '', 4],
  ['ance', '', 4],
  ['ator', '', 4],
  ['ment', '', 4],
  ['ness', '', 4],
  ['able', '', 4],
  ['ible', '', 4],
  ['ions', '', 4],
  ['ated', '', 4],
  ['ates', '', 4],
  ['ized', '', 4],
  ['ised', '', 4],
  ['ures', '', 4],
  ['ure', '', 4],
  ['ate', '', 4],
  ['ize', '', 4],
  ['ise', '', 4],
  ['ion', '', 4],
  ['ive', '', 4],
  ['ent', '', 5],
  ['ant', '', 5],
  ['ers', '', 4],
  ['ing', '', 3],
  ['ies', 'y', 2],
  ['ied', 'y', 2],
  ['ed', '', 3],
  ['er', '', 4],
  ['or', '', 5],
  ['al', '', 4],
  ['ly', '', 4],
];

/** @param word lower case */
export function stem(word: string): string {
  if (word.length < 4 || /\d/.test(word)) return withoutPlural(word);
  const singular = withoutPlural(word);
  for (const [ending, instead, keep] of ENDINGS) {
    const rest = singular.slice(0, -ending.length);
    if (!singular.endsWith(ending) || rest.length < keep || !/[aeiouy]/.test(rest)) continue;
    if (ending === 'ed' && rest.endsWith('e')) break;
    return tidy(rest + instead);
  }
  return tidy(singular);
}

function withoutPlural(word: string): string {
  if (word.length < 4) return word;
  if (word.endsWith('sses') || word.endsWith('xes') || word.endsWith('ches') || word.endsWith('shes'))
    return word.slice(0, -2);
  if (word.endsWith('s') && !/[sui]s$/.test(word)) return word.slice(0, -1);
  return word;
}

/** A silent e, a doubled consonant, and y for i. */
function tidy(rest: string): string {
  let text = rest;
  if (text.length > 3 && text.endsWith('e')) text = text.slice(0, -1);
  if (text.length > 3 && /([bdgmnprt])\1$/.test(text)) text = text.slice(0, -1);
  return text.endsWith('i') && text.length > 3 ? `${text.slice(0, -1)}y` : text;
}
