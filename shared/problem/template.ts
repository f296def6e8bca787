/**
 * The template of a ticket: Markdown with {{ placeholders }}, the team's or the one below.
 *
 * Promises: every placeholder is filled in; what is filled in is never read as a template again. Pure.
 */
import { section } from './sections.ts';

/** Parts of several lines: each can be written anew later. */
export const PARTS = [
  'summary',
  'impact',
  'paged',
  'timeline',
  'suspects',
  'runbook',
  'around',
  'earlier',
  'whys',
  'factors',
  'follow_ups',
] as const;
export type Part = (typeof PARTS)[number];

/** Single values, for titles and sentences of the team's own text. */
export const VALUES = [
  'title',
  'service',
  'environment',
  'severity',
  'started',
  'ended',
  'lasted',
  'incident',
] as const;
export type Value = (typeof VALUES)[number];

export const DEFAULT_TEMPLATE = `## Summary
{{ summary }}

## Impact
{{ impact }}

## Who was paged
{{ paged }}

## Timeline
{{ timeline }}

## What changed before
{{ suspects }}

## Runbook
{{ runbook }}

## What else was open
{{ around }}

## Earlier incidents of this cause
{{ earlier }}

## Five whys
{{ whys }}

## Contributing factors
{{ factors }}

## Follow-ups
{{ follow_ups }}
`;

const PLACEHOLDER = /\{\{[ \t]{0,10}([a-z_]{1,40})[ \t]{0,10}\}\}/g;
const KNOWN: readonly string[] = [...PARTS, ...VALUES];

/** A template with what it asks for. `parts` and `values` are Markdown. */
export function fillTemplate(template: string, parts: Record<Part, string>, values: Record<Value, string>): string {
  return template.replace(PLACEHOLDER, (whole, name: string) => {
    if (isPart(name)) return section(name, parts[name]);
    return (VALUES as readonly string[]).includes(name) ? values[name as Value] : whole;
  });
}

function isPart(name: string): name is Part {
  return (PARTS as readonly string[]).includes(name);
}

/** Placeholders that nothing is known for, with their lines (from 1) and what is known. */
export function unknownPlaceholders(template: string): { name: string; line: number; known: readonly string[] }[] {
  return template.split('\n').flatMap((text, n) =>
    [...text.matchAll(/\{\{([^{}]{0,80})\}\}/g)]
      .map(([, name]) => name!.trim())
      .filter((name) => !KNOWN.includes(name))
      .map((name) => ({ name, line: n + 1, known: KNOWN })),
  );
}
