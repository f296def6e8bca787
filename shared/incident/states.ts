/**
 * The states of an incident, and every change between them that there is.
 *
 * Promises: nothing else changes an incident's state (a test holds the folder to it). A change that is not in the table is
 * refused. The drawing in docs/architecture.md is made from the table. Called by the other files of this folder. Pure.
 */
import type { Incident, State } from './incident.ts';

/** Why an incident changes its state. */
export type Cause =
  | 'fires'
  | 'over-before-heard'
  | 'fires-again'
  | 'worsens'
  | 'acknowledge'
  | 'acknowledgement-lapses'
  | 'hand-over'
  | 'escalate'
  | 'resolve'
  | 'signals-over'
  | 'test-ends';

/** `new`: only a resolve, or nothing, has been heard of its signals so far. */
export type From = State | 'new';

export type Transition = {
  cause: Cause;
  from: readonly From[];
  to: State;
  /** What happens, as people read it in the drawing. */
  said: string;
};

/** Every change of state. */
export const TRANSITIONS: readonly Transition[] = [
  { cause: 'fires', from: ['new'], to: 'triggered', said: 'an alert fires' },
  { cause: 'over-before-heard', from: ['new'], to: 'resolved', said: 'its end came first' },
  { cause: 'acknowledge', from: ['triggered'], to: 'acknowledged', said: 'somebody acknowledges or snoozes' },
  { cause: 'worsens', from: ['triggered', 'acknowledged'], to: 'triggered', said: 'it becomes worse' },
  { cause: 'acknowledgement-lapses', from: ['acknowledged'], to: 'triggered', said: 'the acknowledgement lapses' },
  { cause: 'hand-over', from: ['triggered', 'acknowledged'], to: 'triggered', said: 'it is handed over' },
  { cause: 'escalate', from: ['triggered', 'acknowledged'], to: 'triggered', said: 'somebody escalates' },
  { cause: 'resolve', from: ['triggered', 'acknowledged'], to: 'resolved', said: 'somebody resolves' },
  { cause: 'signals-over', from: ['triggered', 'acknowledged'], to: 'resolved', said: 'all signals are over' },
  { cause: 'test-ends', from: ['triggered'], to: 'resolved', said: 'nobody answers the test page' },
  { cause: 'fires-again', from: ['resolved'], to: 'triggered', said: 'an alert fires within ten minutes' },
];

/** Changes the state of a draft. Throws where the table has no such change: a mistake in this folder. */
export function move(draft: Incident, cause: Cause): void {
  const from: From = draft.openedAt === undefined ? 'new' : draft.state;
  const found = TRANSITIONS.find((one) => one.cause === cause && one.from.includes(from));
  if (!found) throw new Error(`No '${cause}' from '${from}': see TRANSITIONS in shared/incident/states.ts.`);
  draft.state = found.to;
}

/** The table as a Mermaid state diagram, which GitLab and GitHub draw. */
export function stateDiagram(): string {
  const edges = TRANSITIONS.flatMap(({ from, to, said }) => from.map((one) => ({ from: one, to, said })));
  const merged = new Map<string, string[]>();
  for (const { from, to, said } of edges) {
    const edge = `${from === 'new' ? '[*]' : from} --> ${to}`;
    merged.set(edge, [...(merged.get(edge) ?? []), said]);
  }
  return ['stateDiagram-v2', ...[...merged].map(([edge, said]) => `  ${edge}: ${said.join(', or ')}`)].join('\n');
}
