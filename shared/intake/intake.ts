/**
 * Normalising: from a payload as its sender sends it to alerts (and deployments) as the rest of Pageturner knows them.
 *
 * Promises: it never throws and never loses: a payload that nothing knows, or whose alert fails the check, becomes an
 * alert of source `unknown` with the payload kept. Senders are told apart by the shape of the payload alone, so any mix may
 * come by one queue. Every alert it gives satisfies `alertSchema`. A payload that its sender means as no alert (a
 * subscription's confirmation, a changed configuration, a deployment) gives none.
 *
 * Called by triage, the deployments function, `explain`, backtests and the command line. Pure: the clock is handed in.
 */

import type { Alert } from '../alert/alert.ts';
import { alertmanager, isAlertmanager, isPosted, posted } from '../alert/alertmanager.ts';
import { awsEvent, isEvent } from '../alert/aws.ts';
import { isSnsNotice, snsNotice } from '../alert/aws-sns.ts';
import { commonAlert, isCommonAlert } from '../alert/azure.ts';
import { legacyReader } from '../alert/azure-legacy.ts';
import { AZURE_SERVICES } from '../alert/azure-services.ts';
import { brokenRule } from '../alert/check.ts';
import { alarmEvent, alarmMessage, isAlarmEvent, isAlarmMessage } from '../alert/cloudwatch.ts';
import { type Draft, digest, finish, isAhead } from '../alert/draft.ts';
import { isConfirmation, type Notice, open } from '../alert/envelope.ts';
import { eventsV2, isEventsV2 } from '../alert/events.ts';
import { isLegacyGrafana, isUnifiedGrafana, legacyGrafana, unifiedGrafana } from '../alert/grafana.ts';
import { keyOf } from '../alert/identity.ts';
import { draftOf, type Monitor } from '../alert/monitor.ts';
import { HOSTS } from '../alert/monitor-hosts.ts';
import { PIPELINES } from '../alert/monitor-pipelines.ts';
import { PLATFORMS } from '../alert/monitor-platforms.ts';
import { TOOLS } from '../alert/monitor-tools.ts';
import { REPOSITORIES, WEBHOOKS } from '../alert/monitor-webhooks.ts';
import { MONITORS } from '../alert/monitors.ts';
import { type Fields, isFields, isShallow } from '../alert/read.ts';
import { unknownNotice } from '../alert/unknown.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { deploymentsOf } from '../deployment/parse.ts';
import { isBound, mayCome, mayDeploy, type Origin } from './allowed.ts';
import { parseBody } from './body.ts';

export type NormaliseContext = {
  /** When we got it, UTC ISO with milliseconds: stands in where the sender wrote no time. Constant over redeliveries. */
  receivedAt: string;
  /** The body's text, where the payload was parsed from one. Kept when the payload itself cannot be. */
  text?: string;
  /** Where it came in: a hook takes only its own kinds. Left out: anything is read (the command line, tests). */
  origin?: Origin;
  /** What the catalogue's description of the sender made of the payload: nothing else is asked then. */
  taught?: Draft;
};

export type Normalised = {
  alerts: Alert[];
  /** There only when the payload tells of deployments. */
  deployments?: Deployment[];
  /** Why something degraded to `unknown`: for the log, with no content of the payload in it. */
  degraded?: string[];
  /** What is odd about a notice that was understood, for the log: a time in the future. */
  warnings?: string[];
};

/** What is read from one notice: alerts to be, or deployments. */
type Recognised = { drafts: Draft[]; deployments?: Deployment[] };

/** A payload already parsed from JSON (or any other value) to what it says. */
export function normalise(payload: unknown, context: NormaliseContext): Normalised {
  const result: Normalised = { alerts: [] };
  for (const notice of opened(payload, result)) {
    try {
      const { drafts, deployments } = recognise(notice, context);
      for (const draft of drafts) keep(result, draft, notice, context);
      if (deployments !== undefined) keepDeployments(result, deployments, notice, context);
    } catch (error) {
      // Our own mistake must not cost anybody an alert.
      degrade(result, notice, context, `reading it failed: ${error instanceof Error ? error.name : 'unknown'}`);
    }
  }
  return result;
}

