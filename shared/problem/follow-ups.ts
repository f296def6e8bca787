/**
 * Follow-ups as check boxes of a ticket: written there, and read back from there.
 *
 *   - [ ] Answer the five whys (owner: payments, due: 2026-12-10) <!-- pageturner:f1 -->
 *
 * Promises: a box that is ticked is done, one that is cleared again is not; a box that people added becomes a follow-up; one that
 * they took away stays on record as it was. Pure.
 */
import type { Incident } from '../incident/incident.ts';
import { after } from '../time/time.ts';
import { inline } from './markdown.ts';
import type { FollowUp, Problem } from './problem.ts';

/** Days until a follow-up is due, as the first proposal; by severity. [PagerDuty, "Postmortems: accountability"] */
const DUE_DAYS = { critical: 15, error: 30, warning: 30, info: 30 };
const MAX_FOLLOW_UPS = 100;
const MAX_TEXT = 300;

/** What a new ticket proposes: what its facts ask for, owned by the team of the service. */
export function proposed(incident: Incident, owner: string | undefined, now: string): FollowUp[] {
  const due = after(now, DUE_DAYS[incident.severity] * 86_400).slice(0, 10);
  const texts = [
    'Answer the five whys',
    ...(incident.runbook.runbook === null ? ['Write the runbook that was missing'] : []),
  ];
  return texts.map((text, n) => ({
    id: `f${n + 1}`,
    text,
    state: 'proposed',
    ...(owner === undefined ? {} : { owner }),
    due,
    proposedAt: now,
  }));
}

/** All of them as check boxes. What was decided against says why. */
export function boxes(followUps: readonly FollowUp[]): string {
  const lines = followUps.map(boxOf);
  return [...lines, '', '*Add a line for each: `- [ ] what (owner: team, due: 2027-01-31)`.*'].join('\n');
}

/** One of them as its line. */
export function boxOf({ id, text, state, because, owner, due }: FollowUp): string {
  const about = [
    ...(owner === undefined ? [] : [`owner: ${inline(owner, 80)}`]),
    ...(due === undefined ? [] : [`due: ${due}`]),
  ];
  const after = about.length === 0 ? '' : ` (${about.join(', ')})`;
  const not = state === 'not doing' ? ` Not doing, because ${inline(because ?? 'nobody said why', MAX_TEXT)}.` : '';
  return `- [${state === 'done' ? 'x' : ' '}] ${inline(text, MAX_TEXT)}${after}${not} <!-- pageturner:${id} -->`;
}

/** A box as a tracker read it. */
type Read = { text: string; isDone: boolean };

/** The follow-ups of a problem after its ticket was read. The same list where nothing changed. */
export function readBoxes(known: readonly FollowUp[], read: readonly Read[], now: string): FollowUp[] {
  const next = known.map((one) => ({ ...one }));
  let number = known.reduce((most, { id }) => Math.max(most, Number(/^f(\d{1,6})$/.exec(id)?.[1] ?? 0)), 0);
  for (const box of read) {
    const { id, text, owner, due } = parseBox(box.text);
    const found = next.find((one) => one.id === id) ?? next.find((one) => one.text === text);
    if (found === undefined) {
      if (text === '' || next.length >= MAX_FOLLOW_UPS) continue;
      const about = { ...(owner === undefined ? {} : { owner }), ...(due === undefined ? {} : { due }) };
      next.push({ id: `f${++number}`, text, state: box.isDone ? 'done' : 'proposed', ...about, proposedAt: now });
      continue;
    }
    if (due !== undefined) found.due = due;
    if (owner !== undefined) found.owner = owner;
    if (box.isDone && found.state !== 'done') found.state = 'done';
    else if (!box.isDone && found.state === 'done') found.state = 'agreed';
  }
  return next;
}

/** What a line says: its text without what we put around it. */
export function parseBox(line: string): { id?: string; text: string; owner?: string; due?: string } {
  const id = /<!-- pageturner:(f[0-9]{1,6}) -->/.exec(line)?.[1];
  const bare = unescaped(line.replace(/<!-- pageturner:f[0-9]{1,6} -->/g, ''));
  const about = /\((?:owner|due): [^()\n]{1,200}\)/.exec(bare)?.[0] ?? '';
  const due = /due: ?([0-9]{4}-[0-9]{2}-[0-9]{2})/.exec(about)?.[1];
  const owner = /owner: ?([^,()]{1,80})/.exec(about)?.[1]?.trim();
  const text = bare
    .replace(about, '')
    .replace(/ Not doing, because [^\n]{0,400}$/, '')
    .trim()
    .slice(0, MAX_TEXT);
  return {
    ...(id === undefined ? {} : { id }),
    text: text.trim(),
    ...(owner === undefined ? {} : { owner }),
    ...(due === undefined ? {} : { due }),
  };
}

/** Backslashes that we wrote, and breaks that nobody sees, are not part of what was said. */
function unescaped(text: string): string {
  return text.replace(/\\([\\`*_{}[\]<>()#!|~&$%^+=/:.-])/g, '$1').replaceAll('\u200B', '');
}

/** How many are still to be done. */
export function openFollowUps({ followUps }: Pick<Problem, 'followUps'>): FollowUp[] {
  return followUps.filter(({ state }) => state === 'proposed' || state === 'agreed');
}
