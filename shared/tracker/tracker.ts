/**
 * A tracker: where a team keeps its tickets. One folder a vendor; each opens a `Tracker` and passes the contract suite.
 *
 * Promises of every tracker: a ticket that was made is found again by its label, exactly, so that a lost answer
 * makes no second one; what is written twice is there once, where `mark` says so; a failure says whether it may pass. No token,
 * phone number or answer body reaches an error or a log. Called by the ticket flow and `doctor` alone.
 */
import type { TrackerSetting } from '../catalogue/catalogue.ts';

/** The state of a ticket, as far as Pageturner cares. */
export type State = 'open' | 'closed';

/** What stands in a ticket. `body` and notes are Markdown; a tracker that knows another language translates. */
export type Draft = {
  title: string;
  body: string;
  /** The label that is ours alone for this cause: `pageturner-` and the cause. No spaces; at most 50 characters. */
  mark: string;
  labels: string[];
  /** YYYY-MM-DD. */
  due?: string;
  /** Hidden from people outside the project, where the tracker can do that. */
  confidential: boolean;
};

/** A ticket as its tracker names it. `key`: what the API calls it; `name`: what people call it, like `#12` or `PRB0040`. */
export type Ticket = {
  key: string;
  name: string;
  url: string;
  state: State;
  labels?: string[];
  due?: string;
  /** When it was closed, where the tracker says it. */
  closedAt?: string;
};

/** A ticket with its text, as Markdown. */
export type Read = Ticket & { body: string; boxes: Box[] };

/** A ticket as a webhook of its tracker tells it. `labels` has our mark; `boxes` only where the notice has the text. */
export type News = Ticket & { labels: string[]; boxes?: Box[] };

/** A project of a tracker with what opens it. `token` is the secret itself: it goes into a request and nowhere else. */
export type Connection = { url: string; project: string; token: string };

/** Opens a tracker of the catalogue, in the project that its setting names. Throws `TrackerFailure` where its token cannot be read. */
export type OpenProject = (setting: TrackerSetting) => Promise<Tracker>;

/** Opens the tracker of one kind: what every vendor's folder exports. Makes no call. */
export type OpenTracker = (connection: Connection) => Tracker;

/** Check boxes of a ticket's body, in order: how follow-ups are ticked off there. */
export type Box = { text: string; isDone: boolean };

/** Why a call failed. `again`: it may pass; `afterSeconds`: what the tracker asked for. `reason` holds no secret. */
export class TrackerFailure extends Error {
  readonly again: boolean;
  readonly afterSeconds: number | undefined;

  constructor(reason: string, again: boolean, afterSeconds?: number) {
    super(reason);
    this.name = 'TrackerFailure';
    this.again = again;
    this.afterSeconds = afterSeconds;
  }
}

/** One thing that was checked. `warn`: it works tonight, and will not for long. `what`: a sentence, with what to do where it is not well. */
export type Check = { level: 'ok' | 'warn' | 'fail'; what: string };

/** Every call throws `TrackerFailure` and nothing else. */
export type Tracker = {
  /** How long after a lost answer `find` may not see the ticket that was made all the same; 0 where it sees it at once. */
  findsAfterSeconds: number;
  /** The ticket with this mark, open or closed; the newest where there are several. */
  find: (mark: string) => Promise<Ticket | undefined>;
  create: (draft: Draft) => Promise<Ticket>;
  /** Undefined for a ticket that is not there any more, or that we may not see. */
  read: (key: string) => Promise<Read | undefined>;
  /** Writes the body anew; what people added outside of our own sections is handed in by the caller. */
  rewrite: (key: string, body: string) => Promise<void>;
  /** Adds a note. `mark`: a note that has it already is not added again. */
  note: (key: string, text: string, mark: string) => Promise<void>;
  /** False where the tracker does not let us: the caller opens a linked one. */
  reopen: (key: string) => Promise<boolean>;
  /** Relates two tickets, for one that comes back after its ticket was closed. Does nothing where the tracker cannot. */
  link: (key: string, other: string) => Promise<void>;
  /** What would fail tonight: the token, its expiry, the project, the right to make and to label a ticket. */
  check: (now: string) => Promise<Check[]>;
};
