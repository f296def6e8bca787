/**
 * The world: what a flow is handed beside its event, which is time, randomness, table, queues, catalogue, channels and secrets.
 *
 * Promises: a flow reaches nothing but by its world. Functions open the real one (`open.ts`); tests and the simulator hand
 * in their own.
 */
import type { Channel } from '../catalogue/catalogue.ts';
import type { Send } from '../channel/channel.ts';
import type { Queues } from '../queue/queue.ts';
import type { Loaded } from '../routing/loaded.ts';
import type { Role } from '../standby/standby.ts';
import type { Table } from '../store/store.ts';
import type { Measure } from './measure.ts';

/** The other region. `ask` brings what it tells of itself and of these groups (their digests); throws where it does not answer. */
export type Peer = { role: Role; missingSeconds: number; ask: (groups: string[]) => Promise<unknown> };

/** What a deployment has set up, for those who check it: no secret is among it. Empty where something is not set up. */
export type Setup = {
  stage: string;
  smsNumber: string;
  /** Whether texts ask for a reply. */
  smsReplies: boolean;
  voiceNumber: string;
  smsBySns: boolean;
  twilioNumber: string;
  twilioReplies: boolean;
  configurationSet: string;
  optOutList: string;
  emailFrom: string;
  /** Topics of SNS: where replies and receipts come in, and where Pageturner's own alarms go. */
  repliesTopic: string;
  ownAlarmsTopic: string;
};

export type World = {
  now: () => string;
  /** Waits; for the jitter between attempts. */
  pause: (milliseconds: number) => Promise<void>;
  random: () => number;
  table: Table;
  queues: Queues;
  /** The catalogue in force, at most half a minute old. Throws where none was ever published. */
  catalogue: () => Promise<Loaded>;
  channels: Partial<Record<Channel, Send>>;
  /** Takes a phone off the carrier's opt-out list, as its owner has asked. Never throws: the carrier may not allow it. */
  optIn?: (address: string) => Promise<void>;
  /** Turns a contact (`ssm:` reference or value) into an address. */
  address: (contact: string) => Promise<string>;
  /** The secret that links are made with. */
  linkSecret: () => Promise<string>;
  /** Where it is asked for: what is set up. */
  setup?: Setup;
  /** `https://pages.example.gov.uk`, without a slash at the end. */
  baseUrl: string;
  /** On this machine alone: a token that could be guessed is taken. */
  weakAllowed?: boolean;
  /** Where there is a second region: what this one is to it. */
  peer?: Peer;
  log: (level: 'info' | 'warn' | 'error', message: string, fields?: Record<string, unknown>) => void;
  /** Counts and times for the dashboard; where nobody looks there is none. */
  measure?: (name: Measure, value: number) => void;
};
