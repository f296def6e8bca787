/**
 * The modules of Terraform files: what names mean in each, and the resources that each makes. Called by `terraform.ts`.
 */
import { posix } from 'node:path';
import { entriesOf, evaluate, type Scope } from './evaluate.ts';
import type { Resource, TerraformFile } from './resource.ts';
import type { Block, Body, Expression } from './tree.ts';
import { isTable, type Table, text, Unknown, type Value } from './value.ts';

type Placed = { block: Block; path: string };
type Folder = { blocks: Placed[]; given: Map<string, Expression> };
type Told = (path: string, line: number, what: string) => void;
/** A resource block with its instances by key; the key of a single one is undefined. */
type Kept = { placed: Placed; keys: [string | number | undefined, Table][] };

const MOST_INSTANCES = 2000;
const MOST_DEPTH = 8;
/** Arguments of every resource that say nothing about the thing itself. */
const META = new Set(['for_each', 'count', 'depends_on', 'lifecycle', 'provider', 'provisioner', 'connection']);
const NONE: ReadonlySet<string> = new Set();
/** What stands for a thing in references. */
const IDENTITIES = ['id', 'arn', 'account_id'];

export function instancesIn(files: TerraformFile[]): { resources: Resource[]; lost: string[] } {
  const folders = foldersOf(files);
  const lost = new Set<string>();
  const tell: Told = (path, line, what) => lost.add(`${path}:${line}: ${what}`);
  const called = new Set([...folders].flatMap(([at, { blocks }]) => blocks.flatMap((one) => sourceOf(one, at) ?? [])));
  const roots = [...folders].filter(([at]) => !called.has(at));
  const resources = (roots.length > 0 ? roots : [...folders]).flatMap(([at]) => {
    const module = new Module({ folders, at, tell, prefix: '', inputs: {}, depth: 0 });
    return module.resources();
  });
  return { resources, lost: [...lost] };
}

function foldersOf(files: TerraformFile[]): Map<string, Folder> {
  const folders = new Map<string, Folder>();
  for (const { path, body } of files) {
    const at = posix.normalize(posix.dirname(path));
    const folder: Folder = folders.get(at) ?? { blocks: [], given: new Map() };
    folders.set(at, folder);
    if (/\.tfvars(\.json)?$/.test(path)) for (const { name, value } of body.attributes) folder.given.set(name, value);
    folder.blocks.push(...body.blocks.map((block) => ({ block, path })));
  }
  return folders;
}

/** The folder that a module block leads to; undefined for registries and repositories. */
function sourceOf({ block }: Placed, at: string): string | undefined {
  if (block.type !== 'module') return undefined;
  const source = block.body.attributes.find(({ name }) => name === 'source')?.value;
  if (source?.kind !== 'literal' || !/^\.{1,2}(\/|$)/.test(String(source.value))) return undefined;
  return posix.normalize(posix.join(at, String(source.value))).replace(/\/$/, '');
}

type Setting = { folders: Map<string, Folder>; at: string; tell: Told; prefix: string; inputs: Table; depth: number };

class Module {
  private readonly setting: Setting;
  private readonly folder: Folder;
  private readonly values = new Map<string, Value>();
  private readonly kept = new Map<string, Kept>();
  private readonly modules = new Map<string, [string | number | undefined, Module][]>();

  constructor(setting: Setting) {
    this.setting = setting;
    this.folder = setting.folders.get(setting.at) ?? { blocks: [], given: new Map() };
  }

  private of(type: string): Placed[] {
    return this.folder.blocks.filter(({ block }) => block.type === type);
  }

  // ---- what names mean --------------------------------------------------------------------------------------------------

  readonly scope: Scope = (name) => {
    if (name === 'local')
      return this.lazy(this.locals(), (key, value) => this.once(`local.${key}`, () => evaluate(value, this.scope)));
    if (name === 'var')
      return explained(
        'has no value in these files (a .tfvars file beside them is read too)',
        this.lazy(
          this.of('variable').map(({ block }) => [block.labels[0] ?? '', block] as const),
          (key, block) => this.variable(key, block),
        ),
      );
    if (name === 'module')
      return this.lazy(
        this.of('module').map(({ block }) => [block.labels[0] ?? '', block] as const),
        (key) => this.outputsOf(key),
      );
    if (name === 'data') return this.types('data');
    if (name === 'path') return { module: '.', root: '.', cwd: '.' };
    if (name === 'terraform') return { workspace: new Unknown('the workspace is known only when it is applied') };
    return this.named('resource', name);
  };

  /** A table whose values are found when they are looked at. */
  private lazy<T>(items: (readonly [string, T])[], find: (key: string, item: T) => Value): Table {
    const found: Table = {};
    for (const [key, item] of items)
      Object.defineProperty(found, key, { enumerable: true, configurable: true, get: () => find(key, item) });
    return found;
  }

  private locals(): (readonly [string, Expression])[] {
    return this.of('locals').flatMap(({ block }) =>
      block.body.attributes.map(({ name, value }) => [name, value] as const),
    );
  }