/** A body as it came over the wire: JSON, a form, plain text, not UTF-8, or nothing at all. */
export function normaliseBody(
  body: Uint8Array | string,
  contentType: string | undefined,
  context: Omit<NormaliseContext, 'text'>,
): Normalised {
  const { payload, text } = parseBody(body, contentType);
  return normalise(payload, { ...context, text });
}

function opened(payload: unknown, result: Normalised): Notice[] {
  try {
    return open(payload);
  } catch (error) {
    result.degraded = [`opening its envelope failed: ${error instanceof Error ? error.name : 'unknown'}`];
    return [{ payload, envelope: {}, raw: payload }];
  }
}

/** Which sender wrote it. Order matters where one shape contains another: the more particular comes first. */
function recognise({ payload, envelope }: Notice, context: NormaliseContext): Recognised {
  if (context.taught !== undefined) return { drafts: [context.taught] };
  const isFromTopic = envelope.topicArn !== undefined;
  if (!isFields(payload)) {
    if (isFromTopic && typeof payload === 'string') {
      const deployments = deploymentsOf(payload, envelope, context.receivedAt);
      return deployments === undefined ? { drafts: snsNotice(payload, envelope) } : { drafts: [], deployments };
    }
    return { drafts: [unknownNotice(payload, context.text, envelope)] };
  }
  if (isConfirmation(payload)) return { drafts: [] };
  if (isAlarmMessage(payload)) return { drafts: alarmMessage(payload, envelope) };
  if (isAlarmEvent(payload)) return { drafts: alarmEvent(payload) };
  if (isCommonAlert(payload)) return { drafts: commonAlert(payload) };
  const legacyAzure = legacyReader(payload);
  if (legacyAzure !== undefined) return { drafts: legacyAzure(payload) };
  if (isAlertmanager(payload)) return { drafts: grouped(payload) };
  if (isPosted(payload)) return { drafts: [posted(payload, context.receivedAt)] };
  if (isLegacyGrafana(payload)) return { drafts: legacyGrafana(payload) };
  if (isEventsV2(payload))
    return { drafts: eventsV2(payload).map((draft) => ({ ...draft, raw: withoutKey(payload) })) };
  const deployments = deploymentsOf(payload, envelope, context.receivedAt);
  if (deployments !== undefined) {
    const drafts = monitored(payload, BOTH) ?? [];
    return { drafts, deployments };
  }
  if (isEvent(payload)) return { drafts: awsEvent(payload) };
  const drafts = monitored(payload);
  if (drafts !== undefined) return { drafts };
  if (isFromTopic || isSnsNotice(payload)) return { drafts: snsNotice(payload, envelope) };
  return { drafts: [unknownNotice(payload, context.text, envelope)] };
}

const SENDERS: readonly Monitor[] = [
  ...AZURE_SERVICES,
  ...WEBHOOKS,
  ...PLATFORMS,
  ...TOOLS,
  ...PIPELINES,
  ...MONITORS,
  ...HOSTS,
];

/** Those that tell of deployments too. */
const BOTH = [...REPOSITORIES, ...SENDERS.filter(({ name }) => ['argocd', 'azure-devops', 'gitlab'].includes(name))];

/** Monitors by their own webhooks; undefined for a body of none of them, or without the identity that they give. */
function monitored(payload: Fields, senders: readonly Monitor[] = SENDERS): Draft[] | undefined {
  const sender = senders.find(({ is }) => is(payload));
  const reading = sender?.read(payload);
  const draft = sender === undefined || reading === undefined ? undefined : draftOf(sender, reading);
  return draft === undefined ? undefined : [draft];
}

/** Each alert of a group is kept with itself alone: a group of 500 alerts kept 500 times would be a second storm. */
function grouped(group: Fields): Draft[] {
  const drafts = isUnifiedGrafana(group) ? unifiedGrafana(group) : alertmanager(group);
  const alerts = Array.isArray(group.alerts) ? group.alerts.filter(isFields) : [];
  if (alerts.length < 2) return drafts;
  return drafts.map((draft, index) => ({ ...draft, raw: { ...group, alerts: [alerts[index]] } }));
}

/** The routing key lets its bearer page people: it is not kept with the alert. */
function withoutKey(payload: Fields): Fields {
  const { routing_key: _, service_key: __, ...rest } = payload;
  return rest;
}

