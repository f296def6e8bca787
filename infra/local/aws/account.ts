/**
 * The local account: what AWS keeps of numbers, keywords, opt-outs, limits, registrations and parameters, and what it answers.
 *
 * Promises: a request that the service's published model does not allow is refused; what exists and what does not decides as
 * documented (a number without VOICE calls nobody, the sandbox texts only verified numbers, START opts in only where the
 * keyword says so); nothing is sent before all of that is passed. Tests seed faults by changing the state.
 *
 * Sources: API references of pinpoint-sms-voice-v2, sesv2, sns and ssm; AWS End User Messaging SMS user guide, "Moving from the
 * sandbox", "Keywords", "Two-way SMS messaging". Which error a number without VOICE gives is not documented: one of the list is.
 */
import { mistakesIn, modelOf, type Service } from './model.ts';
import { email, parameters, sns } from './others.ts';
import { smsVoice } from './sms-voice.ts';
import { type AccountState, type Answer, type Edges, type Operation, Refusal } from './state.ts';

const OPERATIONS: Record<Service, Record<string, Operation>> = {
  'pinpoint-sms-voice-v2': smsVoice,
  sesv2: email,
  sns,
  ssm: parameters,
};
const MODELS = Object.fromEntries(
  (Object.keys(OPERATIONS) as Service[]).map((service) => [service, modelOf(service)]),
) as Record<Service, ReturnType<typeof modelOf>>;

/** Answers a call of a service. */
export function answerAws(
  state: AccountState,
  call: { service: Service; operation: string; request: unknown },
  edges: Edges,
): Answer {
  const { service, operation, request } = call;
  const mistakes = mistakesIn(MODELS[service], operation, request);
  if (mistakes === undefined) return refused(new Refusal('UnknownOperationException'));
  if (mistakes.length > 0) {
    const refusal = new Refusal('ValidationException', 'FIELD_VALIDATION_FAILED');
    return refused(refusal, mistakes.join('; '));
  }
  if (state.throttled > 0) {
    state.throttled--;
    return refused(new Refusal('ThrottlingException'));
  }
  try {
    return { status: 200, body: OPERATIONS[service][operation]!(state, request as never, edges) };
  } catch (error) {
    if (error instanceof Refusal) return refused(error);
    throw error;
  }
}

function refused({ name, status, reason }: Refusal, message = reason ?? name): Answer {
  return {
    status,
    error: name,
    body: { __type: name, Message: message, message, ...(reason === undefined ? {} : { Reason: reason }) },
  };
}
