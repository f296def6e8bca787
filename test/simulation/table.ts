/**
 * A model of the table: what DynamoDB answers to the calls that the store makes, without time, failures or a network.
 *
 * Promises: it answers as the real engines do (`model.test.ts` asks both the same), but for one thing that real ones do
 * too and cannot be asked to do: its indexes lag behind by as long as it is told.
 */
import type { Item, Named } from './expression.ts';
import { holds, updated } from './expression.ts';

export type TableModel = {
  /** Does one call of the document client; throws as the service does. */
  call: (command: Command) => Record<string, unknown>;
  /** Every item, by partition and sort key. */
  partitions: ReadonlyMap<string, ReadonlyMap<string, Item>>;
  /** Is told of every item written or taken away, after it is. */
  watch: (seen: (item: Item) => void) => void;
};

export type Command = { constructor: { name: string }; input: unknown };
type Input = Named & {
  TableName?: string;
  Key?: { pk: string; sk: string };
  Item?: Item;
  ConditionExpression?: string;
  UpdateExpression?: string;
  KeyConditionExpression?: string;
  FilterExpression?: string;
  IndexName?: string;
  ScanIndexForward?: boolean;
  Limit?: number;
  Select?: string;
  ExclusiveStartKey?: Item;
  RequestItems?: Record<string, unknown>;
};

/** Which attribute leads each index, and which orders it: `infra/resources/table.yml`. */
export type Indexes = Record<string, { hash: string; range: string }>;

/** `lag`: how many milliseconds the indexes are behind at this moment. */
export function emptyTable(indexes: Indexes, now: () => number, lag: () => number): TableModel {
  const partitions = new Map<string, Map<string, Item>>();
  const indexed = new Map<string, Item>();
  let behind: { at: number; key: string; item: Item | undefined }[] = [];
  const watchers: ((item: Item) => void)[] = [];

  const get = (key: { pk: string; sk: string }) => partitions.get(key.pk)?.get(key.sk);
  const put = (key: { pk: string; sk: string }, item: Item | undefined) => {
    const partition = partitions.get(key.pk) ?? new Map<string, Item>();
    partitions.set(key.pk, partition);
    if (item) partition.set(key.sk, item);
    else partition.delete(key.sk);
    const inSomeIndex = (one: Item | undefined) =>
      one !== undefined && Object.values(indexes).some(({ hash }) => one[hash] !== undefined);
    const name = `${key.pk}\n${key.sk}`;
    if (inSomeIndex(item) || indexed.has(name) || behind.some((one) => one.key === name))
      // One item's changes reach an index in their order.
      behind.push({ at: Math.max(now() + lag(), behind.at(-1)?.at ?? 0), key: name, item });
    for (const seen of watchers) seen(item ?? { ...key, gone: true });
  };
  const catchUp = () => {
    const due = behind.filter((one) => one.at <= now());
    if (due.length === 0) return;
    behind = behind.filter((one) => one.at > now());
    for (const { key, item } of due) {
      if (item) indexed.set(key, item);
      else indexed.delete(key);
    }
  };

  const check = (input: Input, item: Item | undefined) => {
    if (!holds(input.ConditionExpression, item ?? {}, input)) {
      throw Object.assign(new Error('The conditional request failed'), { name: 'ConditionalCheckFailedException' });
    }
  };
  const query = (input: Input) => {
    let found: Item[];
    let order: (item: Item) => string;
    if (input.IndexName !== undefined) {
      catchUp();
      const { hash, range } = indexes[input.IndexName]!;
      order = (item) => `${item[range]}\n${item['pk']}\n${item['sk']}`;
      found = [...indexed.values()].filter((item) => item[hash] !== undefined && item[range] !== undefined);
    } else {
      const pk = input.ExpressionAttributeValues?.[/\bpk = (:\w+)/.exec(input.KeyConditionExpression ?? '')?.[1] ?? ''];
      order = (item) => item['sk'] as string;
      found = [...(partitions.get(pk as string)?.values() ?? [])];
    }
    found = found.filter((item) => holds(input.KeyConditionExpression, item, input));
    const keyed = found.map((item) => [order(item), item] as const);
    keyed.sort(([a], [b]) => (a < b ? -1 : 1));
    if (input.ScanIndexForward === false) keyed.reverse();
    const start = input.ExclusiveStartKey ? order(input.ExclusiveStartKey) : undefined;
    const rest =
      start === undefined
        ? keyed
        : keyed.filter(([key]) => (input.ScanIndexForward === false ? key < start : key > start));
    const page = rest.slice(0, input.Limit ?? rest.length);
    const items = page.map(([, item]) => item).filter((item) => holds(input.FilterExpression, item, input));
    const last = page.at(-1)?.[1];
    return {
      ...(input.Select === 'COUNT' ? {} : { Items: items }),
      Count: items.length,
      // Where a limit ends a page there is a key to go on from, be there more or not.
      ...(page.length === input.Limit && last ? { LastEvaluatedKey: { pk: last['pk'], sk: last['sk'] } } : {}),
    };
  };

  const calls: Record<string, (input: Input) => Record<string, unknown>> = {
    GetCommand: ({ Key }) => {
      const item = get(Key!);
      return item ? { Item: item } : {};
    },
    PutCommand: (input) => {
      const key = { pk: input.Item!['pk'] as string, sk: input.Item!['sk'] as string };
      check(input, get(key));
      put(key, input.Item);
      return {};
    },
    UpdateCommand: (input) => {
      check(input, get(input.Key!));
      const item = updated(input.UpdateExpression!, get(input.Key!) ?? { ...input.Key! }, input);
      put(input.Key!, item);
      return { Attributes: item };
    },
    DeleteCommand: (input) => {
      check(input, get(input.Key!));
      if (get(input.Key!)) put(input.Key!, undefined);
      return {};
    },
    QueryCommand: query,
    BatchGetCommand: ({ RequestItems }) => {
      const [[name, { Keys }]] = Object.entries(RequestItems!) as [[string, { Keys: { pk: string; sk: string }[] }]];
      return { Responses: { [name]: Keys.flatMap((key) => get(key) ?? []) } };
    },
    BatchWriteCommand: ({ RequestItems }) => {
      for (const requests of Object.values(RequestItems!) as { PutRequest: { Item: Item } }[][])
        for (const { PutRequest } of requests)
          put({ pk: PutRequest.Item['pk'] as string, sk: PutRequest.Item['sk'] as string }, PutRequest.Item);
      return {};
    },
  };
  return {
    partitions,
    watch: (seen) => watchers.push(seen),
    call: (command) => {
      const { name } = command.constructor;
      const call = calls[name];
      if (!call) throw new Error(`The model of the table does not know ${name}.`);
      return call(command.input as Input);
    },
  };
}
