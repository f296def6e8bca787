import { describe, expect, test } from 'vitest';
import { lintFiles } from '../../../cli/lint/lint.ts';
import { smallWith } from '../catalogue/small.ts';

const NOW = Date.parse('2026-11-24T10:00:00.000Z');

function lint(changes: Record<string, string> = {}, now = NOW) {
  return lintFiles(smallWith(changes), now).findings;
}

function rota(layers: string, more = ''): string {
  return `name: primary\ntime_zone: Europe/London\n${more}layers:\n${layers}`;
}

const always = '  - { name: always, people: [amira, ben], starts: 2026-01-05T09:00, every: 1 week }\n';

test('a catalogue in which every step wakes somebody has nothing to say', () => {
  expect(lint()).toEqual([]);
});

describe('a gap in a rota is an error with its date and layer', () => {
  test.each([
    [
      'nights that nobody has',
      rota(
        '  - { name: days, people: [ben], starts: 2026-01-05T09:00, every: 1 week, active: [{ from: "08:00", to: "23:30" }] }\n',
      ),
      /on Tuesday 24 November 2026 23:30 to Wednesday 25 November 2026 08:00; 90 gaps in 90 days.*Layer days closes/,
    ],
    [
      'a layer that ends',
      rota('  - { name: old, people: [ben], starts: 2026-01-05T09:00, every: 1 week, until: 2026-12-01T09:00 }\n'),
      /on Tuesday 1 December 2026 09:00 to .*Layer old is silent from its until on/,
    ],
    [
      'a layer that has not begun',
      rota('  - { name: new, people: [ben], starts: 2026-11-24T12:00, every: 1 week }\n'),
      /on Tuesday 24 November 2026 from 10:00 to 12:00\. Layer new has not begun/,
    ],
    [
      'an override that ends',
      `name: primary\ntime_zone: Europe/London\noverrides: [{ person: ben, from: 2026-11-01T00:00, to: 2026-11-28T03:00 }]\n`,
      /on Saturday 28 November 2026 03:00 to .*An override ends/,
    ],
  ])('%s', (_, text, message) => {
    const finding = lint({ 'rotas/primary.yaml': text }).find(({ code }) => code === 'rota-gap');
    expect(finding).toMatchObject({ level: 'error', file: 'rotas/primary.yaml' });
    expect(finding?.message).toMatch(message);
  });

  test('of one minute', () => {
    const minute = rota(
      '  - { name: days, people: [ben], starts: 2026-01-05T09:00, every: 1 week, active: [{ from: "00:00", to: "23:59" }] }\n',
    );
    expect(lint({ 'rotas/primary.yaml': minute })[0]?.message).toMatch(/from 23:59 to|23:59 to/);
  });
});

describe('readiness is said as what happens, to whom, and why', () => {
  const silent = {
    'people/amira.yaml': 'id: amira\nname: A\ncontact: { slack: U1 }\nrules: { high: [{ slack: 0m }] }\n',
  };

  test('a week of somebody without a phone', () => {
    const finding = lint(silent).find(({ code }) => code === 'wakes-late');
    expect(finding).toMatchObject({ level: 'warning', file: 'policies/all.yaml', line: 3 });
    expect(finding?.message).toBe(
      'A critical or error on api, alerts that no service claims; a critical on db ' +
        'from Tuesday 24 November 2026 10:00 to Monday 30 November 2026 09:00 (and 6 times more, 48 days in all) ' +
        'wakes only ben, 5 minutes late, because amira has no phone.',
    );
  });

  test('nobody at all', () => {
    const nobody = { ...silent, 'policies/all.yaml': 'name: all\nsteps: [{ notify: [person:amira, slack:#x] }]\n' };
    const finding = lint(nobody).find(({ code }) => code === 'wakes-nobody');
    expect(finding?.level).toBe('error');
    expect(finding?.message).toMatch(/^A critical.* at any hour wakes nobody, because amira has no phone\.$/);
  });

  test('a policy of chat alone', () => {
    const chat = { 'policies/all.yaml': 'name: all\nsteps: [{ notify: [slack:#x] }]\n' };
    expect(lint(chat)[0]?.message).toMatch(/wakes nobody, because step 1 only writes to a chat/);
  });

  test('a step in a gap gives way at once, so nobody is late', () => {
    const gap = { 'rotas/primary.yaml': rota(always.replace('starts: 2026-01-05T09:00', 'starts: 2026-11-25T09:00')) };
    const finding = lint(gap).find(({ code }) => code === 'wakes-late');
    expect(finding?.message).toMatch(/wakes only ben, at once, because nobody is on call in primary/);
  });

  test('a policy that pages for nothing of high urgency may be as quiet as it likes', () => {
    const quiet = {
      'policies/quiet.yaml': 'name: quiet\nsteps: [{ notify: [slack:#x] }]\n',
      'services/db.yaml': 'name: db\npolicy: quiet\nurgency: { critical: low, error: low }\n',
    };
    expect(lint(quiet)).toEqual([]);
  });
});

test('a rule for a channel without its contact is a warning, and a person without any an error', () => {
  const person = (contact: string) => ({
    'people/ben.yaml': `id: ben\nname: B\ncontact: ${contact}\nrules: { high: [{ teams: 0m }] }\n`,
  });
  expect(lint(person('{ phone: "+447700900002" }'))[0]).toMatchObject({
    code: 'no-contact',
    file: 'people/ben.yaml',
    line: 4,
  });
  expect(lint(person('{}')).map(({ code }) => code)).toContain('unreachable-person');
});

test('a runbook is asked for from its date on, not before', () => {
  const due = { 'runbooks/api/down.md': '---\nreview_by: 2026-11-25\n---\n# Down\n\n## First steps\nLook.\n' };
  expect(lint(due)).toEqual([]);
  expect(lint(due, Date.parse('2026-11-25T00:00:00.000Z'))[0]).toMatchObject({
    code: 'review-due',
    line: 2,
    level: 'warning',
  });
});

test('holiday data is asked for 90 days before it ends', () => {
  const calendar = { 'rotas/primary.yaml': rota(always, 'holidays: scotland\n') };
  const at = (instant: string) => lint(calendar, Date.parse(instant)).map(({ code }) => code);
  expect(at('2028-10-02T00:00:00.000Z')).toEqual([]);
  expect(at('2028-10-03T00:00:00.001Z')).toEqual(['holidays-end']);
});

test('somebody in two rotas of one policy at once is a warning with the policy', () => {
  const doubled = {
    'rotas/secondary.yaml': rota(always.replace('[amira, ben]', '[ben]')).replace('name: primary', 'name: secondary'),
    'policies/all.yaml': 'name: all\nsteps: [{ notify: [rota:primary] }, { after: 5m, notify: [rota:secondary] }]\n',
  };
  const finding = lint(doubled).find(({ code }) => code === 'on-call-twice');
  expect(finding?.message).toMatch(/^ben is on call in primary and secondary at once on .*; a later step of all/);
});
