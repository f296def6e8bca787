/**
 * Text as engineers write it, taken apart into terms: `HTTPCode_Target_5XX_Count` is http, code, target, 5xx, count;
 * `KubeAPIErrorBudgetBurn` is kube, api, error, budget, burn; `AWS/ApplicationELB` is aws, application, elb.
 *
 * Pure. Called when the word index is built and when an alert is looked up; both must split alike.
 */
/**
 * In order: a class of HTTP answers; a short run of letters with its number (`S3`, `EC2`, `IPv4`, `p99`, `k8s`); capitals
 * with a plural s (`CPUs`); capitals before a capitalised word (`GRPC` in `GRPCRequests`); a word; capitals; a number.
 */
const PARTS =
  /\d(?:xx|XX)(?![a-z])|(?<![A-Z])[A-Z]{1,2}v?\d{1,3}s?(?![a-z\d])|(?<![A-Za-z])[a-z]{1,3}\d{1,3}s?(?![a-z\d])|[A-Z]{2,}s(?![a-z])|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+/g;

const STOP_WORDS = new Set(
  (
    'a an the of in on at to for by with from into is are was were be been being am has have had having this that these those ' +
    'it its as and or if then than there here which who whom what when where why how will would should could can may might ' +
    'must do does did done their your you we our they them he she his her i me my us also just only such so too very via per ' +
    'e g ie eg etc et al s t d ll re ve m example'
  ).split(' '),
);

/** Longer words are not words: keys, digests, base64. */
const MAX_TERM_CHARACTERS = 30;

/** @returns the words of a text in order, lower case, not stemmed, without those that say nothing */
export function words(text: string): string[] {
  const found: string[] = [];
  for (const [part] of text.matchAll(PARTS)) {
    const word = part.toLowerCase();
    if (word.length <= MAX_TERM_CHARACTERS && !STOP_WORDS.has(word) && (word.length > 1 || /\d/.test(word)))
      found.push(word);
  }
  return found;
}
