/**
 * What the readers of AWS notices share: the shape of a reading, resources from ARNs, links into the console.
 *
 * Called by the `aws-*.ts` readers and `aws.ts`. Pure.
 */
import type { Resource } from './alert.ts';
import { arnOf, consoleHost } from './aws-names.ts';
import type { Draft } from './draft.ts';
import { type Fields, text } from './read.ts';
import { isOpaque } from './things.ts';

export type Reading = Omit<Draft, 'source'> & {
  variant?: string | undefined;
  /** False where the service never tells that it is over. Left out: where the notice has a state, it does. */
  ends?: boolean;
};
export type Reader = (detail: Fields, event: Fields) => Reading;

export function isPresent<T>(value: T | undefined): value is T {
  return value !== undefined;
}

/** `name` is what people call it, where the notice says so. */
export function resourceOf(value: unknown, name?: string): Resource | undefined {
  const id = text(value);
  if (id === undefined) return undefined;
  const arn = arnOf(id);
  if (arn === undefined) return name === undefined ? { id } : { id, name };
  const last = arn.resource.split(/[/:]/).at(-1) || id;
  return { id, type: `AWS/${arn.service}`, ...(name === undefined && isOpaque(last) ? {} : { name: name ?? last }) };
}

export function resourcesOf(...values: unknown[]): Resource[] {
  return values.map((value) => resourceOf(value)).filter(isPresent);
}

/** The last part of an ARN, or the value itself. */
export function shortName(value: unknown): string | undefined {
  const id = text(value);
  return id === undefined ? undefined : (arnOf(id)?.resource.split(/[/:]/).at(-1) ?? id);
}

/** Identity, title and resource of a thing that has an id and, perhaps, a name. */
export function named(service: string, kind: string, id: unknown, name: unknown): Reading {
  const read = text(id);
  const shown = text(name) ?? read;
  return {
    key: read === undefined ? undefined : `${service}:${read}`,
    title: shown === undefined ? undefined : `${kind}: ${shown}`,
    resources:
      read === undefined
        ? []
        : [{ id: read, type: `AWS/${service}`, ...(shown === undefined || shown === read ? {} : { name: shown }) }],
  };
}

export function consoleAt(event: Fields, path: (region: string) => string): string | undefined {
  const region = text(event.region) ?? '';
  const host = consoleHost(region);
  return host === undefined ? undefined : `https://${host}${path(region)}`;
}

/** `NON_COMPLIANT`, `TaskFailedToStart` in words: `non compliant`. */
export function inWords(code: string | undefined): string | undefined {
  return code
    ?.replace(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();
}

/** The parts that are there, between `by`. */
export function joined(by: string, ...parts: (string | undefined)[]): string | undefined {
  const there = parts.filter((part) => part !== undefined && part !== '');
  return there.length === 0 ? undefined : there.join(by);
}
