/** The query protocol of AWS, which SNS speaks: a form in, XML out. Pure. Source: Smithy, "AWS query protocol". */

/** `Action=Publish&PhoneNumber=…&MessageAttributes.entry.1.Name=…` as the operation and its request. */
export function readQuery(form: string): { operation: string; request: Record<string, unknown> } {
  const fields = new URLSearchParams(form);
  const request: Record<string, unknown> = {};
  const attributes: Record<string, Record<string, string>> = {};
  const names = new Map<string, string>();
  for (const [name, value] of fields) {
    const [, n, rest] = /^MessageAttributes\.entry\.(\d+)\.(.+)$/.exec(name) ?? [];
    if (n === undefined) {
      if (name !== 'Action' && name !== 'Version') request[name] = value;
    } else if (rest === 'Name') names.set(n, value);
    else attributes[n] = { ...attributes[n], [rest!.replace('Value.', '')]: value };
  }
  if (names.size > 0)
    request['MessageAttributes'] = Object.fromEntries([...names].map(([n, name]) => [name, attributes[n] ?? {}]));
  return { operation: fields.get('Action') ?? '', request };
}

/** An answer or an error as the SDK reads it. */
export function asXml(operation: string, body: Record<string, unknown>, error: string | undefined): string {
  if (error !== undefined)
    return `<ErrorResponse><Error><Type>Sender</Type><Code>${error}</Code><Message>${error}</Message></Error></ErrorResponse>`;
  const fields = Object.entries(body).map(([name, value]) => `<${name}>${String(value)}</${name}>`);
  return `<${operation}Response><${operation}Result>${fields.join('')}</${operation}Result></${operation}Response>`;
}

/** IAM's answer to which service-linked roles of End User Messaging there are. */
export function rolesXml(isThere: boolean): string {
  const role = '<member><RoleName>AWSServiceRoleForSMSVoice</RoleName></member>';
  return `<ListRolesResponse><ListRolesResult><Roles>${isThere ? role : ''}</Roles><IsTruncated>false</IsTruncated></ListRolesResult></ListRolesResponse>`;
}
