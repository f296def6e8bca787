/**
 * Whom an event of a calendar means, in the ways that people write it: "Amira Khan", "On call: Amira Khan",
 * "Amira - primary", "L1 Ben", "Rotation L1: amira@example.gov.uk", or a title like "OOH" and the person invited.
 *
 * Promises: who has declined is not meant; a person's leave is no shift; an event that names nobody is told apart by its
 * title into what looks like a shift of somebody unknown and what is only in the same calendar (a bank holiday, a
 * meeting). Each word of a title is looked at a few times, however long the title is. Pure.
 *
 * Source: RFC 5545 (3.2.3 CUTYPE, 3.2.12 PARTSTAT, 3.2.16 ROLE, 3.8.4.1 ATTENDEE, 3.8.4.3 ORGANIZER).
 */
import { type Component, lineOf, plain } from './icalendar.ts';

/** The id of a person by what a calendar calls them: id, name, first name or address; undefined for nobody. */
export type PersonOf = (called: string) => string | undefined;

/** `others`: who else is named and is not on call then. */
export type Meant =
  | { person: string; others: string[] }
  | { nobody: 'declined' | 'absence' | 'unknown' | 'other'; title: string };

/** Who has said so does not come. */
const AWAY = /^(DECLINED|DELEGATED)$/;
/** Titles are cut: nobody's name begins after so many characters. */
const TITLE_LENGTH = 200;
/** The longest name in words. */
const NAME_WORDS = 4;

const ON_CALL =
  /\b(on[ -]?call|oncall|ooh|out of hours|on duty|duty|shift|rota|rotation|cover|standby|stand-by|pager|primary|secondary|backup|escalation|l[1-4]|[1-3](st|nd|rd) line|tier ?[1-4])\b/i;
const NOT_ON_CALL = /\b(not on[ -]?call|off[ -]call|off duty|swap needed)\b/i;
const ABSENCE =
  /\b(annual leave|leave|(?<!bank )(?<!public )holidays?|vacation|pto|ooo|out of office|sick|absent|away|unavailable|not available|birthday|a\/l|day off|off work|dentist|interview|1:1|non-working)\b/i;
/** What stands in shared calendars beside shifts. */
const OTHER =
  /\b(holidays?|day|eve|christmas|easter|new year|meeting|call|review|retro|retrospective|standup|stand-up|planning|sync|sprint|demo|lunch|party|training|workshop|offsite|away ?day|release|freeze|maintenance|deployment|reminder|deadline|office|closed|closure|week|conference|audit|test|handover|hand-over|half term|busy|blocked|private)\b/i;

/** Words that may stand beside a first name in a title without making it another word. */
const BESIDE = new Set(
  `on call oncall on-call primary secondary tertiary backup l1 l2 l3 l4 level 1 2 3 4 1st 2nd 3rd first second third line tier
  shift rota rotation week cover covering ooh out of hours support duty day night weekend weekday early late evening morning
  standby stand-by pager responder engineer lead is the team ops sre devops incident commander manager escalation am pm`
    .split(/\s+/)
    .filter((word) => word !== ''),
);
/** Whose name comes after one of these is the one who is replaced. */
const REPLACED = new Set(['for', 'covering', 'covers', 'replacing', 'replaces', 'of', 'with', 'not', 'vs']);

