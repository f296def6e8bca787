/** Twilio on this machine: the key of a call, and the hooks that it calls with its signature. */
import { createHmac } from 'node:crypto';

/** Where a call brings the key that is pressed; undefined where it asks for none. */
export function actionOf(twiml: string): string | undefined {
  return /<Gather [^>]*action="([^"]+)"/.exec(twiml)?.[1]?.replaceAll('&amp;', '&');
}

/** Calls a hook as Twilio does. Out: what it is answered. Source: Twilio "Webhooks security". */
export async function callBack(url: string, fields: Record<string, string>, token: string): Promise<string> {
  const signed = Object.entries(fields)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => name + value);
  const signature = createHmac('sha1', token)
    .update(url + signed.join(''))
    .digest('base64');
  const headers = { 'x-twilio-signature': signature };
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(fields), headers });
  return answer.text();
}
