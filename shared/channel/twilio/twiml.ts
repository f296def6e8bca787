/**
 * TwiML: what Twilio says in a call, and where it brings the key that is pressed. Pure.
 * Sources: Twilio "TwiML Voice: <Gather>" and "<Say>".
 */

/** A British voice. */
const VOICE = 'Polly.Amy';
/** So long a call waits for a key before it says everything once more, and then ends. */
const WAIT_SECONDS = 8;

/** Says this and ends the call. `words`: plain text. */
export function twimlSaying(words: string): string {
  return `<Response>${say(escapeXml(words))}</Response>`;
}

/** Says an SSML text without asking for a key. */
export function twimlCall(ssml: string): string {
  return `<Response>${say(inner(ssml))}</Response>`;
}

/** Says an SSML text twice, and brings one key to `action`, an address. Where none is pressed the call ends. */
export function twimlAsking(ssml: string, action: string): string {
  const gather = (words: string) =>
    `<Gather numDigits="1" timeout="${WAIT_SECONDS}" method="POST" action="${escapeXml(action)}">${say(words)}</Gather>`;
  return `<Response>${gather(inner(ssml))}${gather(`I repeat. ${inner(ssml)}`)}</Response>`;
}

function say(words: string): string {
  return `<Say voice="${VOICE}">${words}</Say>`;
}

function inner(ssml: string): string {
  return ssml.replace(/^<speak>|<\/speak>$/g, '');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
