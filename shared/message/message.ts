/**
 * A message: what one person or chat channel is told about one incident, before a channel sends it.
 *
 * Promises: the words are a function of the incident, the time and the link. Text from senders is harmless in every channel:
 * `text` is plain, `speech` is escaped SSML, `facts` are plain and each channel escapes them for its own format.
 *
 * `words.ts` makes messages, `phrases.ts` and `speech.ts` their parts. Called by the page function and `explain`. Pure.
 */

/** What a channel has to send, made by the words. */
export type Message = {
  /** For SMS, chat notifications and the plain part of email. It may ask for a reply. */
  text: string;
  /** For voice: SSML. It may send the person who is called to the text message. */
  speech: string;
  /** The same where nobody can answer by text: it asks for no reply. Left out where `text` and `speech` ask for none. */
  oneWay?: { text: string; speech: string };
  /** For a call that takes keys: SSML that says which key does what. Left out where there is nothing to answer. */
  keys?: string;
  /** A digest for a person: an answer is for all that it tells of. */
  answersAll?: true;
  /** For email and cards. */
  subject: string;
  /** Lines of facts for email, Slack and Teams, most important first: plain text, not escaped. */
  facts: { label: string; value: string }[];
  /** The page's own address. */
  link: string;
  /** Where the same thread or message is continued: the incident. */
  thread: string;
  /** notice: a word to a team, which no button answers. digest: what a chat channel was not told one by one. */
  kind: 'alert' | 'relief' | 'update' | 'digest' | 'notice';
  /** For chat: buttons that act at once, each with what it asks for. */
  buttons: { label: string; action: string }[];
};
