/**
 * GET of an address that somebody else wrote and a check let through: a certificate, or the confirmation of a subscription.
 * An adapter; nothing in this folder but the functions' `known` is handed it.
 */

const TIMEOUT_MILLISECONDS = 4000;
/** A certificate has 2 KB, a confirmation less. */
const MAX_CHARACTERS = 65_536;

/** The answer's text. Rejects on anything but 2xx, on a redirect (it could lead anywhere), and after four seconds. */
export async function get(url: string): Promise<string> {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) });
  if (!response.ok) throw new Error(`It answered ${response.status}.`);
  const text = await response.text();
  if (text.length > MAX_CHARACTERS) throw new Error(`It answered more than ${MAX_CHARACTERS} characters.`);
  return text;
}
