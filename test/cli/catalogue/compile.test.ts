import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileCatalogue } from '../../../cli/catalogue/compile.ts';
import { small, smallWith } from './small.ts';

const compileWith = (changes: Record<string, string | undefined>) => compileCatalogue(smallWith(changes));

describe('a catalogue that is right', () => {
  const { catalogue, findings } = compileCatalogue(smallWith());

  test('compiles without a finding', () => {
    expect(findings).toEqual([]);
  });

  test('has durations in seconds and targets taken apart', () => {
    expect(catalogue?.policies['all']).toEqual({
      name: 'all',
      repeat: 0,
      steps: [
        {
          afterSeconds: 0,
          notify: [
            { kind: 'rota', name: 'primary' },
            { kind: 'slack', name: '#ops' },
          ],
        },
        { afterSeconds: 300, notify: [{ kind: 'person', name: 'ben' }] },
      ],
    });
    expect(catalogue?.runbooks['api/down']).toMatchObject({ title: 'API is down', holdSeconds: 120, service: 'api' });
  });

  test('fills urgency and rules in where people wrote none', () => {
    expect(catalogue?.services['db']?.urgency).toEqual({
      critical: 'high',
      error: 'low',
      warning: 'low',
      info: 'none',
    });
    expect(catalogue?.people['amira']?.rules.high.map(({ channel }) => channel)).toEqual(['sms', 'voice', 'voice']);
    expect(catalogue?.people['ben']?.rules.low).toEqual([{ channel: 'email', afterSeconds: 0 }]);
  });

  test('has a digest that changes with any letter and not with the order of files', () => {
    const files = smallWith();
    expect(compileCatalogue(files.toReversed()).catalogue?.digest).toBe(catalogue?.digest);
    const changed = compileWith({ 'runbooks/api/down.md': `${small['runbooks/api/down.md']} ` });
    expect(changed.catalogue?.digest).not.toBe(catalogue?.digest);
  });
});