export function meantBy(event: Component, personOf: PersonOf): Meant {
  const title = plain(lineOf(event, 'SUMMARY')?.value).slice(0, TITLE_LENGTH);
  const invited = invitedTo(event, personOf);
  const declined = new Set(invited.filter(({ state }) => AWAY.test(state)).map(({ person }) => person));
  const coming = invited.filter(({ person, state }) => person !== undefined && !AWAY.test(state)) as Coming[];
  const isOnCall = ON_CALL.test(title) && !NOT_ON_CALL.test(title);
  if (personOf(title) === undefined && !isOnCall && (ABSENCE.test(title) || NOT_ON_CALL.test(title)))
    return { nobody: 'absence', title };
  const titled = namedIn(title, personOf);
  const able = titled.filter((person) => !declined.has(person));
  const organiser = organiserOf(event, personOf);
  const people = distinct(coming.map(({ person }) => person));
  const chosen = chooseFrom(able, coming, organiser);
  if (chosen !== undefined)
    return {
      person: chosen,
      others: distinct([...able, ...(able.length > 0 ? [] : people)]).filter((one) => one !== chosen),
    };
  if (declined.size > 0) return { nobody: 'declined', title };
  if (organiser !== undefined && isOnCall && invited.length === 0) return { person: organiser, others: [] };
  return { nobody: isOnCall || couldBeName(title) ? 'unknown' : 'other', title };
}

type Invited = { person: string | undefined; state: string; rank: number };
type Coming = Invited & { person: string };

/** Who is invited, rooms and lists left out; `rank` is lower for who is surer to come. */
function invitedTo(event: Component, personOf: PersonOf): Invited[] {
  return event.lines
    .filter(({ name, parameters }) => {
      const kind = (parameters['CUTYPE'] ?? 'INDIVIDUAL').toUpperCase();
      const role = (parameters['ROLE'] ?? '').toUpperCase();
      return name === 'ATTENDEE' && !/^(ROOM|RESOURCE|GROUP)$/.test(kind) && role !== 'NON-PARTICIPANT';
    })
    .map(({ parameters, value }) => {
      const state = (parameters['PARTSTAT'] ?? 'NEEDS-ACTION').toUpperCase();
      const isOptional = (parameters['ROLE'] ?? '').toUpperCase() === 'OPT-PARTICIPANT';
      const sure = state === 'ACCEPTED' ? 0 : state === 'TENTATIVE' ? 1 : 2;
      return { person: called(value, parameters, personOf), state, rank: sure + (isOptional ? 3 : 0) };
    });
}

function organiserOf(event: Component, personOf: PersonOf): string | undefined {
  const line = lineOf(event, 'ORGANIZER');
  return line && called(line.value, line.parameters, personOf);
}

/** By address, by the address beside it, by name. */
function called(value: string, parameters: Record<string, string>, personOf: PersonOf): string | undefined {
  const address = value.trim().replace(/^mailto:/i, '');
  const name = parameters['CN'] ?? '';
  return (
    personOf(address) ??
    personOf(parameters['EMAIL'] ?? '') ??
    personOf(name) ??
    namedIn(name.slice(0, TITLE_LENGTH), personOf)[0]
  );
}

/** One invited person is meant; of several the one in the title; then who is surest to come and did not write the event. */
function chooseFrom(titled: string[], coming: Coming[], organiser: string | undefined): string | undefined {
  const people = distinct(coming.map(({ person }) => person));
  const [only] = people;
  if (people.length === 1 && (only !== organiser || titled.length === 0 || titled.includes(only!))) return only;
  const [first] = titled;
  if (first !== undefined) return titled.find((person) => people.includes(person)) ?? first;
  const guests = coming.filter(({ person }) => person !== organiser);
  return [...(guests.length > 0 ? guests : coming)].sort((a, b) => a.rank - b.rank)[0]?.person;
}