  /** A value that leads to itself is unknown. */
  private once(key: string, make: () => Value): Value {
    const known = this.values.get(key);
    if (known !== undefined) return known;
    this.values.set(key, new Unknown(`${key} leads to itself`));
    const value = make();
    this.values.set(key, value);
    return value;
  }

  private variable(key: string, block: Block): Value {
    if (Object.hasOwn(this.setting.inputs, key)) return this.setting.inputs[key]!;
    const given = this.setting.depth === 0 ? this.folder.given.get(key) : undefined;
    const value = given ?? block.body.attributes.find(({ name }) => name === 'default')?.value;
    if (value === undefined)
      return new Unknown(`var.${key} has no value in these files (a .tfvars file beside them is read too)`);
    return this.once(`var.${key}`, () => evaluate(value, this.scope));
  }

  private types(block: 'resource' | 'data'): Table {
    const types = [...new Set(this.of(block).map((one) => one.block.labels[0] ?? ''))];
    return this.lazy(
      types.map((type) => [type, type] as const),
      (type) => this.named(block, type) ?? null,
    );
  }

  /** `pagerduty_user`: its resources by name. */
  private named(block: 'resource' | 'data', type: string): Value | undefined {
    const found = this.of(block).filter((one) => one.block.labels[0] === type);
    if (found.length === 0) return undefined;
    return this.lazy(
      found.map((one) => [one.block.labels[1] ?? '', one] as const),
      (name, placed) => {
        const key = `${block} ${type}.${name}`;
        return this.once(key, () => {
          const { keys } = this.keep(placed);
          if (keys.length === 1 && keys[0]![0] === undefined) return keys[0]![1];
          if (typeof keys[0]?.[0] === 'number') return keys.map(([, value]) => value);
          return Object.fromEntries(keys.map(([one, value]) => [String(one), value]));
        });
      },
    );
  }

  private addressOf({ block }: Placed, key: string | number | undefined): string {
    const own = `${this.setting.prefix}${block.type === 'data' ? 'data.' : ''}${block.labels.join('.')}`;
    return key === undefined ? own : `${own}[${typeof key === 'number' ? key : JSON.stringify(key)}]`;
  }

  // ---- resources --------------------------------------------------------------------------------------------------------

  /** The instances of a resource as values for references: their arguments, and the address as id. */
  private keep(placed: Placed): Kept {
    const label = this.addressOf(placed, undefined);
    const known = this.kept.get(label);
    if (known !== undefined) return known;
    const kept: Kept = { placed, keys: [] };
    this.kept.set(label, kept);
    for (const [key, scope] of this.repeats(placed, label)) {
      const address = this.addressOf(placed, key);
      const attributes = placed.block.body.attributes.filter(({ name }) => !META.has(name));
      const value = this.lazy(
        attributes.map((one) => [one.name, one.value] as const),
        (name, of) => this.once(`${address} ${name}`, () => evaluate(of, scope)),
      );
      for (const name of IDENTITIES) Object.defineProperty(value, name, { value: address, enumerable: true });
      kept.keys.push([key, explained('is known only when it is applied', value)]);
    }
    return kept;
  }

  /** Once, or once for each key of `for_each` or number of `count`, with what `each` and `count` mean then. */
  private repeats({ block, path }: Placed, label: string): [string | number | undefined, Scope][] {
    const argument = block.body.attributes.find(({ name }) => name === 'for_each' || name === 'count');
    if (argument === undefined) return [[undefined, this.scope]];
    const value = evaluate(argument.value, this.scope);
    const skip = (why: string): [] => {
      this.setting.tell(
        path,
        argument.line,
        `${label}: ${argument.name} cannot be followed: ${why}; write it by hand.`,
      );
      return [];
    };
    if (value instanceof Unknown) return skip(value.why);
    if (argument.name === 'count') {
      const count = Number(value);
      if (!(count >= 0 && count <= MOST_INSTANCES)) return skip('it is no number');
      return Array.from({ length: count }, (_, index) => [index, this.inner('count', { index })]);
    }
    const entries = entriesOf(value);
    if (entries instanceof Unknown) return skip(entries.why);
    if (entries.length > MOST_INSTANCES) return skip(`it has more than ${MOST_INSTANCES} keys`);
    return entries.map(([given, one]) => {
      const key = Array.isArray(value) ? (text(one) ?? String(given)) : String(given);
      return [key, this.inner('each', { key, value: one })];
    });
  }

  private inner(called: string, value: Value): Scope {
    return (name) => (name === called ? value : this.scope(name));
  }

  /** Everything that this module and those that it calls would make. */
  resources(): Resource[] {
    const own = [...this.of('resource'), ...this.of('data')].flatMap((placed): Resource[] => {
      const { block, path } = placed;
      const [type = '', name = ''] = block.labels;
      return this.repeats(placed, this.addressOf(placed, undefined)).map(([key, scope]) => {
        const address = this.addressOf(placed, key);
        const tell = (line: number, what: string) => this.setting.tell(path, line, `${address}: ${what}`);
        const body = known(block.body, scope, tell);
        return { type, name, address, isData: block.type === 'data', body, path, line: block.line };
      });
    });
    return [
      ...own,
      ...this.of('module').flatMap((placed) => this.called(placed).flatMap(([, module]) => module.resources())),
    ];
  }