/** A sender of deployments that this hook is not for tells nothing: it is kept as what it is, a notice of nobody known. */
function keepDeployments(result: Normalised, told: Deployment[], notice: Notice, context: NormaliseContext): void {
  const allowed = told.filter(({ sender }) => mayDeploy(sender, context.origin ?? {}));
  if (allowed.length > 0) result.deployments = [...(result.deployments ?? []), ...allowed];
  if (allowed.length === told.length) return;
  refuse(result, { source: { kind: 'unknown' }, title: 'A deployment', severity: 'info' }, notice, context);
}

/**
 * A notice that its hook does not take. It pages as unknown, under a key that no sender's own notice has, and always
 * fires: a person who has the key of one hook can make noise, and cannot end or fake another sender's alarm.
 */
function refuse(result: Normalised, draft: Draft, notice: Notice, context: NormaliseContext): void {
  const { hook = 'this', unproven = [] } = context.origin ?? {};
  const { kind } = draft.source;
  const why = unproven.includes(kind)
    ? `Notices of ${kind} need the proof that is configured for them, and this one came by the ${hook} hook without it.`
    : `The ${hook} hook takes no notices of ${kind === 'unknown' ? 'deployments' : kind}.`;
  const held: Draft & { key: string } = {
    source: { kind: 'unknown', variant: 'refused' },
    key: digest('refused', hook, kind, keyed(draft, notice).key),
    status: 'firing',
    severity: draft.severity === 'info' ? 'info' : 'warning',
    title: `Not taken as sent: ${draft.title ?? kind}`,
    description: `${why} See docs/sources/senders.md.`,
    test: draft.test ?? false,
  };
  result.degraded = [...(result.degraded ?? []), why];
  result.alerts.push(finish(keyed(held, notice), context.receivedAt, rawOf(notice.raw, context)));
}

/** The check that nothing leaves here without. What fails it is kept as `unknown`, with its reason. */
function keep(result: Normalised, draft: Draft, notice: Notice, context: NormaliseContext): void {
  if (!mayCome(draft.source.kind, context.origin ?? {})) {
    refuse(result, draft, notice, context);
    return;
  }
  if (isAhead(draft, context.receivedAt)) result.warnings = [...(result.warnings ?? []), AHEAD];
  const raw = rawOf(draft.raw === undefined ? notice.raw : draft.raw, context);
  const { hook } = context.origin ?? {};
  const named = keyed(draft, notice);
  // What nobody knows is a signal of the hook it came by: the key of one hook ends no signal that came by another.
  const key = draft.source.kind === 'unknown' && isBound(hook) ? digest('by hook', hook, named.key) : named.key;
  const alert = finish({ ...named, key }, context.receivedAt, raw);
  const broken = brokenRule(alert);
  if (broken === undefined) result.alerts.push(alert);
  else degrade(result, notice, context, `${draft.source.kind}: ${broken}`);
}

const AHEAD =
  'A notice is dated in the future: the time at which it came is taken instead. Set the clock of its sender.';

function degrade(result: Normalised, notice: Notice, context: NormaliseContext, why: string): void {
  result.degraded = [...(result.degraded ?? []), why];
  const draft: Draft = { source: { kind: 'unknown' }, title: 'A notice that could not be read', description: why };
  const said = context.text?.slice(0, 2000);
  const key = context.text === undefined ? keyOf(notice.payload) : digest(context.text);
  result.alerts.push(finish({ ...draft, key, notice: said }, context.receivedAt, rawOf(notice.raw, context)));
}

/** A sender that gives no identity is known by all that it said; of several alerts in one body each by its own words. */
function keyed(draft: Draft, { payload, envelope }: Notice): Draft & { key: string } {
  if (draft.key !== undefined) return draft as Draft & { key: string };
  const whose = [draft.source.kind, draft.source.account, envelope.topicArn, draft.resources?.[0]?.id, draft.title];
  return { ...draft, key: keyOf(draft.raw ?? payload, ...whose) };
}

/** The payload, unless it is nested so deep that writing it as JSON again would overflow the stack: then its text. */
function rawOf(raw: unknown, context: NormaliseContext): unknown {
  if (isShallow(raw)) return raw;
  return context.text ?? 'left out: nested too deep';
}
