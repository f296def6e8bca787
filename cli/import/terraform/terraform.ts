/**
 * Terraform as people write it, as the resources that it would make: `for_each`, `count`, `locals`, `variable` defaults,
 * `.tfvars`, `dynamic` blocks and modules from the same folders are followed.
 *
 * Promises: nothing is dropped in silence. What cannot be followed is a sentence with file and line, and the rest of its
 * resource stays. A reference to a resource is its address (`pagerduty_user.people["amira"]`), wherever `.id` or `.arn`
 * is written. Called by the imports. Pure.
 *
 * Source: Terraform language documentation (Resources, Modules, Variables, dynamic blocks, JSON syntax).
 */
import { parseHcl, parseTemplate } from './hcl.ts';
import { instancesIn } from './module.ts';
import type { Resource, TerraformFile } from './resource.ts';
import type { Body, Expression } from './tree.ts';

/** A document of an import that is Terraform. */
export class TerraformDocument {
  readonly file: TerraformFile;
  constructor(file: TerraformFile) {
    this.file = file;
  }
}

/** Throws a RangeError that names file and line. */
export function readTerraform(path: string, text: string): TerraformDocument {
  try {
    const body = path.endsWith('.json') ? fromJson(JSON.parse(text) as unknown) : parseHcl(text);
    return new TerraformDocument({ path, body });
  } catch (error) {
    if (error instanceof SyntaxError) throw new RangeError(`${path} is not JSON.`);
    if (error instanceof RangeError) throw new RangeError(`${path}, ${error.message}.`);
    throw error;
  }
}

/** All resources of the files together, and what could not be followed. */
export function resourcesOf(files: TerraformFile[]): { resources: Resource[]; lost: string[] } {
  return instancesIn(files);
}

/** The blocks that Terraform's JSON syntax has under a type, with one or two labels. */
const LABELS: Record<string, number> = {
  resource: 2,
  data: 2,
  variable: 1,
  output: 1,
  module: 1,
  provider: 1,
  locals: 0,
  terraform: 0,
};

/** Terraform's JSON syntax, also as parsers of HCL write it, as a body. */
export function fromJson(document: unknown): Body {
  const body: Body = { attributes: [], blocks: [] };
  for (const [type, value] of objectOf(document)) {
    const count = LABELS[type];
    if (count === undefined) body.attributes.push({ name: type, value: expressionOf(value), line: 1 });
    else body.blocks.push(...blocksOf(type, [], value, count));
  }
  return body;
}

function blocksOf(type: string, labels: string[], value: unknown, left: number): Body['blocks'] {
  if (Array.isArray(value)) return value.flatMap((one) => blocksOf(type, labels, one, left));
  if (left > 0) return objectOf(value).flatMap(([label, inner]) => blocksOf(type, [...labels, label], inner, left - 1));
  const body: Body = { attributes: [], blocks: [] };
  for (const [name, one] of objectOf(value)) {
    if (name === 'dynamic')
      for (const [label, inner] of objectOf(one))
        body.blocks.push(
          ...[inner].flat().map((each) => ({ type: 'dynamic', labels: [label], body: dynamicBody(each), line: 1 })),
        );
    else if (hasDynamic(one)) body.blocks.push(...blocksOf(name, [], one, 0));
    else body.attributes.push({ name, value: expressionOf(one), line: 1 });
  }
  return [{ type, labels, body, line: 1 }];
}

/** JSON does not tell blocks from lists of objects; those that hold dynamic blocks are blocks. */
function hasDynamic(value: unknown): boolean {
  return [value].flat().some((one) => objectOf(one).some(([key, inner]) => key === 'dynamic' || hasDynamic(inner)));
}

function dynamicBody(value: unknown): Body {
  const { content, ...rest } = Object.fromEntries(objectOf(value));
  const blocks = [content].flat().flatMap((one) => blocksOf('content', [], one, 0));
  return {
    attributes: Object.entries(rest).map(([name, one]) => ({ name, value: expressionOf(one), line: 1 })),
    blocks,
  };
}

function objectOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function expressionOf(value: unknown): Expression {
  if (typeof value === 'string') return parseTemplate(value, 1);
  if (Array.isArray(value)) return { kind: 'list', items: value.map(expressionOf), line: 1 };
  if (typeof value === 'number' || typeof value === 'boolean' || value === null)
    return { kind: 'literal', value, line: 1 };
  const items = objectOf(value).map(([key, one]): [Expression, Expression] => [
    parseTemplate(key, 1),
    expressionOf(one),
  ]);
  return { kind: 'object', items, line: 1 };
}

/** Terraform among the documents of an import: files that were read here, and what parsers of HCL make of one. */
export function splitDocuments(documents: unknown[]): { files: TerraformFile[]; others: unknown[] } {
  const files: TerraformFile[] = [];
  const others: unknown[] = [];
  for (const document of documents) {
    if (document instanceof TerraformDocument) files.push(document.file);
    else if (
      objectOf(document).some(([key]) => key === 'resource' || key === 'data') &&
      !Array.isArray(Object.fromEntries(objectOf(document))['data']) &&
      isBlocks(document)
    )
      files.push({ path: 'main.tf.json', body: fromJson(document) });
    else others.push(document);
  }
  return { files, others };
}

/** Blocks have types, and types have names: `{"resource": {"pagerduty_user": {"amira": …}}}`. */
function isBlocks(document: unknown): boolean {
  const { resource, data } = Object.fromEntries(objectOf(document)) as Record<string, unknown>;
  const types = [...objectOf(resource), ...objectOf(data)];
  return (
    types.length > 0 && types.every(([type, named]) => /^[a-z][\w-]*_\w+$/.test(type) && objectOf(named).length > 0)
  );
}

/**
 * Resources of the tool that a catalogue has no words for, each with its line, and those of other providers in one sentence.
 *
 * @param prefix of the tool's types, like `pagerduty_`
 * @param why by type: what to do instead
 */
export function notCarried(
  resources: Resource[],
  { prefix, isCarried, why }: { prefix: RegExp; isCarried: (type: string) => boolean; why: Record<string, string> },
): string[] {
  const own = resources
    .filter(({ type, isData }) => prefix.test(type) && !isCarried(type) && !isData)
    .map(({ address, type, path, line }) => {
      const instead = why[type] === undefined ? '' : `: ${why[type]}`;
      return `${path}:${line}: ${address} is not carried over${instead}.`;
    });
  const others = resources.filter(({ type, isData }) => !prefix.test(type) && !isData);
  const types = [...new Set(others.map(({ type }) => type))];
  if (others.length === 0) return own;
  const named = `${types.slice(0, 5).join(', ')}${types.length > 5 ? ', …' : ''}`;
  return [
    ...own,
    `Resources of other providers say nothing about who is on call and are left out: ${others.length} of ${named}.`,
  ];
}

/** Data sources that stand for what is kept elsewhere, each with its line: their content is not in these files. */
export function keptElsewhere(resources: Resource[], types: RegExp): string[] {
  return resources
    .filter(({ type, isData }) => isData && types.test(type))
    .map(
      ({ address, path, line }) =>
        `${path}:${line}: ${address} is kept elsewhere, and what is in it is not in these files: give the files or the API's answer that has it.`,
    );
}
