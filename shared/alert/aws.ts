/**
 * Any other notice from AWS that arrives as an EventBridge event: Health, GuardDuty, Security Hub, Backup, ECS and the rest.
 * The tables hold what is peculiar to a kind of event, by its `detail-type`; what they do not name is read as a person reads
 * it (`telling.ts`), and known by all that it says (`identity.ts`), never by its `detail-type` alone.
 *
 * Sources: EventBridge "Events from AWS services" and the event references of the services named.
 */
import { COMPUTE } from './aws-compute.ts';
import { DATA, mail } from './aws-data.ts';
import { inWords, isPresent, joined, type Reader, type Reading, resourceOf } from './aws-reading.ts';
import { SECURITY, securityHub } from './aws-security.ts';
import { WATCHERS } from './aws-watchers.ts';
import { type Draft, digest } from './draft.ts';
import { bare, keyOf } from './identity.ts';
import { instant } from './instant.ts';
import { environmentOf, serviceOf } from './labels.ts';
import { type Leaf, leavesOf } from './leaves.ts';
import { entry, type Fields, fields, first, isFields, list, pairs, prose, text } from './read.ts';
import { severityWord } from './severity.ts';
import { stateWord } from './state.ts';
import { told } from './telling.ts';
import { isOpaque } from './things.ts';
import { ENDLESS } from './unknown.ts';

export function isEvent(payload: Fields): boolean {
  return typeof payload['detail-type'] === 'string' && (isFields(payload.detail) || 'source' in payload);
}

const READERS: Record<string, Reader> = { ...WATCHERS, ...SECURITY, ...COMPUTE, ...DATA };

/** One alert an event; Security Hub puts several findings into one. */
export function awsEvent(event: Fields): Draft[] {
  const type = text(event['detail-type']) ?? '';
  const detail = fields(event.detail);
  const findings = list(detail.findings).filter(isFields);
  if (findings.length > 0 && /^(?:Security Hub|Findings Imported)/.test(type)) {
    return findings.map((finding) => draftOf(event, detail, securityHub(finding)));
  }
  const read = entry(READERS, type.replace(/^(Backup|Copy|Restore) Job .*/, 'Backup Job State Change'));
  if (read !== undefined) return [draftOf(event, detail, read(detail, event))];
  return [draftOf(event, detail, isFields(detail.mail) ? mail(detail) : general(event, detail, type))];
}

/** What happens all day and is not wrong. */
const ROUTINE =
  /^(?:Support Case|WorkSpaces Access|Object (?:Created|Deleted|Restore|Tags|ACL|Storage Class|Access Tier)|ECR Image|Parameter Store|Tag Change|Scheduled Event|Configuration |EC2 Spot Instance Request|Inspector2 Coverage|KMS CMK Rotation|.* (?:Rotation|Checkpoint Reached|Started|Initiated)$|.*\bAPI Call\b)/i;

/** An event that no table names: its kind in a word or two, the thing, and what decides. */
function general(event: Fields, detail: Fields, type: string): Reading {
  const leaves = leavesOf(detail);
  const state =
    stateOf(detail) ?? text(leaves.find(({ kind, value }) => kind === 'status' && typeof value === 'string')?.value);
  const own = list(event.resources)
    .map((arn) => resourceOf(arn))
    .filter(isPresent);
  const plain = told(leaves);
  const resources = [...own, ...plain.resources].slice(0, 5);
  const thing =
    nameOf(leaves, own[0]?.id) ??
    resources.find(({ name }) => name !== undefined && !isOpaque(name))?.name ??
    plain.title ??
    resources[0]?.id ??
    text(leaves.find(({ kind, words }) => kind === 'thing' && / id$/.test(words))?.value);
  const what = type
    .replace(/^Amazon /, '')
    .replace(/ (?:State[- ]?change|Status[- ]?change|Notification|Event)s?$/i, '')
    .replace(/ (?:State|Status)(?:[- ]change)?$/i, '');
  const shownState = state !== undefined && !includes(what, state) ? inWords(state) : undefined;
  const isTitled = text(detail.title ?? detail.Title ?? detail.summary) !== undefined;
  const shown =
    joined(': ', joined(' ', what, shownState), thing === undefined || includes(what, thing) ? undefined : thing) ??
    'AWS event';
  const { isTold, isTitled: _, ...reading } = isTitled ? plain : told(leaves, { shown });
  const byType = stateWord(type);
  const isUnderWay = /^(?:running|in_?progress|started|starting|pending|queued|submitted|scheduled)$/i.test(
    state ?? '',
  );
  const isOver = reading.status === 'resolved' || isUnderWay || (state === undefined && byType === 'over');
  return {
    ...reading,
    key: identityOf(event, detail, type, isTold ? own[0]?.id : undefined),
    status: isOver ? 'resolved' : 'firing',
    severity: reading.severity ?? (isUnderWay || (ROUTINE.test(type) && byType !== 'wrong') ? 'info' : undefined),
    description: joined(
      '. ',
      !plain.isTitled || plain.title === undefined || includes(`${shown} ${reading.description ?? ''}`, plain.title)
        ? undefined
        : plain.title,
      reading.description,
    ),
    resources,
    ends: isTold || byType !== undefined,
    labels: reading.labels.slice(0, 30),
  };
}

