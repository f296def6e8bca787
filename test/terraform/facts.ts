/**
 * What the providers' schemas say of a resource (`facts.json`, written by `facts.generate.ts`), and what of a module they
 * would refuse. Pure. An expression (`${…}`) is taken for whatever type is wanted: only Terraform knows its value.
 */
export type Block = {
  /** The type of each: `string`, or `string, required`. */
  arguments: Record<string, string>;
  blocks: Record<string, Block & { required: boolean }>;
};
export type Facts = {
  /** Where the facts come from: package and version, with the provider and its version. */
  packages: Record<string, string>;
  resources: Record<string, Block & { computed: string[] }>;
  data: Record<string, Block & { computed: string[] }>;
};

type Body = Record<string, unknown>;

/** What Terraform itself knows in every resource. */
const OWN = ['count', 'for_each', 'depends_on', 'lifecycle', 'provider'];

/** What the provider would refuse of a body as `hcl2json` gives it, as sentences. `where`: how it is named in them. */
export function misuses(where: string, body: Body, block: Block): string[] {
  const { dynamic, ...written } = body as Body & { dynamic?: Record<string, { content: Body[] }[]> };
  const nested = nestedIn(written, dynamic ?? {}, block);
  const unknown = Object.keys(written)
    .filter((name) => !OWN.includes(name) && !(name in block.arguments) && !(name in block.blocks))
    .map((name) => `${where} has no argument or block '${name}'`);
  const unknownDynamic = Object.keys(dynamic ?? {})
    .filter((name) => !(name in block.blocks))
    .map((name) => `${where} has no block '${name}'`);
  const missing = wantedBy(block)
    .filter((name) => !(name in written) && !nested.some(([given]) => given === name))
    .map((name) => `${where} lacks '${name}', which is required`);
  const wrong = Object.entries(block.arguments)
    .filter(([name, type]) => name in written && !fits(written[name], type.split(',')[0]!))
    .map(([name, type]) => `${where}: '${name}' must be a ${type.split(',')[0]}`);
  const inside = nested.flatMap(([name, inner]) => misuses(`${where}.${name}`, inner, block.blocks[name]!));
  return [...unknown, ...unknownDynamic, ...missing, ...wrong, ...inside];
}

function wantedBy(block: Block): string[] {
  return [
    ...Object.entries(block.arguments).flatMap(([name, type]) => (type.endsWith(', required') ? [name] : [])),
    ...Object.entries(block.blocks).flatMap(([name, { required }]) => (required ? [name] : [])),
  ];
}

function nestedIn(written: Body, dynamic: Record<string, { content: Body[] }[]>, block: Block): [string, Body][] {
  const plain = Object.keys(block.blocks).flatMap((name) =>
    ([written[name] ?? []].flat() as Body[]).map((inner): [string, Body] => [name, inner]),
  );
  const made = Object.entries(dynamic)
    .filter(([name]) => name in block.blocks)
    .flatMap(([name, every]) => every.flatMap(({ content }) => content.map((inner): [string, Body] => [name, inner])));
  return [...plain, ...made];
}

function fits(value: unknown, type: string): boolean {
  if (typeof value === 'string' && value.includes('${')) return true;
  if (type === 'list') return Array.isArray(value);
  if (type === 'map') return typeof value === 'object' && !Array.isArray(value);
  if (type === 'bool') return typeof value === 'boolean';
  return type === 'number' ? typeof value === 'number' : ['string', 'number', 'boolean'].includes(typeof value);
}

/** References in a text of Terraform to attributes that no resource of that type has, as sentences. */
export function unknownReferences(text: string, facts: Facts): string[] {
  const found = [...text.matchAll(/\b(data\.)?((?:aws|azurerm|azuread)_\w+)\.\w+(?:\[[^\]]*\])?\.(\w+)/g)];
  return found.flatMap(([whole, data, type = '', attribute = '']) => {
    const known = (data ? facts.data : facts.resources)[type];
    if (!known) return [`${whole}: facts.json says nothing of ${type}; add it to facts.generate.ts and run that`];
    const has = attribute in known.arguments || attribute in known.blocks || known.computed.includes(attribute);
    return has ? [] : [`${whole}: ${type} has no attribute '${attribute}'`];
  });
}
