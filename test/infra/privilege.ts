/**
 * Least privilege by record: what the functions called while the tests ran (`infra/local/calls.ts`), held against what their
 * roles in the template allow. Pure; `test/local/build.ts` asks it when all tests are over.
 */
import type { Call } from '../../infra/local/calls.ts';
import { evaluate, type Known, type Template } from '../../infra/local/template.ts';

/** One action on one resource (stars and question marks as in IAM) that a role allows; with `except`, on every other one. */
export type Allowed = Call & { except: boolean };

/** What is allowed though no test makes it, with the reason. Lambda's own acts in a function's name are among them. */
/** `on`: the end of the resource's name, where the same action on others is made. */
export type Unmade = { who: string; action: string; on?: string; because: string };

const ACCOUNT = '000000000000';
const REGION = 'eu-west-1';
/** Log lines and traces are written by Lambda, not by any code of ours. */
const LAMBDAS_OWN = /^(logs|xray):/;

type Statement = {
  Effect: string;
  Action: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
};

/** Everything that the roles of a template allow, an action and a resource at a time, as the local stack names resources. */
export function allowedBy(template: Template): Allowed[] {
  const known = resourcesOf(template);
  return template.functions.flatMap(({ name }) => {
    const role = template.resources[`${name.charAt(0).toUpperCase()}${name.slice(1)}Role`]!.Properties;
    const policies = evaluate(role['Policies'], known) as { PolicyDocument: { Statement: Statement[] } }[];
    return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement).flatMap((one) => partsOf(name, one));
  });
}

function partsOf(who: string, { Action, Resource, NotResource }: Statement): Allowed[] {
  const except = Resource === undefined;
  return [Action]
    .flat()
    .flatMap((action) =>
      LAMBDAS_OWN.test(action)
        ? []
        : [Resource ?? NotResource!].flat().map((resource) => ({ who, action, resource, except })),
    );
}

function resourcesOf(template: Template): Known {
  const attributes: Record<string, string> = { 'Table.Arn': `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/pageturner` };
  for (const [name, { Type }] of Object.entries(template.resources)) {
    if (Type === 'AWS::SQS::Queue') attributes[`${name}.Arn`] = `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
  }
  const refs = { 'AWS::Partition': 'aws', 'AWS::Region': REGION, 'AWS::AccountId': ACCOUNT };
  return { refs, attributes };
}

function allows({ who, action, resource, except }: Allowed, call: Call): boolean {
  if (who !== call.who || action !== call.action) return false;
  const pattern = resource
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`).test(call.resource) !== except;
}

/** Calls that the function's role would have refused, as sentences with the mend. Calls of others than functions pass. */
export function refused(allowed: readonly Allowed[], calls: readonly Call[]): string[] {
  const functions = new Set(allowed.map(({ who }) => who));
  return calls
    .filter((call) => functions.has(call.who) && !allowed.some((one) => allows(one, call)))
    .map(
      ({ who, action, resource }) =>
        `${who} called ${action} on ${resource}, which its role does not allow: add it in infra/resources/roles.yml, or do not call it.`,
    );
}

/** What a role allows and nobody used, as sentences with the mend; and reasons for what is not allowed any more. */
export function unused(allowed: readonly Allowed[], calls: readonly Call[], unmade: readonly Unmade[]): string[] {
  const excused = (one: Allowed) =>
    unmade.some(({ who, action, on = '' }) => who === one.who && action === one.action && one.resource.endsWith(on));
  const idle = allowed
    .filter((one) => !excused(one) && !calls.some((call) => allows(one, call)))
    .map(
      ({ who, action, resource }) =>
        `${who} may call ${action} on ${resource}, which no test made it do: take it out of infra/resources/roles.yml, or add the test.`,
    );
  const stale = unmade
    .filter(
      ({ who, action, on = '' }) =>
        !allowed.some((one) => one.who === who && one.action === action && one.resource.endsWith(on)),
    )
    .map(({ who, action }) => `${who} may not call ${action} any more: take its reason out of test/infra/unmade.ts.`);
  return [...idle, ...stale];
}
