/** What people write of trackers and problem tickets: how it is compiled, and what is refused with the line to write. */
import { describe, expect, it } from 'vitest';
import { compileCatalogue } from '../../../cli/catalogue/compile.ts';
import { problemsOf } from '../../../shared/catalogue/resolve.ts';
import { smallWith } from './small.ts';

const TRACKER =
  'gitlab: { kind: gitlab, url: "https://gitlab.example.gov.uk/", project: sre/problems, token: ssm:/pageturner/trackers/gitlab }';
const DEFAULTS = `policy: all\ntrackers: { ${TRACKER} }\n`;
const OPEN = 'open: [{ repeats: 3, within: 30d }, { severity: critical }, { night: true, lasted: 30m }]';
const compile = (problems: string, changes: Record<string, string> = {}) =>
  compileCatalogue(smallWith({ 'catalogue.yaml': `${DEFAULTS}${problems}\n`, ...changes }));
const service = (lines: string) => ({ 'services/api.yaml': `name: api\n${lines}\n` });

describe('problems of catalogue.yaml', () => {
  it('are compiled to seconds, with the template’s text', () => {
    const { catalogue, findings } = compile(
      `problems: { tracker: gitlab, ${OPEN}, template: templates/t.md, remind: { every: 5d, to: owner } }`,
      { 'templates/t.md': '# {{ title }}\n' },
    );
    expect(findings).toEqual([]);
    expect(catalogue?.defaults.problems).toEqual({
      tracker: 'gitlab',
      open: [{ repeats: 3, withinSeconds: 2_592_000 }, { severity: 'critical' }, { night: true, lastedSeconds: 1800 }],
      template: '# {{ title }}\n',
      remind: { everyDays: 5, to: 'owner' },
    });
    expect(catalogue?.defaults.trackers?.['gitlab']?.url).toBe('https://gitlab.example.gov.uk');
  });

  it('open none by themselves without rules', () => {
    expect(compile('problems: { tracker: gitlab }').catalogue?.defaults.problems).toEqual({
      tracker: 'gitlab',
      open: [],
    });
  });

  it('count three within thirty days where within is left out', () => {
    const { catalogue } = compile('problems: { tracker: gitlab, open: [{ repeats: 3 }] }');
    expect(catalogue?.defaults.problems?.open).toEqual([{ repeats: 3, withinSeconds: 2_592_000 }]);
  });
});

describe('a service', () => {
  it('names another project of the tracker, and takes the rules of catalogue.yaml', () => {
    const { catalogue } = compile(`problems: { tracker: gitlab, ${OPEN} }`, service('tracker: gitlab:payments/api'));
    expect(problemsOf(catalogue!, 'api')).toMatchObject({ tracker: 'gitlab', setting: { project: 'payments/api' } });
    expect(problemsOf(catalogue!, 'api')?.open).toHaveLength(3);
    expect(problemsOf(catalogue!, 'db')).toMatchObject({ setting: { project: 'sre/problems' } });
    expect(problemsOf(catalogue!, undefined)).toMatchObject({ setting: { project: 'sre/problems' } });
  });

  it('has rules instead of those of catalogue.yaml', () => {
    const { catalogue } = compile(
      `problems: { tracker: gitlab, ${OPEN} }`,
      service('problems: { open: [{ severity: error }] }'),
    );
    expect(problemsOf(catalogue!, 'api')).toMatchObject({ tracker: 'gitlab', open: [{ severity: 'error' }] });
  });

  it('that says none has no tickets', () => {
    const { catalogue } = compile(`problems: { tracker: gitlab, ${OPEN} }`, service('problems: none'));
    expect(problemsOf(catalogue!, 'api')).toBeUndefined();
  });
});

it('without trackers there are no tickets', () => {
  const { catalogue } = compileCatalogue(smallWith());
  expect(problemsOf(catalogue!, 'api')).toBeUndefined();
});

describe('refused, with what to write', () => {
  it.each<[string, string, Record<string, string>, RegExp]>([
    ['a tracker nobody wrote', 'problems: { tracker: gitlub }', {}, /unknown-tracker.*gitlub.*Did you mean gitlab/],
    ['a service’s tracker nobody wrote', '', service('tracker: jira'), /unknown-tracker.*jira/],
    [
      'rules of a service without any tracker',
      '',
      service('problems: { open: [{ severity: error }] }'),
      /unknown-tracker.*api/,
    ],
    ['a rule without a condition', 'problems: { tracker: gitlab, open: [{}] }', {}, /at least one of repeats/],
    [
      'within without repeats',
      'problems: { tracker: gitlab, open: [{ within: 30d, severity: error }] }',
      {},
      /repeats beside within/,
    ],
    ['one page as a repetition', 'problems: { tracker: gitlab, open: [{ repeats: 1 }] }', {}, /from 2 to 50/],
    [
      'longer than is remembered',
      'problems: { tracker: gitlab, open: [{ repeats: 3, within: 91d }] }',
      {},
      /at most 90d/,
    ],
    [
      'a template that is not there',
      'problems: { tracker: gitlab, template: templates/t.md }',
      {},
      /There is no file templates\/t.md/,
    ],
    [
      'a placeholder that nothing is known for',
      'problems: { tracker: gitlab, template: templates/t.md }',
      { 'templates/t.md': '# {{ title }}\n{{ timelime }}\n' },
      /templates\/t.md:2.*timelime.*Did you mean timeline/,
    ],
  ])('%s', (_name, problems, changes, expected) => {
    const { findings } = compile(problems, changes);
    const said = findings.map(({ code, file, line, message, mend }) => `${file}:${line} ${code} ${message} ${mend}`);
    expect(said.join('\n')).toMatch(expected);
  });

  it.each([
    ['glpat-abcdefghij0123456789', /token.*never the token itself/],
    ['ssm:/pageturner/dev/link-secret', /unreadable-token.*ssm:\/pageturner\/trackers\/gitlab/],
  ])('the token %s, which is not quoted', (token, expected) => {
    const { findings } = compileCatalogue(
      smallWith({ 'catalogue.yaml': DEFAULTS.replace('ssm:/pageturner/trackers/gitlab', token) }),
    );
    const said = findings.map(({ code, message, mend }) => `${code} ${message} ${mend}`).join('\n');
    expect(said).toMatch(expected);
    expect(said).not.toContain('glpat-');
  });

  it('a tracker without a project, but for ServiceNow, which has none', () => {
    const of = (kind: string) =>
      compileCatalogue(
        smallWith({
          'catalogue.yaml': `policy: all\ntrackers: { t: { kind: ${kind}, url: "https://t.example.gov.uk", token: ssm:/pageturner/trackers/t } }\n`,
        }),
      ).findings.map(({ message }) => message);
    expect(of('gitlab')).toEqual(['The tracker t has no project.']);
    expect(of('servicenow')).toEqual([]);
  });
});
