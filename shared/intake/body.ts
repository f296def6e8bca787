/**
 * Bodies: bytes from a wire to a value. Nothing is refused; what is no JSON is its own text.
 *
 * Called by `normalise.ts` and by the receiving functions' tests. Pure.
 */

/** `payload` is what the body says; `text` its characters, with U+FFFD for bytes that are no UTF-8. */
export function parseBody(body: Uint8Array | string, contentType?: string): { payload: unknown; text: string } {
  const text = (typeof body === 'string' ? body : new TextDecoder('utf-8').decode(body)).replace(/^\uFEFF/, '');
  const form = formPayload(text, contentType);
  if (form !== undefined) return { payload: typeof form === 'string' ? (parsed(form) ?? form) : form, text };
  return { payload: parsed(text) ?? text, text };
}

/** Fields kept of a form. */
const MOST_FIELDS = 200;

/** GitHub and Slack post JSON in a form field called `payload`; StatusCake, PRTG and UptimeRobot post the fields themselves. */
function formPayload(text: string, contentType: string | undefined): string | Record<string, string> | undefined {
  const isForm = contentType?.toLowerCase().startsWith('application/x-www-form-urlencoded') === true;
  if (!isForm && !/^payload=(%7B|%5B|\{|\[)/i.test(text)) return undefined;
  const form = new URLSearchParams(text);
  const inside = form.get('payload');
  if (inside !== null) return inside;
  const fields = [...form]
    .filter(([name, value]) => name !== '' && name !== '__proto__' && value !== '')
    .slice(0, MOST_FIELDS);
  return isForm && fields.length > 1 ? Object.fromEntries(fields) : undefined;
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value === null ? undefined : value;
  } catch {
    return undefined;
  }
}