/** The name that the event gives the thing, where its ARN ends in an id: `channel_name`, `serviceName`, `cluster/events/…`. */
function nameOf(leaves: readonly Leaf[], arn: string | undefined): string | undefined {
  const tail = arn?.split(/[/:]/) ?? [];
  const called = leaves.find(
    ({ kind, words, value, inList }) =>
      kind === 'thing' &&
      !inList &&
      typeof value === 'string' &&
      !isOpaque(value) &&
      / name$/.test(words) &&
      !/^(?:user|role|event|policy|limit|metric|quota|operation|product|service code|branch|rule|principal|document|database|definition|automation|step)\b/.test(
        words,
      ),
  );
  if (called !== undefined) return text(called.value, 256);
  // `cluster/events/abcd-1`: kind, name, id.
  return tail.length >= 8 && /^(?:cluster|service)$/.test(tail.at(-3) ?? '') ? tail.at(-2) : undefined;
}

function includes(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

/** Ids of one run, and why it failed: they change while the thing stays the same. */
const OF_A_RUN =
  /(?:^| )(?:run|execution|command|request|build|attempt|invocation|job run|result|job|task) id$|(?:code|failure|error|reason|version)$/;

/** The thing and its names where the event says its state; else all that it says. */
function identityOf(event: Fields, detail: Fields, type: string, resource: string | undefined): string {
  const { source, account, region, resources } = event;
  const kind = bare(type);
  if (resource === undefined) return keyOf({ kind, source, account, region, resources, detail }, 'event');
  const names = leavesOf(detail).filter((leaf) => leaf.kind === 'thing' && !leaf.inList && !OF_A_RUN.test(leaf.words));
  return `${resource.replace(/\/execution\/[^/]{1,200}$/, '')}#${digest(kind, ...names.map(({ path, value }) => `${path}=${value}`).sort())}`;
}

/** What holds for every event, under what its kind says. */
function draftOf(event: Fields, detail: Fields, { variant, ends, ...reading }: Reading): Draft {
  const type = text(event['detail-type']) ?? 'AWS event';
  const state = stateOf(detail);
  const resources =
    reading.resources ??
    list(event.resources)
      .map((arn) => resourceOf(arn))
      .filter(isPresent);
  const name = resources[0] === undefined ? type : `${type}: ${resources[0].name ?? resources[0].id}`;
  const status = reading.status ?? (state !== undefined && WELL.test(state) ? 'resolved' : 'firing');
  const tags = pairs(detail.tags ?? detail.resourceTags);
  const at = reading.at ?? instant(event.time);
  const account = text(event.account ?? detail.accountId ?? detail.awsAccountId);
  const region = text(event.region);
  return {
    severity: severityWord(detail.severity),
    description: first(
      prose(detail.description),
      prose(detail.message),
      prose(detail.statusMessage),
      prose(detail['status-reason']),
      prose(detail.cause),
    ),
    links: {},
    ...reading,
    source: { kind: 'aws', variant: variant ?? text(text(event.source)?.replace(/^aws\./, '')), account, region },
    key:
      reading.key === undefined
        ? keyOf({ type, account, region, resources: event.resources, detail }, reading.title)
        : placed(reading.key, account, region),
    notice: reading.notice ?? state ?? status,
    status,
    title: reading.title ?? text(detail.title) ?? name,
    resources,
    service: reading.service ?? serviceOf(tags),
    environment: reading.environment ?? environmentOf(tags),
    labels: [
      ...tags,
      ['detailType', type],
      ...(reading.labels ?? []),
      ...(status === 'firing' && ends === false ? [ENDLESS] : []),
    ],
    startsAt: reading.startsAt ?? (status === 'firing' ? at : undefined),
    endsAt: status === 'resolved' ? (reading.endsAt ?? at) : undefined,
    at,
  };
}

/** A name is known only within its account and region; ARNs, UUIDs and digests hold them or need none. */
export function placed(key: string, account: string | undefined, region: string | undefined): string {
  return /^arn:|^[0-9a-f]{8}-[0-9a-f]{4}-|^[0-9a-f]{32}$/.test(key) ? key : `${account ?? ''}/${region ?? ''}/${key}`;
}

function stateOf(detail: Fields): string | undefined {
  return first(
    text(detail.state),
    text(detail.status),
    text(detail.lastStatus),
    text(detail.result),
    text(detail.StatusCode),
  );
}

// States that AWS services write for "went well" and "is well"; everything else is something to tell. ACTIVE is not among
// them: a finding that is active is not over.
const WELL =
  /^(ok|succeeded|success|successful|completed?|available|running|passed|compliant|not_applicable|resolved|closed|recovered|ready|green)$/i;
