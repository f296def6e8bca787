/**
 * The catalogue: what people write in Git about their services, runbooks, rotas, people and escalation policies, checked
 * and compiled into one value that every decision is handed.
 *
 * Promises: a compiled catalogue has no dangling names (every policy, rota, person and runbook it names is in it);
 * durations are whole seconds; maps are keyed by the names people wrote. It is plain JSON, so that it can be published,
 * kept by digest and loaded in a cold start.
 *
 * Anybody may import this file. It is pure: reading folders is `read.ts`, publishing is the store's.
 */
import type { Severity } from '../alert/alert.ts';
import type { Hours } from '../rota/hours.ts';
import type { Rota } from '../rota/rota.ts';
import type { Runbook } from '../runbook/runbook.ts';

/** high pages at any hour; low goes to chat (and pages in working hours only where the policy says so); none is recorded. */
export type Urgency = 'high' | 'low' | 'none';

/** The ways to reach a person. */
export const CHANNELS = ['sms', 'voice', 'email', 'slack', 'teams', 'webhook'] as const;
export type Channel = (typeof CHANNELS)[number];

/** `rota:NAME`, `person:ID`, `slack:#CHANNEL`, `teams:NAME` or `webhook:NAME`, taken apart. */
export type Target =
  | { kind: 'rota'; name: string }
  | { kind: 'person'; name: string }
  | { kind: 'slack'; name: string }
  | { kind: 'teams'; name: string }
  | { kind: 'webhook'; name: string };

export type Step = {
  /** After the step before it; 0 for the first. */
  afterSeconds: number;
  notify: Target[];
};

export type Policy = {
  name: string;
  steps: Step[];
  /** How often the steps are gone through again before the last step repeats for ever. */
  repeat: number;
  /** An acknowledgement older than this that nobody followed up lapses. */
  ackExpiresSeconds?: number;
  /** Low urgency pages people only inside this rota-like window; without it low urgency goes to chat targets alone. */
  workingHours?: Hours;
};

/** One notification rule: try this channel so long after the step notified the person. */
export type Rule = { channel: Channel; afterSeconds: number };

export type Person = {
  id: string;
  name: string;
  /** A value in the open or an `ssm:` reference. Never logged. */
  contact: { phone?: string; phone2?: string; email?: string; slack?: string; teams?: string; webhook?: string };
  rules: { high: Rule[]; low: Rule[] };
  timeZone?: string;
  /** Low urgency waits until these are over; high urgency knows none. */
  quietHours?: Hours;
  /** What GitLab, GitHub and others call this person. */
  logins?: string[];
  /** The name in chat, without @. */
  handle?: string;
};

export type Service = {
  name: string;
  owner?: string;
  description?: string;
  repository?: string;
  aliases: string[];
  /** Event patterns: an alert that matches one belongs to this service without saying so. */
  match?: unknown;
  /** Event pattern: a deployment that matches it is a deployment of this service. */
  deployments?: unknown;
  dependsOn: string[];
  policy?: string;
  urgency: Record<Severity, Urgency>;
  /** How to go back to the last good version of it. */
  rollback?: string;
  environments?: Record<string, unknown>;
  /** Tried beside another tool: nobody is told. Without it, as the defaults say. */
  shadow?: boolean;
  /** Another tracker, or another project of it, for its problems: `gitlab:payments/api`. */
  tracker?: { name: string; project?: string };
  /** `none`: its incidents open no tickets. Otherwise instead of the defaults' rules. */
  problems?: 'none' | Partial<Problems>;
};

/** A sender that says at intervals that it lives; where it is quiet for longer, somebody is paged. */
export type Heartbeat = { name: string; match: unknown; everySeconds: number; service?: string };

/** An expression in JSONata, or a path with what its values mean. */
type Mapped = string | { path: string; map: Record<string, string>; else?: string };

/** A sender that the product does not know: which bodies are its own, and how they are read (`sender/mapping.ts`). */
export type Sender = {
  name: string;
  /** An event pattern over the posted body. */
  match: unknown;
  alert: {
    key: Mapped;
    title: Mapped;
    status?: string | { path: string; resolved: string[] };
    severity?: Mapped;
    description?: Mapped;
    service?: Mapped;
    environment?: Mapped;
    resources?: { id: Mapped; name?: Mapped; type?: Mapped }[];
    links?: Record<string, Mapped>;
    labels?: Record<string, Mapped>;
    signal?: Record<string, Mapped>;
    at?: Mapped;
    startsAt?: Mapped;
    endsAt?: Mapped;
    test?: Mapped;
  };
  /** Files of bodies, below `senders/`; beside each the alert that it must become. */
  samples: string[];
};

export const TRACKER_KINDS = ['gitlab', 'servicenow', 'jira', 'github', 'azure-devops'] as const;

/** Where tickets are kept. `token`: an `ssm:` reference; never logged. `project` is empty where the kind needs none. */
export type TrackerSetting = {
  kind: (typeof TRACKER_KINDS)[number];
  url: string;
  project: string;
  token: string;
};

/** When a problem ticket is opened for a cause, and what becomes of its follow-ups. */
export type Problems = {
  tracker: string;
  open: ProblemRule[];
  /** The template's text, already read; absent for the default. */
  template?: string;
  /** Working days between reminders, and who is reminded. */
  remind?: {
    everyDays: number;
    to: 'owner';
    /** Who is told at last, where nothing happens. */
    last?: string;
  };
  /** Whether tickets name people; without it they name roles. */
  names?: boolean;
  /** Hidden from people outside the project; without it, true. */
  confidential?: boolean;
};

/** All of a rule's conditions hold. `repeats`: the n-th incident of one cause that people were paged for, within so long. */
export type ProblemRule = {
  repeats?: number;
  withinSeconds?: number;
  severity?: Severity;
  night?: boolean;
  lastedSeconds?: number;
};

export type Defaults = {
  /** Used when nothing else names one: unknown alerts page it. */
  policy: string;
  severity: Severity;
  urgency: Record<Severity, Urgency>;
  timeZone: string;
  /** Hosts whose `https:` runbook links are offered to people. */
  runbookHosts: string[];
  /** Spellings of one environment: `{ production: ['prod', 'prd', 'live'] }`. */
  environments: Record<string, string[]>;
  /** The address behind each `teams:NAME` and `webhook:NAME` of policies: a value or an `ssm:` reference. Never logged. */
  webhooks?: Record<string, string>;
  /** Every service that does not say otherwise is in shadow. */
  shadow?: boolean;
  heartbeats?: Heartbeat[];
  /** How long a person is left alone after the first page of a storm, and after each digest. */
  digest?: { firstSeconds: number; thenSeconds: number };
  trackers?: Record<string, TrackerSetting>;
  problems?: Problems;
};

export type Catalogue = {
  /** Version of this compiled form; a reader refuses a newer one. */
  format: 1;
  /** SHA-256 of the sources, hex. */
  digest: string;
  defaults: Defaults;
  people: Record<string, Person>;
  services: Record<string, Service>;
  rotas: Record<string, Rota>;
  policies: Record<string, Policy>;
  /** By ID: the path under `runbooks/` without `.md`, in path order. */
  runbooks: Record<string, Runbook>;
  /** By name; absent where the catalogue describes none. */
  senders?: Record<string, Sender>;
};
