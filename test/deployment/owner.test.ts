import { describe, expect, test } from 'vitest';
import { nobodys } from '../../cli/commands/deployments.ts';
import { lintFiles } from '../../cli/lint/lint.ts';
import type { Deployment } from '../../shared/deployment/deployment.ts';
import { attributed, ownerResolver } from '../../shared/deployment/owner.ts';
import { smallWith } from '../cli/catalogue/small.ts';

const NOW = Date.parse('2026-11-24T10:00:00.000Z');
const service = (name: string, more = '') => ({ [`services/${name}.yaml`]: `name: ${name}\n${more}` });
const lint = (files: Record<string, string>) => lintFiles(smallWith(files), NOW);

const { catalogue } = lint({
  ...service('api', 'repository: https://gitlab.example.gov.uk/Payments/API.git\naliases: [payments]\n'),
  ...service('basket', 'deployments: { ref: [shop/mono], environment: [{ prefix: basket- }] }\n'),
  ...service('shop', 'deployments: { ref: [{ prefix: shop/ }] }\n'),
  ...service('lambdas', 'deployments: { sender: [lambda], title: [{ wildcard: "Update*" }] }\n'),
  ...service('estate', 'deployments: { environment: [production], ref: [land] }\n'),
  'catalogue.yaml': 'policy: all\nenvironments: { production: [prod, live] }\n',
});

function deployment(changes: Partial<Deployment>): Deployment {
  return {
    id: 'x:1',
    sender: 'gitlab',
    ref: 'nobody/knows',
    status: 'succeeded',
    at: '2026-11-24T09:00:00.000Z',
    links: {},
    ...changes,
  };
}

describe('a deployment belongs to', () => {
  const owner = ownerResolver(catalogue!);
  test.each([
    ['the service that the notice names', { service: 'API', ref: 'shop/mono' }, 'api'],
    ['the service of that alias', { service: 'payments' }, 'api'],
    ['the service whose repository it is, in any case', { ref: 'payments/api' }, 'api'],
    ['the service whose pattern matches', { ref: 'shop/checkout' }, 'shop'],
    ['of two patterns the narrower', { ref: 'shop/mono', environment: 'basket-prod' }, 'basket'],
    [
      'the service whose pattern asks for more than the ref',
      { sender: 'lambda', title: 'UpdateAlias live' },
      'lambdas',
    ],
    ["the pattern that is asked with the catalogue's environment", { ref: 'land', environment: 'LIVE' }, 'estate'],
    ['the service that the last part of its ref names', { ref: 'main/api' }, 'api'],
    ['the service that its ref is an alias of', { ref: 'payments' }, 'api'],
    ['nobody where nothing of this holds', { ref: 'elsewhere/thing' }, undefined],
    ['nobody by a name that only begins alike', { ref: 'payments/api-docs' }, undefined],
    ['nobody by a name that every object has', { service: 'constructor', ref: '__proto__' }, undefined],
  ] as [string, Partial<Deployment>, string | undefined][])('%s', (_, changes, expected) => {
    const owned = owner(deployment(changes));
    expect(owned.service).toBe(expected);
    expect(owned.why).toMatch(/\.$/);
  });

  test('what belongs to nobody is kept as it was', () => {
    const one = deployment({ service: 'unheard-of' });
    expect(attributed(one, owner(one))).toBe(one);
  });
});

