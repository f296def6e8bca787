/** Calls of AWS by hand, for what no client of the SDK is installed: to a stand-in that reads the signature's scope alone. */

export type Aws = {
  address: string;
  /** A call of the query protocol. Out: the XML of the answer. */
  form: (service: string, fields: Record<string, string>) => Promise<string>;
  /** A call of the JSON protocol. `target` names the operation with its prefix. */
  json: (service: string, target: string, body: object) => Promise<Record<string, unknown>>;
};

export function awsAt(address: string): Aws {
  const headers = (service: string, type: string) => ({
    'content-type': type,
    authorization: `AWS4-HMAC-SHA256 Credential=local/20261125/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
  });
  const answered = async (response: Response): Promise<string> => {
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status}: ${text.slice(0, 400)}`);
    return text;
  };
  return {
    address,
    form: async (service, fields) => {
      const body = new URLSearchParams({ Version: '2010-05-15', ...fields }).toString();
      const type = 'application/x-www-form-urlencoded';
      return answered(await fetch(address, { method: 'POST', headers: headers(service, type), body }));
    },
    json: async (service, target, asked) => {
      const type = 'application/x-amz-json-1.1';
      const sent = { ...headers(service, type), 'x-amz-target': target };
      const text = await answered(await fetch(address, { method: 'POST', headers: sent, body: JSON.stringify(asked) }));
      return (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    },
  };
}
