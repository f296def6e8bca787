/**
 * What a deployment parser has read, with gaps, and how they are closed. Several notices of one deployment must have one
 * id: the parts that name it come from the sender, never from the notice.
 *
 * Called by the parsers and `parse.ts`. Pure.
 */
import * as v from 'valibot';
import { entry, link, text } from '../alert/read.ts';
import { type Deployment, deploymentSchema } from './deployment.ts';

type Gaps<T> = { [K in keyof T]?: T[K] | undefined };

export type DeploymentDraft = Gaps<Omit<Deployment, 'id' | 'links'>> & {
  sender: Deployment['sender'];
  /** What names this deployment among those of its `ref`. */
  number: string | undefined;
  links?: { [K in keyof Deployment['links']]?: unknown };
};

/** A sender's words for what became of a deployment; a word that is not in the table means that nothing was deployed. */
export type StatusWords = Readonly<Record<string, Deployment['status']>>;

export function statusFrom(words: StatusWords, word: string | undefined): Deployment['status'] | undefined {
  return entry(words, word);
}

/** A commit's message is its title first, and then perhaps a page of reasons. */
export function firstLine(value: unknown): string | undefined {
  return typeof value === 'string' ? text(value.trimStart().split('\n', 1)[0]) : undefined;
}

/** Undefined where it is no deployment: without a `ref` or a status there is nothing to remember. */
export function finishDeployment(draft: DeploymentDraft, receivedAt: string): Deployment | undefined {
  const { sender, ref, status, number, links = {}, ...rest } = draft;
  if (ref === undefined || status === undefined) return undefined;
  const kept: Record<string, unknown> = {
    id: `${sender}:${ref}:${number ?? rest.at ?? receivedAt}`,
    sender,
    ref,
    status,
  };
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) kept[name] = value;
  kept.at ??= receivedAt;
  kept.links = {};
  for (const [name, value] of Object.entries(links)) {
    const address = link(value);
    if (address !== undefined) (kept.links as Record<string, string>)[name] = address;
  }
  const checked = v.safeParse(deploymentSchema, kept);
  return checked.success ? checked.output : undefined;
}
