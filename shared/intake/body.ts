/**
 * Bodies: bytes from a wire to a value. Nothing is refused; what is no JSON is its own text.
 *
 * Called by `normalise.ts` and by the receiving functions' tests. Pure.
 */

/** `payload` is what the body says; `text` its characters, with U+FFFD for bytes that are no UTF-8. */
export function parseBody(body: Uint8Array | string, contentType?: string): { payload: unknown; text: string } {
  const text = (typeof body === 'string' ? body : new TextDecoder('utf-8').decode(body)).replace(/^\uFEFF/, '');
  const form = formPayload(text, contentType);
  if (form !== undefined) return { payload: parsed(form) ?? form, text };
  return { payload: parsed(text) ?? text, text };
}

/** GitHub and Slack post JSON in a form field called `payload`. */
function formPayload(text: string, contentType: string | undefined): string | undefined {
  const isForm = contentType?.toLowerCase().startsWith('application/x-www-form-urlencoded') === true;
  if (!isForm && !/^payload=(%7B|%5B|\{|\[)/i.test(text)) return undefined;
  return new URLSearchParams(text).get('payload') ?? undefined;
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value === null ? undefined : value;
  } catch {
    return undefined;
  }
}
