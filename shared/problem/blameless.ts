/**
 * Whether an answer to a why names a person of the catalogue: a review asks what and how, not who.
 *
 * Promises: a word that is a person's id, login, handle or part of their name is found in any case; one that is an ordinary
 * word too (`will`, `eve`) only where it is written as a name. Works in time linear in the text. Pure.
 * Source: PagerDuty, "Postmortems: the blameless postmortem"; AWS Incident Manager, "Post-incident analysis".
 */
import type { Catalogue, Person } from '../catalogue/catalogue.ts';

/** Names that are ordinary English words in small letters. */
const ORDINARY = new Set(
  `amber april art august autumn banks bell berry bill black bond bishop bob bow brook brown burns bush carol carter case chance chase
chip christian cliff coast cook cooper cross crystal daisy dale dawn day dean dee drew earl early eve faith ferry field fields fire fisher
forest fox frank french gene glen glass grace grant gray green grey guy hall harper harry hay heath hill holly hope hunt hunter iris ivy jack
jade jasmine jay jean jet joy judge june keen king knight lake lamb lance lane law lily little long love lucky mark marsh mason may max melody
miles mill miller miner monk moon moss nick noble north olive page park parks pat patience pearl penny peg piper pool pope porter potter power
price prince queen ray read reed rich river rob robin rock rod root rose rosy rowan ruby rule rush sally sandy savage saw scarlet scott sea sharp
shepherd short skip sky small smart snow south spring star steel stone storm street strong sue summer swan taylor temple terry tiny turner
violet wade walker wall ward waters weaver webb well wells west white will wilder winter wise wolf wood woods young`.split(
    /\s+/,
  ),
);
/** A name that is made of these is a role: `Head of Digital`. */
const ROLE_WORD = /^(of|the|for|and|on|team|duty|manager|desk|service)$/i;
const FEWEST_LETTERS = 2;
const MAX_TEXT = 4000;

/** The first word that names somebody, as it was written; undefined where nobody is named. */
export function personNamed(text: string, { people }: Pick<Catalogue, 'people'>): string | undefined {
  const known = namesOf(Object.values(people));
  const read = text.slice(0, MAX_TEXT);
  for (const { 0: written, index } of read.matchAll(/[\p{L}\p{M}\p{N}_][\p{L}\p{M}\p{N}_.@-]*/gu)) {
    const word = written.replace(/[.@-]+$/, '');
    const folded = fold(word);
    const parts = [folded, ...folded.split(/[.@-]/)];
    const found = parts.find((part) => known.has(part));
    if (found === undefined) continue;
    if (!ORDINARY.has(found) || read[index - 1] === '@') return word;
    if (isNameLike(word) && !beginsASentence(read, index)) return word;
  }
  return undefined;
}

/** Everything by which somebody is known, in small letters without accents. */
function namesOf(people: Person[]): Set<string> {
  const names = new Set<string>();
  for (const { id, name, handle, logins = [], contact } of people) {
    const parts = name.split(/[\s'’-]+/);
    const isRole = parts.some((part) => ROLE_WORD.test(part));
    const address = contact.email?.includes('@') ? contact.email.split('@')[0]! : undefined;
    const own = isRole ? [] : parts.filter((part) => /^\p{Lu}/u.test(part));
    const short = isRole ? [] : [id, handle, address, ...logins];
    for (const word of [...own, ...short])
      if (word !== undefined && word.length >= FEWEST_LETTERS) names.add(fold(word.replace(/^@/, '')));
  }
  return names;
}

/** `Zoë` and `zoe` are one. */
function fold(word: string): string {
  return word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

function isNameLike(word: string): boolean {
  return /^\p{Lu}\p{Ll}/u.test(word);
}

function beginsASentence(text: string, index: number): boolean {
  const before = text.slice(Math.max(0, index - 20), index).trimEnd();
  return before === '' || /[.!?:;\n]$/.test(before);
}