  // ---- modules ----------------------------------------------------------------------------------------------------------

  private called(placed: Placed): [string | number | undefined, Module][] {
    const { block, path } = placed;
    const label = block.labels[0] ?? '';
    const known = this.modules.get(label);
    if (known !== undefined) return known;
    this.modules.set(label, []);
    const at = sourceOf(placed, this.setting.at);
    if (at === undefined || !this.setting.folders.has(at) || this.setting.depth >= MOST_DEPTH) {
      const why =
        at === undefined
          ? 'its source is no folder beside these files'
          : `the folder ${at} is not among the files given`;
      this.setting.tell(path, block.line, `module.${label} is not followed: ${why}.`);
      return [];
    }
    const modules = this.repeats(placed, `module.${label}`).map(
      ([key, scope]): [string | number | undefined, Module] => {
        const attributes = block.body.attributes.filter(
          ({ name }) => !META.has(name) && name !== 'source' && name !== 'version',
        );
        const inputs = Object.fromEntries(attributes.map(({ name, value }) => [name, evaluate(value, scope)]));
        const step = key === undefined ? '' : `[${JSON.stringify(key)}]`;
        const prefix = `${this.setting.prefix}module.${label}${step}.`;
        return [key, new Module({ ...this.setting, at, prefix, inputs, depth: this.setting.depth + 1 })];
      },
    );
    this.modules.set(label, modules);
    return modules;
  }

  private outputsOf(label: string): Value {
    const placed = this.of('module').find(({ block }) => block.labels[0] === label);
    const modules = placed === undefined ? [] : this.called(placed);
    const [first] = modules;
    if (first === undefined) return new Unknown(`module.${label} is not followed`);
    if (first[0] === undefined) return first[1].outputs();
    return Object.fromEntries(modules.map(([key, module]) => [String(key), module.outputs()]));
  }

  outputs(): Table {
    return this.lazy(
      this.of('output').map(({ block }) => [block.labels[0] ?? '', block] as const),
      (name, block) => {
        const value = block.body.attributes.find((one) => one.name === 'value')?.value;
        return value === undefined ? null : this.once(`output ${name}`, () => evaluate(value, this.scope));
      },
    );
  }
}

/** A table that says why what it lacks is not there. */
function explained(why: string, table: Table): Table {
  Object.defineProperty(table, '__why', { value: why, enumerable: false });
  return table;
}

// ---- bodies -------------------------------------------------------------------------------------------------------------

/** The arguments and blocks whose value is known; each other is told with its line. */
function known(
  body: Body,
  scope: Scope,
  tell: (line: number, what: string) => void,
  meta: ReadonlySet<string> = META,
): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const { name, value, line } of body.attributes) {
    if (meta.has(name)) continue;
    const one = withoutUnknown(evaluate(value, scope), (why) => tell(line, `${name} cannot be followed: ${why}.`));
    if (one !== undefined) found[name] = one;
  }
  const add = (type: string, inner: Body, innerScope: Scope) => {
    const list = Array.isArray(found[type]) ? (found[type] as unknown[]) : [];
    list.push(known(inner, innerScope, tell, NONE));
    found[type] = list;
  };
  for (const { type, labels, body: inner, line } of body.blocks) {
    if (meta.has(type)) continue;
    if (type !== 'dynamic') {
      add(type, inner, scope);
      continue;
    }
    const [made = ''] = labels;
    const argument = (name: string) => inner.attributes.find((one) => one.name === name)?.value;
    const each = argument('for_each');
    const entries = each === undefined ? new Unknown('it has no for_each') : entriesOf(evaluate(each, scope));
    if (entries instanceof Unknown) {
      tell(line, `the blocks ${made} cannot be followed: ${entries.why}; write them by hand.`);
      continue;
    }
    const named = argument('iterator');
    const iterator = named?.kind === 'name' ? named.name : made;
    const content = inner.blocks.find((one) => one.type === 'content');
    for (const [key, value] of content === undefined ? [] : entries)
      add(made, content!.body, (name) => (name === iterator ? { key, value } : scope(name)));
  }
  return found;
}

/** JSON without what is not known; `tell` hears of each. */
function withoutUnknown(value: Value, tell: (why: string) => void): unknown {
  if (value instanceof Unknown) {
    tell(value.why);
    return undefined;
  }
  if (Array.isArray(value)) return value.map((one) => withoutUnknown(one, tell)).filter((one) => one !== undefined);
  if (!isTable(value)) return value;
  if ('__why' in value) return value['id'];
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => {
      const inner = withoutUnknown(one, tell);
      return inner === undefined ? [] : [[key, inner]];
    }),
  );
}
