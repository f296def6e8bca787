/**
 * What a call says: SSML, everything twice, numbers and names as people say them. Pure.
 */
import type { Digest } from '../digest/gather.ts';
import type { Incident } from '../incident/incident.ts';
import { oneLine } from './gsm.ts';
import { spokenName, spokenSignal } from './phrases.ts';

/** SSML takes at most 6,000 characters, its tags included. [SendVoiceMessage] */
const MAX_SPOKEN = 600;

/** The call about an incident. It cannot take keys: it says where the answer is given. */
export function speech(incident: Incident): string {
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
  const answer = `To acknowledge, open the link in the text message, or reply to it with A C K, ${[...incident.code].join(' ')}.`;
  return `<speak><break time="1s"/>${said} ${answer}<break time="1s"/>I repeat. ${said} ${answer}</speak>`;
}

/** The call of a test page. */
export function testSpeech(incident: Incident): string {
  const said = `This is a test call from Pageturner. Nothing is wrong. To show that it reached you, text A C K, ${[...incident.code].join(' ')}, to the number that texts you.`;
  return `<speak><break time="1s"/>${said}<break time="1s"/>I repeat. ${said}</speak>`;
}

/** The call about a digest: how many, whose, and the worst of them. */
export function digestSpeech(worst: Incident, digest: Digest): string {
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
  const answer = 'To acknowledge them all, reply to the text message with A C K, all.';
  return `<speak><break time="1s"/>${said} ${answer}<break time="1s"/>I repeat. ${said} ${answer}</speak>`;
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