describe('a mistake is named with file, line and fix, and there is no catalogue then', () => {
  test.each<[string, Record<string, string | undefined>, string, number | undefined, RegExp]>([
    ['no catalogue.yaml', { 'catalogue.yaml': undefined }, 'catalogue.yaml', undefined, /Add catalogue.yaml/],
    ['an unknown default policy', { 'catalogue.yaml': 'policy: al\n' }, 'catalogue.yaml', 1, /Did you mean all\?/],
    ['an unknown key', { 'services/db.yaml': 'name: db\ndepend_on: [api]\n' }, 'services/db.yaml', 2, /depends_on\?/],
    ['an unknown policy', { 'services/db.yaml': 'name: db\n\npolicy: alll\n' }, 'services/db.yaml', 3, /mean all\?/],
    [
      'an unknown service',
      { 'services/db.yaml': 'name: db\ndepends_on:\n  - appi\n' },
      'services/db.yaml',
      3,
      /mean api\?/,
    ],
    [
      'an unknown person in a rota',
      { 'rotas/primary.yaml': small['rotas/primary.yaml']!.replace('[amira, ben]', '[amira, bem]') },
      'rotas/primary.yaml',
      4,
      /mean ben\?/,
    ],
    [
      'an unknown rota in a step',
      { 'policies/all.yaml': 'name: all\nsteps:\n  - notify:\n      - person:ben\n      - rota:primry\n' },
      'policies/all.yaml',
      5,
      /mean primary\?/,
    ],
    [
      'a bare target',
      { 'policies/all.yaml': 'name: all\nsteps: [{ notify: [ben] }]\n' },
      'policies/all.yaml',
      2,
      /person:ID/,
    ],
    [
      'a delay without a unit',
      { 'policies/all.yaml': 'name: all\nsteps: [{ after: 5, notify: [person:ben] }]\n' },
      'policies/all.yaml',
      2,
      /90s, 5m/,
    ],
    [
      'a delay of a year',
      { 'policies/all.yaml': 'name: all\nsteps: [{ after: 365d, notify: [person:ben] }]\n' },
      'policies/all.yaml',
      2,
      /at most 7d/,
    ],
    [
      'a step that notifies nobody',
      { 'policies/all.yaml': 'name: all\nsteps: [{ after: 5m }]\n' },
      'policies/all.yaml',
      2,
      /Add notify/,
    ],
    ['no steps', { 'policies/all.yaml': 'name: all\nsteps: []\n' }, 'policies/all.yaml', 2, /list of steps/],
    [
      'a circle of services',
      { 'services/db.yaml': 'name: db\ndepends_on: [api]\n', 'services/api.yaml': 'name: api\ndepends_on: [db]\n' },
      'services/api.yaml',
      2,
      /Take one/,
    ],
    [
      'a service that needs itself',
      { 'services/db.yaml': 'name: db\ndepends_on: [db]\n' },
      'services/db.yaml',
      2,
      /Take one/,
    ],
    [
      'an alias that is taken',
      { 'services/db.yaml': 'name: db\naliases: [FRONT]\n' },
      'services/db.yaml',
      2,
      /one of them/,
    ],
    ['two people of one id', { 'people/ben2.yaml': small['people/ben.yaml']! }, 'people/ben2.yaml', 1, /another name/],
    [
      'a pattern that is wrong',
      { 'services/db.yaml': 'name: db\nmatch:\n  title: [{ prefx: a }]\n' },
      'services/db.yaml',
      3,
      /./,
    ],
    [
      'a pattern of a runbook that is wrong',
      { 'runbooks/a.md': '---\nmatch:\n  title: x\n---\n' },
      'runbooks/a.md',
      3,
      /./,
    ],
    ['a severity that is none', { 'runbooks/a.md': '---\nseverity: bad\n---\n' }, 'runbooks/a.md', 2, /critical/],
    ['front matter that never ends', { 'runbooks/a.md': '---\ntitle: x\n' }, 'runbooks/a.md', 1, /---/],
    [
      'a rule of two channels',
      { 'people/ben.yaml': 'id: ben\nname: B\ncontact: {}\nrules:\n  high:\n    - { sms: 0m, voice: 1m }\n' },
      'people/ben.yaml',
      6,
      /a channel and a delay/,
    ],
    [
      'an unknown time zone',
      { 'people/ben.yaml': 'id: ben\nname: B\ncontact: {}\ntime_zone: Mars\n' },
      'people/ben.yaml',
      4,
      /IANA/,
    ],
    ['YAML that is none', { 'services/db.yaml': 'name: db\npolicy: [all\n' }, 'services/db.yaml', 3, /./],
    ['a key twice', { 'services/db.yaml': 'name: db\nname: db2\n' }, 'services/db.yaml', 2, /Keep one/],
    ['two documents', { 'services/db.yaml': 'name: db\n---\nname: db2\n' }, 'services/db.yaml', 2, /one document/],
    ['a tag', { 'services/db.yaml': 'name: !!js/function db\n' }, 'services/db.yaml', 1, /./],
    [
      '__proto__',
      { 'services/db.yaml': 'name: db\nmatch: { __proto__: { a: [1] } }\n' },
      'services/db.yaml',
      2,
      /something else/,
    ],
    ['an empty file', { 'services/db.yaml': '' }, 'services/db.yaml', undefined, /keys and values/],
    ['a list for a file', { 'services/db.yaml': '- a\n' }, 'services/db.yaml', 1, /keys and values/],
    ['a file nothing reads', { 'service/db.yaml': 'name: db\n' }, 'service/db.yaml', undefined, /Put it in/],
    ['the other ending', { 'services/db.yml': 'name: db\n' }, 'services/db.yml', undefined, /Rename it to .yaml/],
  ])('%s', (_, changes, file, line, mend) => {
    const { catalogue, findings } = compileWith(changes);
    expect(catalogue).toBeUndefined();
    const finding = findings.find((found) => found.file === file);
    expect([finding?.line, finding?.level]).toEqual([line, 'error']);
    expect(finding?.mend).toMatch(mend);
  });

  test('all mistakes are shown in one run', () => {
    const { findings } = compileWith({
      'services/db.yaml': 'name: db\npolicy: x\ndepends_on: [y]\n',
      'people/ben.yaml': '{',
    });
    expect(new Set(findings.map(({ file }) => file))).toContain('people/ben.yaml');
    expect(findings.filter(({ file }) => file === 'services/db.yaml')).toHaveLength(2);
  });

  test('what could not be read is not also reported as missing', () => {
    const { findings } = compileWith({
      'people/ben.yaml': 'id: ben\nnom: Ben\n',
      'policies/all.yaml': 'name: all\nsteps: {}\n',
    });
    expect(findings.map(({ file }) => file).filter((file) => !/ben|all/.test(file))).toEqual([]);
  });

  test('aliases that multiply are refused', () => {
    const bomb = `name: db\na: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefg'
      .split('')
      .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[i]}`)}]`)
      .join('\n')}\n`;
    const { findings } = compileWith({ 'services/db.yaml': bomb });
    expect(findings[0]).toMatchObject({ code: 'bad-yaml', mend: 'Write the values out.' });
  });

  test('a file with hundreds of mistakes says twenty of them', () => {
    const names = Array.from({ length: 90 }, (_, i) => `"no name ${i}"`).join(', ');
    const { findings } = compileWith({ 'services/db.yaml': `name: db\ndepends_on: [${names}]\n` });
    expect(findings).toHaveLength(20);
  });

  test('a contact that is wrong is never quoted', () => {
    const { findings } = compileWith({
      'people/ben.yaml': 'id: ben\nname: B\ncontact: { phone: "07700 900777", email: secret-at-nowhere }\n',
    });
    expect(findings.length).toBeGreaterThanOrEqual(2);
    expect(JSON.stringify(findings)).not.toMatch(/900777|secret-at/);
    expect(findings[0]?.mend).toMatch(/\+447700900123/);
  });
});

test('compiling any file answers with findings and does not throw', () => {
  const piece = fc.constantFrom(
    'name',
    'id',
    ': ',
    '\n',
    '  ',
    '- ',
    '[',
    ']',
    '{',
    '}',
    '&a ',
    '*a',
    '"',
    '#',
    '---\n',
    '|',
    '<<',
    '!',
    'é',
    '\0',
    '1e999',
  );
  const junk = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
  );
  const path = fc.constantFrom(
    'catalogue.yaml',
    'people/x.yaml',
    'services/x.yaml',
    'rotas/x.yaml',
    'policies/x.yaml',
    'runbooks/x.md',
  );
  fc.assert(
    fc.property(path, junk, (file, text) => {
      const { catalogue, findings } = compileWith({ [file]: text });
      expect(catalogue === undefined).toBe(findings.some(({ level }) => level === 'error'));
    }),
    { numRuns: 500 },
  );
});
