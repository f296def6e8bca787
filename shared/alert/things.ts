/**
 * Which things a notice names that no table knows, where to look, and when it was: what `telling.ts` puts beside its words.
 *
 * Called by `telling.ts` and the readers of AWS notices. Pure.
 */
import type { Resource } from './alert.ts';
import { arnOf } from './aws-names.ts';
import type { Draft } from './draft.ts';
import { instant } from './instant.ts';
import { runbookOf } from './labels.ts';
import { type Leaf, saidOf } from './leaves.ts';
import { link } from './read.ts';

const list = (words: string) => words.split(/\s+/);

/** Most particular first. */
const THINGS = list(
  `certificatename certificate commonname affectedentity targetname tunnelname vpntunnel tunnel queuename queue topicname pipelinename pipeline workflowname workflow jobname job
  monitorname monitorfriendlyname checkname hostname host servername server nodename node machine devicename devname device
  instancename instance vmname vm containername container podname pod deploymentname deployment statefulset workload
  functionname function tablename table databasename database dbname db bucketname bucket volumename volume disk filesystem
  mountpoint interface circuit sensorname sensor probe canary clustername cluster
  resourcename resource componentname component entityname entitydisplayname entity applicationname application appname app servicename
  service sitename site domainname domain repositoryname repository repo projectname project monitorurl url target endpoint website uri
  userprincipalname userdisplayname dagid address ipaddress ip monitor check instanceid resourceid hostid namespace product queueid task taskname client clientname`,
);
const THING_RANK = new Map(THINGS.map((name, rank) => [name, rank]));

/** Objects whose `name` is not the thing's. */
export const ASIDE =
  /^(?:user|users|org|organi[sz]ation|account|owner|owners|assignee|assignees|actor|author|team|teams|customer|sender|recipient|contact|contacts|integration|webhook|client|responder|creator|createdby|tenant|workspace|company|tags|labels|metadata|policy|escalationpolicy|schedule|links?|mail|headers|callback|subscription|status|severity|priority|type|environment|region|useridentity|sessioncontext|sessionissuer)$/;

/** UUIDs, hashes and numbers: nobody knows a thing by them. */
export function isOpaque(said: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-|^[0-9a-f]{16,}$|^[0-9]+$|^(?:true|false|n\/a|none|null|unknown|-)$|^(?:organizations|projects|folders|subscriptions)\/[^/ ]+\/[a-z]+\//i.test(
    said.trim(),
  );
}

/** The first text of a field so called, or of the name of an object so called. */
export function scalar(leaves: readonly Leaf[], name: RegExp): string | undefined {
  const found = leaves.filter((leaf) => leaf.kind === 'thing' && typeof leaf.value === 'string' && !leaf.inList);
  const leaf =
    found.find((one) => name.test(one.name)) ??
    found.find((one) => name.test(one.parent) && /^(?:name|summary|displayname)$/.test(one.name));
  const said = leaf === undefined ? undefined : saidOf(leaf, 256);
  return said === undefined || isOpaque(said) ? undefined : said;
}

function thingRank(leaf: Leaf): number | undefined {
  if (leaf.inList || typeof leaf.value === 'boolean' || ASIDE.test(leaf.parent)) return undefined;
  if (leaf.kind !== 'thing' && leaf.kind !== 'link') return undefined;
  const isName = /^(?:name|hostname|displayname|friendlyname|id|url|title|summary)$/.test(leaf.name);
  const byParent = isName ? (THING_RANK.get(`${leaf.parent}name`) ?? THING_RANK.get(leaf.parent)) : undefined;
  const rank =
    byParent ??
    THING_RANK.get(leaf.name) ??
    // `Resources: ['vm-1']`, `hostnames`.
    THING_RANK.get(leaf.name.replace(/s$/, '')) ??
    (isSomeName(leaf) ? THINGS.length : undefined);
  if (rank === undefined) return undefined;
  return rank * 10 + (leaf.name === 'id' || isOpaque(String(leaf.value)) ? 2000 : 0) + leaf.depth / 10;
}

/** `connection name`: the name of a thing of a kind that is not in our list. */
function isSomeName({ words }: Leaf): boolean {
  return (
    / name$/.test(words) &&
    !/^(?:user|account|org|organi[sz]ation|team|role|first|last|full|event|topic|policy|product|vendor|metric|type|region|sender|customer|owner|field|file|class|display|plan|level|severity|status|operation|company)\b/.test(
      words,
    )
  );
}

/** The things that the body names, the most particular first, each once. */
export function resourcesOf(leaves: readonly Leaf[]): Resource[] {
  const ranked = leaves
    .map((leaf) => ({ leaf, rank: thingRank(leaf) }))
    .filter((one): one is { leaf: Leaf; rank: number } => one.rank !== undefined)
    .sort((a, b) => a.rank - b.rank);
  const found: Resource[] = [];
  for (const { leaf } of ranked) {
    const id = saidOf(leaf, 1024);
    if (id === undefined || found.length >= 5 || found.some((one) => one.id === id || one.name === id)) continue;
    found.push(resourceOf(id));
  }
  for (const leaf of leaves) {
    const arn =
      typeof leaf.value === 'string' && leaf.value.startsWith('arn:') && leaf.kind !== 'prose'
        ? saidOf(leaf, 1024)
        : undefined;
    if (
      arn !== undefined &&
      found.length < 5 &&
      !found.some((one) => one.id === arn) &&
      !/(?:^|\.)(?:topic|role|user|policy|rule|function)?arn$|useridentity|alarmactions/.test(leaf.path)
    )
      found.push(resourceOf(arn));
  }
  return found;
}