describe('lint says with an example that two claim', () => {
  const found = (files: Record<string, string>, code = 'deployments-claimed-twice') =>
    lint(files).findings.filter((finding) => finding.code === code);

  test('the same deployments, as narrowly', () => {
    const [finding] = found({
      ...service('a', 'deployments: { ref: [{ prefix: shop/ }] }\n'),
      ...service('b', 'deployments: { ref: [{ prefix: shop/ca }] }\n'),
    });
    expect(finding).toMatchObject({ level: 'error', file: 'services/b.yaml' });
    expect(finding?.message).toContain('a and b claim, as narrowly, a deployment like {"ref":"shop/ca"}');
  });

  test('a repository, one of them by a pattern that asks for nothing else', () => {
    const [finding] = found({
      ...service('a', 'repository: https://gitlab.example.gov.uk/shop/cart\n'),
      ...service('b', 'deployments: { ref: [{ prefix: shop/ }] }\n'),
    });
    expect(finding).toMatchObject({ level: 'error', file: 'services/b.yaml' });
    expect(finding?.message).toContain(
      'b by its pattern and a by its repository claim a deployment like {"ref":"shop/cart"}',
    );
  });

  test('a repository', () => {
    const [finding] = found(
      {
        ...service('a', 'repository: https://gitlab.example.gov.uk/shop/cart\n'),
        ...service('b', 'repository: https://gitlab.example.gov.uk/shop/cart.git\n'),
      },
      'repository-claimed-twice',
    );
    expect(finding?.message).toContain('is claimed by a and b');
  });

  test.each([
    [
      'one is narrower',
      service('a', 'deployments: { ref: [{ prefix: shop/ }] }\n'),
      service('b', 'deployments: { ref: [shop/cart] }\n'),
    ],
    [
      'they ask for different environments',
      service('a', 'deployments: { ref: [shop/mono], environment: [one] }\n'),
      service('b', 'deployments: { ref: [shop/mono], environment: [two] }\n'),
    ],
    [
      'the pattern asks for a part of the repository',
      service('a', 'repository: https://gitlab.example.gov.uk/shop/mono\n'),
      service('b', 'deployments: { ref: [shop/mono], environment: [{ prefix: b- }] }\n'),
    ],
  ])('nothing where %s', (_, one, two) => expect(found({ ...one, ...two })).toEqual([]));

  test('a field that no deployment has', () => {
    const [finding] = found(service('a', 'deployments: { repository: [x] }\n'), 'pattern-never-matches');
    expect(finding?.message).toContain('asks for repository, which no deployment has');
  });

  test('a pattern that is wrong, at its key', () => {
    const [finding] = found(service('a', 'deployments: { ref: [{ perfix: x }] }\n'), 'bad-pattern');
    expect(finding).toMatchObject({ file: 'services/a.yaml', line: 2 });
  });

  test('the login of a person', () => {
    const person = (id: string, logins: string) => ({
      [`people/${id}.yaml`]: `id: ${id}\nname: ${id}\ncontact: { phone: "+447700900101" }\nlogins: [${logins}]\n`,
    });
    const [finding] = found({ ...person('cy', 'cy, Shared'), ...person('di', 'shared') }, 'login-claimed-twice');
    expect(finding).toMatchObject({ level: 'error', file: 'people/di.yaml' });
    expect(finding?.message).toContain('cy and di both claim the login shared');
  });
});

test('a rollback that names what cannot be filled in is refused, with what can', () => {
  const [finding] = lint(service('a', 'rollback: deploy {{ deployment.lastgood }}\n')).findings;
  expect(finding).toMatchObject({ level: 'error', file: 'services/a.yaml', line: 2 });
  expect(`${finding?.message} ${finding?.mend}`).toContain('{{ deployment.lastGood }}');
});

describe('lint --live', () => {
  test('lists what belongs to nobody, one line for each project', () => {
    const findings = nobodys([
      deployment({ at: '2026-11-20T09:00:00.000Z' }),
      deployment({ at: '2026-11-24T09:00:00.000Z' }),
      deployment({ ref: 'other/thing\n\u001b[31m', sender: 'github' }),
    ]);
    expect(findings.map(({ message }) => message)).toEqual([
      '2 deployments of nobody/knows (gitlab, last 2026-11-24T09:00:00.000Z) belong to no service.',
      expect.stringMatching(/^A deployment of other\/thing .*\(github, last .*\) belong/),
    ]);
    expect(findings[1]?.message).not.toMatch(/[\n\u001b]/);
    expect(findings.every(({ level }) => level === 'warning')).toBe(true);
  });

  test('says nothing where everything has an owner', () => expect(nobodys([])).toEqual([]));
});
