/**
 * What is wrong with how services claim deployments and people claim names: two that claim the same.
 *
 * Promises: a claim by two is proved by a deployment that both match, made of the patterns themselves and shown. A
 * narrower pattern beats a wider one, and that is no mistake. Called by the catalogue's lint. Pure.
 */
import type { Catalogue, Service } from '../../shared/catalogue/catalogue.ts';
import { patternedServices, repositoryPath } from '../../shared/deployment/owner.ts';
import type { Branch, CompiledPattern } from '../../shared/pattern/compiled.ts';
import { compareSpecificity, matches, specificity } from '../../shared/pattern/pattern.ts';
import type { Where } from '../catalogue/compile.ts';
import type { Finding } from '../finding.ts';
import { exampleOf, shownExample } from './example.ts';

/** Two by two: more patterns than this are not compared. */
const MAX_COMPARED = 1000;
const FIELD =
  /^(id|sender|ref|service|environment|version|commit|status|title|by|at|links\.(deployment|change|compare))$/;

type Patterned = { service: Service; pattern: CompiledPattern };

/** Every finding about who deployed what, and whose it is. */
export function lintDeployments(catalogue: Catalogue, where: Where): Finding[] {
  const services = Object.values(catalogue.services);
  const patterned = patternedServices(services);
  return [
    ...repositoriesClaimedTwice(services, where),
    ...patterned.flatMap((one) => unknownFields(one, where)),
    ...patternsThatTie(patterned.slice(0, MAX_COMPARED), where),
    ...repositoriesInPatterns(patterned.slice(0, MAX_COMPARED), services, where),
    ...loginsClaimedTwice(catalogue, where),
  ];
}

/** Deployments of a repository belong to one service: where two claim it, the first by name has them all. */
function repositoriesClaimedTwice(services: Service[], where: Where): Finding[] {
  const claimed = Map.groupBy(
    services.filter(({ repository }) => repository !== undefined),
    ({ repository }) => repository!.toLowerCase().replace(/(\.git)?\/*$/, ''),
  );
  return [...claimed.values()].flatMap((both) => {
    if (both.length < 2) return [];
    const names = both.map(({ name }) => name);
    return {
      level: 'error',
      code: 'repository-claimed-twice',
      ...where('service', names[1]!, ['repository']),
      message: `The repository ${both[0]!.repository} is claimed by ${names.join(' and ')}: its deployments go to ${names[0]} alone.`,
      mend: 'Leave it to one of them; the other can depend on it, or claim its part by a `deployments` pattern.',
    };
  });
}

function unknownFields({ service, pattern }: Patterned, where: Where): Finding[] {
  const unknown = pattern.branches.flatMap(({ fields }) => fields).find(({ path }) => !FIELD.test(path));
  if (unknown === undefined) return [];
  return [
    {
      level: 'error',
      code: 'pattern-never-matches',
      ...where('service', service.name, ['deployments']),
      message: `The pattern of ${service.name} over deployments asks for ${unknown.path}, which no deployment has.`,
      mend: 'Write sender, ref, service, environment, version, commit, title, by or links.change.',
    },
  ];
}

function patternsThatTie(patterned: Patterned[], where: Where): Finding[] {
  return patterned.flatMap((one, n) =>
    patterned.slice(n + 1).flatMap((two): Finding[] => {
      const example = tieOf(one.pattern, two.pattern);
      if (example === undefined) return [];
      return [
        {
          level: 'error',
          code: 'deployments-claimed-twice',
          ...where('service', two.service.name, ['deployments']),
          message: `${one.service.name} and ${two.service.name} claim, as narrowly, a deployment like ${shownExample(example)}: it goes to ${one.service.name} alone.`,
          mend: 'Ask one more field in one of them, or an exact value instead of a part.',
        },
      ];
    }),
  );
}

function tieOf(one: CompiledPattern, two: CompiledPattern): Record<string, unknown> | undefined {
  for (const a of one.branches) {
    for (const b of two.branches) {
      if (compareSpecificity(specificity(a), specificity(b)) !== 0) continue;
      const example = exampleOf([a, b]);
      if (example && matches(one, example) && matches(two, example)) return example;
    }
  }
  return undefined;
}

/** A pattern that asks for nothing but the `ref` of another's repository takes all its deployments away. */
function repositoriesInPatterns(patterned: Patterned[], services: Service[], where: Where): Finding[] {
  const asksRefAlone = ({ fields }: Branch) => fields.every(({ path }) => path === 'ref');
  return patterned.flatMap(({ service, pattern }) => {
    const wide = { ...pattern, branches: pattern.branches.filter(asksRefAlone) };
    return services.flatMap(({ name, repository }): Finding[] => {
      if (name === service.name || repository === undefined) return [];
      const example = { ref: repositoryPath(repository) };
      if (!matches(wide, example)) return [];
      return [
        {
          level: 'error',
          code: 'deployments-claimed-twice',
          ...where('service', service.name, ['deployments']),
          message: `${service.name} by its pattern and ${name} by its repository claim a deployment like ${shownExample(example)}: it goes to ${service.name} alone.`,
          mend: 'Ask one more field in the pattern, such as environment, or leave the repository out.',
        },
      ];
    });
  });
}

/** Two people of one login: neither is shown as the author. */
function loginsClaimedTwice({ people }: Catalogue, where: Where): Finding[] {
  const claims = Object.values(people).flatMap(({ id, logins = [] }) =>
    logins.map((login, position) => ({ id, login: login.toLowerCase(), position })),
  );
  return [...Map.groupBy(claims, ({ login }) => login).values()].flatMap((both) => {
    const [first, ...others] = both;
    const second = others.find(({ id }) => id !== first!.id);
    if (second === undefined) return [];
    return {
      level: 'error',
      code: 'login-claimed-twice',
      ...where('person', second.id, ['logins', second.position]),
      message: `${first!.id} and ${second.id} both claim the login ${first!.login}: neither is shown as who deployed.`,
      mend: 'Leave it to the one whose it is.',
    };
  });
}
