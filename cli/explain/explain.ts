/**
 * Explaining: for one alert, what Pageturner would do with it and why.
 *
 * Promises: it decides nothing. Routing, the state machine and the words are those of the flow, so what it says is what
 * happens; a property test holds the two against each other. Nothing is sent and nothing is written. Pure.
 */
import type { Alert, Severity } from '../../shared/alert/alert.ts';
import type { Urgency } from '../../shared/catalogue/catalogue.ts';
import type { Silence } from '../../shared/exception/exception.ts';
import { decide } from '../../shared/incident/decide.ts';
import type { Incident, Page } from '../../shared/incident/incident.ts';
import { noticeOf } from '../../shared/incident/notices.ts';
import type { Lesson } from '../../shared/memory/memory.ts';
import { smsText } from '../../shared/message/words.ts';
import type { Loaded } from '../../shared/routing/loaded.ts';
import { type Nobody, opensNothing, type Routed, route } from '../../shared/routing/routing.ts';
import type { Choice } from '../../shared/runbook/runbook.ts';
import type { Suspect } from '../../shared/suspect/suspect.ts';
import { explainChoice, type Why } from './choice.ts';
import { unanswered } from './unanswered.ts';

type Told = Pick<Page, 'to' | 'channel' | 'due'>;

export type Explained = {
  alert: Omit<Alert, 'raw'>;
  service: string | null;
  /** Why it is that service, or none. */
  why: string;
  environment: string | null;
  runbook: Choice;
  runbookWhy: Why;
  severity: Severity;
  urgency: Urgency;
  policy: string;
  group: string;
  /** Why nobody is told; null where somebody is. */
  nobody: Nobody | null;
  suspects: Suspect[];
  /** Who is told first, by what and when. A hold is over by then. */
  pages: Told[];
  /** Who is told next, as long as nobody answers: once through the policy. */
  later: Told[];
  timers: Incident['timers'];
  notes: string[];
  /** The text message; null where nobody is told. */
  words: string | null;
};

export type Explaining = {
  loaded: Loaded;
  silences: Silence[];
  /** What people said about runbooks, where a running Pageturner was asked. */
  lessons?: readonly Lesson[];
  /** UTC ISO. */
  now: string;
  suspectsOf: (routed: Routed) => Suspect[];
};

const LINK = 'https://pages.example.gov.uk/p/0000000000000000000000';

/** What becomes of one alert at `now`, and why. */
export function explain(alert: Alert, { loaded, silences, now, lessons = [], suspectsOf }: Explaining): Explained {
  const routed = route(alert, { loaded, silences, now, lessons });
  const patterns = Object.values(loaded.catalogue.runbooks).filter(({ match }) => match !== undefined).length;
  const suspects = suspectsOf(routed);
  const { opened, ladder } = courseOf(routed, suspects, loaded, now);
  const first = ladder.find((incident) => told(incident).length > 0);
  const pages = first && tellsSomebody(routed) ? told(first) : [];
  const last = ladder.at(-1);
  const { raw: _raw, ...shown } = alert;
  return {
    alert: shown,
    service: routed.service?.name ?? null,
    why: routed.serviceWhy,
    environment: routed.environment ?? null,
    runbook: routed.choice,
    runbookWhy: explainChoice(routed.choice, routed.alert, patterns),
    severity: routed.severity,
    urgency: routed.urgency,
    policy: routed.policy,
    group: routed.group,
    nobody: routed.nobody ?? null,
    suspects,
    pages: pages.map(shownPage),
    later: pages.length === 0 || !last ? [] : told(last).slice(pages.length).map(shownPage),
    timers: opened?.timers ?? [],
    notes: opened?.timeline.map((entry) => entry.what) ?? [],
    words: first && pages.length > 0 ? smsText(first, now, LINK) : null,
  };
}

/** A silenced alert pages when the silence ends; until then nobody is told. */
function tellsSomebody({ nobody }: Routed): boolean {
  return nobody === undefined;
}

function courseOf(
  routed: Routed,
  suspects: Suspect[],
  loaded: Loaded,
  now: string,
): { opened: Incident | undefined; ladder: Incident[] } {
  if (opensNothing(routed) || routed.alert.status === 'resolved') return { opened: undefined, ladder: [] };
  const contextAt = (at: string) => ({
    now: at,
    catalogue: loaded.catalogue,
    onCall: (rota: string) => loaded.onCall(rota, at),
  });
  const notice = noticeOf(routed, { group: routed.group, suspects });
  const opened = decide(undefined, { type: 'notices', notices: [notice] }, contextAt(now));
  if (!opened) return { opened, ladder: [] };
  const steps = loaded.catalogue.policies[opened.policy]?.steps.length ?? 1;
  return { opened, ladder: [...unanswered(opened, contextAt, steps)] };
}

function told({ pages }: Incident): Page[] {
  return pages.filter(({ kind }) => kind === 'alert');
}

function shownPage({ to, channel, due }: Page): Told {
  return { to, channel, due };
}
