/** What a newcomer writes and believes to be in force, and is not. */
import { describe, expect, test } from 'vitest';
import { lintFiles } from '../../../cli/lint/lint.ts';
import { smallWith } from '../catalogue/small.ts';

const NOW = Date.parse('2026-11-24T10:00:00.000Z');
const lint = (changes: Record<string, string> = {}) => lintFiles(smallWith(changes), NOW).findings;
const rota = (...layers: string[]) =>
  `name: primary\ntime_zone: Europe/London\nlayers:\n${layers.map((layer) => `  - { ${layer}, starts: 2026-01-05T09:00, every: 1 week }\n`).join('')}`;
const hidden = (...layers: string[]) =>
  lint({ 'rotas/primary.yaml': rota(...layers) }).filter(({ code }) => code === 'layer-hidden');

const days = 'name: days, people: [ben], active: [{ from: "08:00", to: "18:00" }]';
const nights = 'name: nights, people: [amira], active: [{ from: "18:00", to: "08:00" }]';
const always = 'name: always, people: [amira]';

describe('a layer that later layers hide', () => {
  test('one that is always active', () => {
    expect(hidden(days, always)).toEqual([
      {
        level: 'warning',
        code: 'layer-hidden',
        file: 'rotas/primary.yaml',
        line: 4,
        message: 'Layer days of primary is never on call: always is later in the list and always active.',
        mend: 'Put days after always, or give always active hours: the last active layer of the list counts.',
      },
    ]);
  });

  test('several that are active at all its times together', () => {
    expect(hidden(always, days, nights)[0]?.message).toBe(
      'Layer always of primary is never on call: days and nights are later in the list and active at all its times.',
    );
  });

  test.each([
    ['one that leaves it an hour', [always, days]],
    ['its own order the right way round', [always, nights, days.replace('08:00', '09:00')]],
    ['one alone', [always]],
    ['one that begins after the horizon', [days, nights, always].slice(0, 2)],
  ])('but not %s', (_, layers) => {
    expect(hidden(...layers)).toEqual([]);
  });

  test('an override that covers a layer is no mistake', () => {
    const text = `${rota(always)}overrides: [{ person: ben, from: 2026-11-01T00:00, to: 2027-06-01T00:00 }]\n`;
    expect(lint({ 'rotas/primary.yaml': text }).filter(({ code }) => code === 'layer-hidden')).toEqual([]);
  });
});

test('a rota that no policy asks', () => {
  const spare = rota(always).replace('name: primary', 'name: spare');
  expect(lint({ 'rotas/spare.yaml': spare }).find(({ code }) => code === 'unused-rota')).toMatchObject({
    file: 'rotas/spare.yaml',
    line: 1,
    message: 'No policy asks the rota spare: nobody in it is paged because of it.',
  });
});

test('a policy that no service goes through', () => {
  const policy = 'name: spare\nsteps: [{ notify: [person:ben] }]\n';
  expect(lint({ 'policies/spare.yaml': policy }).find(({ code }) => code === 'unused-policy')).toMatchObject({
    file: 'policies/spare.yaml',
    line: 1,
    message: 'No service goes through the policy spare, and it is not the default of catalogue.yaml.',
  });
});

describe('a mistake of writing is named once, with what to write', () => {
  test.each([
    [
      'a phone number without quotes',
      { 'people/amira.yaml': 'id: amira\nname: A\ncontact:\n  phone: +447700900999\n' },
      'contact.phone is not written in a form that can be used.',
      /^Put it in quotes: without them YAML reads a number\. Write a number in international form/,
    ],
    [
      'a name that is a number',
      { 'services/db.yaml': 'name: 42\n' },
      'name is 42.',
      /^Put it in quotes: without them YAML reads a number\./,
    ],
    [
      'a name that is true',
      { 'services/db.yaml': 'name: db\nowner: true\n' },
      'owner is true.',
      /^Put it in quotes: without them YAML reads a true or false\./,
    ],
    [
      'a channel of chat with a space before #',
      { 'policies/all.yaml': 'name: all\nsteps:\n  - notify: [rota:primary, slack: #ops]\n  - notify: [person:ben]\n' },
      'YAML takes all after "#ops]" for a comment, so the bracket before it is never closed.',
      /^Put the text with # in quotes, like "slack:#ops"\.$/,
    ],
    [
      'a duration in words',
      {
        'policies/all.yaml':
          'name: all\nsteps:\n  - notify: [rota:primary]\n  - after: 5 minutes\n    notify: [person:ben]\n',
      },
      'steps[1].after is "5 minutes".',
      /^Write a number and a unit: 90s, 5m, 2h or 1d; at most 7d\.$/,
    ],
    ['an empty file', { 'services/db.yaml': '' }, 'Nothing is written here.', /^Write keys and values here: name, /],
    ['a file of comments', { 'services/db.yaml': '# later\n' }, 'Nothing is written here.', /^Write keys and values/],
    [
      'a list',
      { 'services/db.yaml': '- name: db\n' },
      'A list is written here.',
      /^Write keys and values here: name, /,
    ],
  ])('%s', (_, changes, message, mend) => {
    const [file] = Object.keys(changes);
    const found = lint(changes as unknown as Record<string, string>).filter((finding) => finding.file === file);
    expect(found.map((finding) => finding.message)).toEqual([message]);
    expect(found[0]?.mend).toMatch(mend);
  });

  test.each([
    ['a comment after a closed list', '[rota:primary] #first\n'],
    ['a comment in a list of several lines', '[ #first\n      rota:primary]\n'],
    ['a # within quotes', '[rota:primary, "slack:#ops"]\n'],
  ])('%s is as it should be', (_, notify) => {
    const text = `name: all\nsteps:\n  - notify: ${notify}  - { after: 5m, notify: [person:ben] }\n`;
    expect(lint({ 'policies/all.yaml': text })).toEqual([]);
  });

  test('the mend of a step of chat alone says that it may be meant', () => {
    const text = 'name: all\nsteps:\n  - notify: [slack:#ops]\n  - { after: 5m, notify: [rota:primary] }\n';
    const found = lint({ 'policies/all.yaml': text }).find(({ code }) => code === 'wakes-late');
    expect(found?.mend).toBe('Add a rota or a person to that step; or leave it, if chat is meant to come first.');
  });
});