/** The people that a title names, the one on call first. */
export function namedIn(title: string, personOf: PersonOf): string[] {
  const whole = personOf(title) ?? personOf(title.split(/ on call\b|[:(–—|]| - /i)[0]!.trim());
  const words = wordsOf(title);
  const found = [
    ...fullNames(words, personOf),
    ...(words.some(({ word }) => word === ',') ? turned(words, personOf) : []),
  ];
  // "Ben & Amira Khan": first names in the other parts of the title count as well.
  const names = [...found, ...firstNames(words, personOf)];
  const replaced = names.filter(({ before }) => REPLACED.has(before)).map(({ person }) => person);
  // "Ben covered by Amira", "Ben → Amira": the later one has taken over.
  const taken = names.filter(({ before }) => /^(by|→|>)$/.test(before)).map(({ person }) => person);
  const others = names.map(({ person }) => person).filter((person) => !replaced.includes(person));
  const isCover = /\b(cover|swap)/i.test(title);
  const meant = others.length > 0 ? others : isCover ? [] : replaced;
  if (taken.length > 0) return distinct(taken);
  return distinct([...(whole !== undefined && (meant.length === 0 || meant.includes(whole)) ? [whole] : []), ...meant]);
}

type Word = { word: string; isBreak: boolean };
type Named = { person: string; before: string };

/** Words, and the marks that part a title. */
function wordsOf(title: string): Word[] {
  return title
    .replace(/->|=>|➔|➡/g, '→')
    .split(/(\s-\s?|-\s|[\s:;,()[\]|/&+<>→–—"]+)/)
    .flatMap((piece, n): Word[] => {
      if (n % 2 === 0) {
        const word = piece.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}.]+$/gu, '').replace(/['’]s$/, '');
        return word === '' ? [] : [{ word, isBreak: false }];
      }
      const mark = piece.includes('→') ? '→' : piece.includes(',') ? ',' : piece.trim();
      return mark === '' ? [] : [{ word: mark, isBreak: true }];
    });
}

/** Names of several words and addresses, anywhere in the title. */
function fullNames(words: Word[], personOf: PersonOf): Named[] {
  const found: Named[] = [];
  for (let at = 0; at < words.length; at += 1)
    for (let length = Math.min(NAME_WORDS, words.length - at); length >= 1; length -= 1) {
      const some = words.slice(at, at + length);
      const isAddress = length === 1 && some[0]!.word.includes('@');
      if ((length === 1 && !isAddress) || some.some(({ isBreak }) => isBreak)) continue;
      const person = personOf(some.map(({ word }) => word).join(' '));
      if (person === undefined) continue;
      found.push({ person, before: words[at - 1]?.word.toLowerCase() ?? '' });
      at += length - 1;
      break;
    }
  return found;
}

/** `Khan, Amira`, as address books have it. */
function turned(words: Word[], personOf: PersonOf): Named[] {
  return words.flatMap(({ word }, n): Named[] => {
    const last = words[n - 1]?.word;
    const first = words[n + 1]?.word;
    if (word !== ',' || last === undefined || first === undefined) return [];
    const person = personOf(`${first} ${last}`);
    return person === undefined ? [] : [{ person, before: words[n - 2]?.word.toLowerCase() ?? '' }];
  });
}

/** A single word is a name only where nothing but the words of a rota is beside it: May is no person in "May bank holiday". */
function firstNames(words: Word[], personOf: PersonOf): Named[] {
  const found: Named[] = [];
  let begun = 0;
  for (let end = 0; end <= words.length; end += 1) {
    if (end < words.length && !words[end]!.isBreak) continue;
    const segment = words.slice(begun, end);
    const unknown = segment.filter(
      ({ word }) =>
        !BESIDE.has(word.toLowerCase()) &&
        !REPLACED.has(word.toLowerCase()) &&
        personOf(word) === undefined &&
        word !== 'by' &&
        word !== 'covered' &&
        word !== 'swapped',
    );
    if (unknown.length === 0)
      for (const [n, { word }] of segment.entries()) {
        const person = personOf(word);
        const before = segment[n - 1]?.word ?? words[begun - 1]?.word ?? '';
        if (person !== undefined) found.push({ person, before: before.toLowerCase() });
      }
    begun = end + 1;
  }
  return found;
}

/** One to three words that each begin with a capital, or one word or an address: likely somebody the catalogue lacks. */
function couldBeName(title: string): boolean {
  if (OTHER.test(title)) return false;
  const words = title.split(/\s+/).filter((word) => word !== '');
  if (title.includes('@')) return true;
  return words.length === 1 || (words.length <= 3 && words.every((word) => /^\p{Lu}/u.test(word)));
}

const distinct = (list: string[]) => [...new Set(list)];
