/**
 * An alarm as it is set up at its sender: what it would send, to whom, and what would become of it here.
 *
 * Promises: an alarm is judged by what triage would do: it is made into the notice that its sender would post, read by the
 * normaliser of that sender, and matched as every alert is. Every finding names the alarm and how to fix it.
 *
 *   an export ─ read.ts ─► alarms ─ judgeAlarm ─► findings
 *
 * Called by `pageturner lint --alarms`. Pure.
 */
import type { Alert } from '../../shared/alert/alert.ts';
import { type Asked, route } from '../../shared/routing/routing.ts';

/** Where it tells people: ARNs of topics or ids of action groups; `unknown` where a plan does not know them yet. */
export type Actions = string[] | 'unknown';

export type Alarm = {
  /** ARN, id, or address in Terraform. */
  where: string;
  name: string;
  sender: 'cloudwatch' | 'azure-monitor';
  enabled: boolean;
  firing: Actions;
  /** What is told when it is over; Azure tells the same groups where the rule resolves itself. */
  over: Actions;
  /** What it would send when it fires. */
  alerts: Alert[];
};

export type AlarmFinding = {
  level: 'error' | 'warning';
  code: 'no-action' | 'disabled' | 'no-relief' | 'elsewhere' | 'no-service' | 'no-runbook' | 'pages-nobody' | 'unread';
  alarm: string;
  message: string;
  mend: string;
};

/** `targets`: topics and action groups that lead to Pageturner, as ARN or id or the end of one; none judges no target. */
export function judgeAlarm(alarm: Alarm, judge: Asked, targets: string[]): AlarmFinding[] {
  const found: AlarmFinding[] = [];
  const say = (level: AlarmFinding['level'], code: AlarmFinding['code'], message: string, mend: string) =>
    found.push({ level, code, alarm: alarm.where, message: `${alarm.name} ${message}`, mend });
  const isCloudWatch = alarm.sender === 'cloudwatch';
  if (!alarm.enabled) {
    say(
      'warning',
      'disabled',
      'is switched off, or its actions are.',
      isCloudWatch
        ? 'Set actions_enabled to true, or take the alarm away.'
        : 'Set enabled to true, or take the rule away.',
    );
  }
  if (isNone(alarm.firing)) {
    say(
      'error',
      'no-action',
      'tells nobody when it fires.',
      isCloudWatch ? 'Add the topic of Pageturner to alarm_actions.' : "Add Pageturner's action group.",
    );
    return found;
  }
  if (isNone(alarm.over)) {
    say(
      'warning',
      'no-relief',
      'never says that it is over: its incident stays open until somebody resolves it.',
      isCloudWatch
        ? 'Add the same topic to ok_actions.'
        : 'Let the rule resolve itself (auto_mitigate; for log rules auto_mitigation_enabled).',
    );
  }
  if (targets.length > 0 && !leadsTo(alarm.firing, targets)) {
    say('error', 'elsewhere', `tells ${named(alarm.firing)} and not Pageturner.`, `Add one of ${targets.join(', ')}.`);
  } else if (targets.length > 0 && !isNone(alarm.over) && !leadsTo(alarm.over, targets)) {
    say(
      'warning',
      'no-relief',
      `tells ${named(alarm.over)} that it is over, and not Pageturner.`,
      `Add one of ${targets.join(', ')}.`,
    );
  }
  const [alert] = alarm.alerts;
  if (!alert) {
    say(
      'error',
      'unread',
      'would send what is not understood as an alert.',
      'Look at what it watches; send its real notice through pageturner explain.',
    );
    return found;
  }
  return [...found, ...judgeAlert(alarm, alert, judge)];
}

function judgeAlert(alarm: Alarm, alert: Alert, judge: Asked): AlarmFinding[] {
  const found: AlarmFinding[] = [];
  const say = (level: AlarmFinding['level'], code: AlarmFinding['code'], message: string, mend: string) =>
    found.push({ level, code, alarm: alarm.where, message: `${alarm.name} ${message}`, mend });
  const { service, choice, severity, policy, nobody } = route(alert, judge);
  if (!service) {
    say(
      'warning',
      'no-service',
      `belongs to no service: it pages policy ${policy}.`,
      'Tag it with service, name the service in its description, or give the service a match.',
    );
  }
  if ((choice.runbook === null && choice.url === undefined) || choice.by === 'words') {
    const guess = choice.candidates[0];
    say(
      'warning',
      'no-runbook',
      `leads to no runbook${guess ? `; by its words perhaps ${guess.runbook}` : ''}.`,
      "Write 'runbook: PATH' on a line of its description, or a match into the runbook; 'pageturner new runbook --from' drafts one.",
    );
  }
  if (nobody?.because === 'urgency') {
    say(
      'warning',
      'pages-nobody',
      `is ${severity}, which is recorded and pages nobody.`,
      'Raise its severity, or take the alarm away: nobody will look.',
    );
  }
  return found;
}

const isNone = (actions: Actions) => actions !== 'unknown' && actions.length === 0;

function leadsTo(actions: Actions, targets: string[]): boolean {
  if (actions === 'unknown') return true;
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  return actions.some((action) => targets.some((target) => same(action, target) || same(lastOf(action), target)));
}

/** The name at the end of an ARN or an id. */
function lastOf(target: string): string {
  return target.split(/[:/]/).at(-1)!;
}

function named(actions: Actions): string {
  return actions === 'unknown' ? 'somebody' : actions.map(lastOf).join(', ');
}
