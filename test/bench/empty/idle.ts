/** A function that nothing calls in the bench. */
export async function handler(): Promise<object> {
  return {};
}
