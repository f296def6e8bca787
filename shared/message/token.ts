/**
 * The token of a page's link: 128 bits that nobody can guess, the same each time the same page is sent.
 */
import { createHmac } from 'node:crypto';

/** 22 characters for one person and one incident, from a secret that only the functions know. */
export function linkToken(secret: string, incident: string, person: string): string {
  return createHmac('sha256', secret)
    .update(`link\n${incident}\n${person}`)
    .digest()
    .subarray(0, 16)
    .toString('base64url');
}

/** Whether a text has the shape of a token, so that nothing else is looked up. */
export function isToken(text: string): boolean {
  return /^[A-Za-z0-9_-]{22}$/.test(text);
}
