/**
 * A service of AWS as its published model describes it: which requests it takes. Pure but for the files it reads.
 *
 * Promises: what the model does not allow is refused by name: a parameter that there is not, one that is missing, a value of
 * another type, out of its range, or off its pattern. `extract.ts` makes the files.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Names of other shapes stand for them. */
export type Shape = {
  type: string;
  required?: string[];
  members?: Record<string, string>;
  member?: string;
  key?: string;
  value?: string;
  min?: number;
  max?: number;
  pattern?: string;
  enum?: string[];
};
export type Model = { source: string; operations: Record<string, string>; shapes: Record<string, Shape> };
export type Service = 'pinpoint-sms-voice-v2' | 'sesv2' | 'sns' | 'ssm';

export function modelOf(service: Service): Model {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'model', `${service}.json`), 'utf8')) as Model;
}

/** What is wrong with a request, as sentences that name the parameter; undefined where the service has no such operation. */
export function mistakesIn(model: Model, operation: string, request: unknown): string[] | undefined {
  const input = model.operations[operation];
  if (input === undefined) return undefined;
  return input === '' ? [] : mistakesOf(model, input, request, operation);
}

function mistakesOf(model: Model, name: string, value: unknown, at: string): string[] {
  const shape = model.shapes[name]!;
  switch (shape.type) {
    case 'structure':
      return ofStructure(model, shape, value, at);
    case 'list':
      if (!Array.isArray(value)) return [`${at} must be a list`];
      return [
        ...ofSize(shape, value.length, at),
        ...value.flatMap((one, n) => mistakesOf(model, shape.member!, one, `${at}[${n}]`)),
      ];
    case 'map': {
      if (!isRecord(value)) return [`${at} must be a map`];
      const entries = Object.entries(value);
      return [
        ...ofSize(shape, entries.length, at),
        ...entries.flatMap(([key, one]) => [
          ...mistakesOf(model, shape.key!, key, `${at} key`),
          ...mistakesOf(model, shape.value!, one, `${at}.${key}`),
        ]),
      ];
    }
    case 'string':
      return ofString(shape, value, at);
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${at} must be true or false`];
    case 'integer':
    case 'long':
      return Number.isInteger(value) ? ofSize(shape, value as number, at) : [`${at} must be a whole number`];
    default:
      return [];
  }
}

function ofStructure(model: Model, shape: Shape, value: unknown, at: string): string[] {
  if (!isRecord(value)) return [`${at} must be a structure`];
  const members = shape.members ?? {};
  const missing = (shape.required ?? []).filter((field) => value[field] === undefined || value[field] === null);
  return [
    ...missing.map((field) => `${at}.${field} is missing`),
    ...Object.entries(value).flatMap(([field, one]) => {
      if (one === undefined || one === null) return [];
      if (!Object.hasOwn(members, field)) return [`${at}.${field} is no parameter`];
      return mistakesOf(model, members[field]!, one, `${at}.${field}`);
    }),
  ];
}

function ofString(shape: Shape, value: unknown, at: string): string[] {
  if (typeof value !== 'string') return [`${at} must be text`];
  const wrong = ofSize(shape, [...value].length, at);
  if (shape.pattern !== undefined && !new RegExp(`^(?:${shape.pattern})$`, 'u').test(value))
    wrong.push(`${at} must match ${shape.pattern}`);
  if (shape.enum !== undefined && !shape.enum.includes(value))
    wrong.push(`${at} must be one of ${shape.enum.join(', ')}`);
  return wrong;
}

function ofSize({ min, max }: Shape, size: number, at: string): string[] {
  if (min !== undefined && size < min) return [`${at} must be at least ${min}`];
  return max !== undefined && size > max ? [`${at} must be at most ${max}`] : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