function resourceOf(id: string): Resource {
  const arn = arnOf(id);
  if (arn !== undefined) return { id, type: `AWS/${arn.service}`, ...nameOf(arn.resource.split(/[/:]/).at(-1) ?? '') };
  return { id, ...nameOf(id.replace(/^(?:https?:)?\/\/(?:www\.)?|\/$/g, '')) };
}

const nameOf = (name: string) => (name === '' || isOpaque(name) ? {} : { name: name.slice(0, 256) });

/** Tags and labels as they are, and beside them the names of things, for patterns to be written against. */
export function labelsOf(leaves: readonly Leaf[]): [string, string][] {
  const labels: [string, string][] = [];
  for (const leaf of leaves) {
    const isTag = /^(?:tags|labels|customproperties|commonlabels|dimensions)$/.test(leaf.parent);
    if (!isTag && (leaf.kind !== 'thing' || thingRank(leaf) === undefined)) continue;
    const name = /^(?:name|id)$/.test(leaf.name) ? leaf.parent : leaf.written.slice(0, 256);
    const said = saidOf(leaf, 2048);
    if (said !== undefined && !labels.some(([given]) => given === name)) labels.push([name, said]);
  }
  return labels.slice(0, 60);
}

export function linksOf(leaves: readonly Leaf[], description: string | undefined): Draft['links'] & object {
  const links = leaves.filter(({ kind }) => kind === 'link');
  const named = (name: RegExp, not?: RegExp) => {
    const found = links.filter(
      (leaf) => (name.test(leaf.name) || name.test(leaf.parent)) && !(not?.test(leaf.name) ?? false),
    );
    return link(found.sort((a, b) => a.depth - b.depth)[0]?.value);
  };
  const aside =
    /runbook|playbook|graph|dashboard|image|snapshot|avatar|icon|logo|webhook|callback|unsubscribe|cert|silence|ack|schema|api/;
  const runbook = named(/runbook|playbook/);
  return {
    source:
      named(
        /(?:incident|alert|event|problem|issue|alarm|details?|permalink|html|console|report|build|run|log)_?(?:url|link|uri|href)?$|^permalink$/,
        aside,
      ) ??
      named(/^(?:url|link|href|weburl|self|sourceurl|externalurl|source)$/, aside) ??
      named(/url$|link$|href$|uri$/, aside),
    runbook: runbook ?? runbookOf(labelPairs(leaves), description),
    graph: named(/graph|dashboard|image|snapshot/),
  };
}

function labelPairs(leaves: readonly Leaf[]): [string, string][] {
  return leaves.filter(({ name }) => name.startsWith('runbook')).map(({ written, value }) => [written, String(value)]);
}

const BEGAN =
  /^(?:start|started|begin|began|opened|created|triggered|fired|occurred|firstseen|first|since|incidentstart|alertstart|detected|raised)/;
const ENDED = /^(?:end|ended|resolved|recovered|closed|cleared|finish|finished|completed|stopped)/;
const NOTED =
  /^(?:timestamp|time|date|datetime|eventtime|eventtimestamp|eventdate|at|occurredat|sentat|updatedat|lastupdated|lastupdate|updated|statechangetime|statechangedtimestamp|statechangedutctime|changedat|ts|alerttime|alertdatetime|publishtime|notificationtime|datetimeutc|receivedat|reportedat|epoch|lastmodified|modifiedat|created|createdat)$/;

/** `at` is the newest that belongs to the notice itself; a resolve began when its firing did. */
export function timesOf(
  leaves: readonly Leaf[],
  status: 'firing' | 'resolved',
): Pick<Draft, 'at' | 'startsAt' | 'endsAt'> {
  const near = leaves.filter(
    ({ kind, inList, parent }) =>
      kind === 'time' &&
      !inList &&
      !/^(?:user|account|monitor|check|rule|org|organization|project|certificate|cert|policy)$/.test(parent),
  );
  const find = (name: RegExp) =>
    near
      .filter((leaf) => name.test(leaf.name))
      .sort((a, b) => a.depth - b.depth)
      .map((leaf) => instant(leaf.value))
      .find((at) => at !== undefined);
  const began = find(BEGAN);
  const ended = status === 'resolved' ? find(ENDED) : undefined;
  const noted = find(NOTED);
  const at = status === 'resolved' ? (ended ?? (noted === began ? undefined : noted)) : (noted ?? began);
  return {
    at,
    startsAt: began ?? (status === 'firing' ? at : undefined),
    endsAt: ended ?? (status === 'resolved' ? at : undefined),
  };
}
