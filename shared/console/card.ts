/**
 * The contact card: the numbers that pages come from, for people to keep, so that their phones let these through Do Not
 * Disturb. Pure. Source: RFC 2426 (vCard 3.0, which every phone reads).
 */

/** A vCard of the numbers that are set up; undefined where there are none. */
export function contactCard(numbers: string[]): string | undefined {
  const set = [...new Set(numbers)].filter((number) => /^\+[1-9][0-9]{6,14}$/.test(number));
  if (set.length === 0) return undefined;
  return [
    'BEGIN:VCARD',
    'VERSION:3.0',
    'N:Pageturner;;;;',
    'FN:Pageturner',
    'ORG:Pageturner',
    ...set.map((number) => `TEL;TYPE=WORK,VOICE:${number}`),
    'NOTE:Pages come from these numbers. Let them through Do Not Disturb.',
    'END:VCARD',
    '',
  ].join('\r\n');
}
