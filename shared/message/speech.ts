/**
 * What a call says: SSML, everything twice, numbers and names as people say them. Pure.
 */
import type { Digest } from '../digest/gather.ts';
import type { Incident } from '../incident/incident.ts';
import { oneLine } from './gsm.ts';
import { spokenName, spokenSignal } from './phrases.ts';

/** SSML takes at most 6,000 characters, its tags included. [SendVoiceMessage] */
const MAX_SPOKEN = 600;

/** How the person who is called can answer: by a reply to the text message, by its link alone, or by keys of the phone. */
export type AnsweredBy = 'reply' | 'link' | 'keys';

/** The keys of a call, as other on-call products have them. 9 says it again. */
export const KEYS = { acknowledge: '4', escalate: '6', again: '9' } as const;

/** The call about an incident. */
export function speech(incident: Incident, by: AnsweredBy = 'reply'): string {
  const { signal, title, description } = incident.lead;
  const what = spokenSignal(signal) ?? [title, description ?? ''].map(spokenText).filter(Boolean).join('. ');
  const said = escapeSsml(
    [
      `Pageturner: ${incident.severity}.`,
      incident.service
        ? `${spokenName(incident.service)}${incident.environment ? `, ${spokenName(incident.environment)}` : ''}.`
        : '',
      `${what}.`,
    ]
      .filter((part) => part !== '')
      .join(' ')
      .slice(0, MAX_SPOKEN),
  );
  const answer = {
    reply: `To acknowledge, open the link in the text message, or reply to it with A C K, ${[...incident.code].join(' ')}.`,
    link: 'To acknowledge, open the link in the text message.',
    keys: `Press ${KEYS.acknowledge} to acknowledge, ${KEYS.escalate} to pass it on, or ${KEYS.again} to hear it again.`,
  }[by];
  return spoken(`${said} ${answer}`, by);
}

/** Everything twice. A call that takes keys repeats by itself, while it waits for one. */
function spoken(said: string, by: AnsweredBy): string {
  if (by === 'keys') return `<speak><break time="1s"/>${said}</speak>`;
  return `<speak><break time="1s"/>${said}<break time="1s"/>I repeat. ${said}</speak>`;
}

/** The call of a test page. */
export function testSpeech(incident: Incident, by: AnsweredBy = 'reply'): string {
  const answer = {
    reply: `text A C K, ${[...incident.code].join(' ')}, to the number that texts you.`,
    link: 'open the link in the text message.',
    keys: `press ${KEYS.acknowledge}.`,
  }[by];
  const said = `This is a test call from Pageturner. Nothing is wrong. To show that it reached you, ${answer}`;
  return spoken(said, by);
}

/** The call about a digest: how many, whose, and the worst of them. */
export function digestSpeech(worst: Incident, digest: Digest, by: AnsweredBy = 'reply'): string {
  const services = digest.services
    .slice(0, 3)
    .map(({ service, count, below }) => {
      const hanging = below === 0 ? '' : `, and ${below} that hang on it`;
      return `${count} for ${spokenName(oneLine(service))}${hanging}`;
    })
    .join(', ');
  const what = spokenSignal(worst.lead.signal) ?? spokenText(worst.lead.title);
  const said = escapeSsml(
    `${digest.count} incidents wait for you: ${services}. The worst is ${worst.severity}: ${what}.`.slice(
      0,
      MAX_SPOKEN,
    ),
  );
  const answer = {
    reply: 'To acknowledge them all, reply to the text message with A C K, all.',
    link: 'To acknowledge the worst, open the link in the text message.',
    keys: `Press ${KEYS.acknowledge} to acknowledge them all, or ${KEYS.again} to hear it again.`,
  }[by];
  return spoken(`${said} ${answer}`, by);
}

/** The call of a digest that is said again: how many are open. */
export function openSpeech(count: number): string {
  const answer = `Press ${KEYS.acknowledge} to acknowledge them all, or ${KEYS.again} to hear it again.`;
  return spoken(`${count} incident${count === 1 ? '' : 's'} of the last digests are open for you. ${answer}`, 'keys');
}

/** Senders' text as it is said: an address says nothing to an ear. */
function spokenText(text: string): string {
  const said = oneLine(text)
    .replace(/\brunbook:\s*\S+/gi, ' ')
    .replace(/\b[a-z]+:\/\/\S+/gi, ' a link ');
  return spokenName(said).slice(0, 200);
}

function escapeSsml(text: string): string {
  return text
    .replaceAll('&', ' and ')
    .replaceAll('<', ' ')
    .replaceAll('>', ' ')
    .replaceAll('"', ' ')
    .replace(/ {2,}/g, ' ');
}

/** The words of a call without their markup: what the local phone shows. */
export function spokenWords(ssml: string): string {
  return ssml
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
