/** SES, SNS to phones, and Systems Manager in the local account. */
import { type Operation, Refusal } from './state.ts';

export const email: Record<string, Operation> = {
  SendEmail: (
    state,
    mail: {
      Destination: { ToAddresses: string[] };
      Content: { Simple: { Subject: { Data: string }; Body: { Text: { Data: string } } } };
    },
    { hand },
  ) => {
    if (!state.email.sending) throw new Refusal('SendingPausedException');
    const to = mail.Destination.ToAddresses.join(', ');
    if (!state.email.production && !state.verified.includes(to)) throw new Refusal('MessageRejected');
    const { Subject, Body } = mail.Content.Simple;
    return { MessageId: hand({ channel: 'email', to, text: `${Subject.Data}\n\n${Body.Text.Data}` }) };
  },
  GetAccount: ({ email: { production, sending } }) => ({
    ProductionAccessEnabled: production,
    SendingEnabled: sending,
  }),
};

export const sns: Record<string, Operation> = {
  // Taken though its owner has sent STOP, and then not delivered. [SNS developer guide, "Managing subscriptions to SMS"]
  Publish: (state, asked: { PhoneNumber?: string; Message: string }, { hand }) => {
    if (asked.PhoneNumber === undefined) throw new Refusal('InvalidParameter');
    if (state.tier === 'SANDBOX' && !state.verified.includes(asked.PhoneNumber)) throw new Refusal('InvalidParameter');
    if (state.optOuts['Default']?.has(asked.PhoneNumber)) return { MessageId: 'local-dropped' };
    return { MessageId: hand({ channel: 'sms', to: asked.PhoneNumber, text: asked.Message }) };
  },
  CheckIfPhoneNumberIsOptedOut: ({ optOuts }, { phoneNumber }: { phoneNumber: string }) => ({
    isOptedOut: optOuts['Default']?.has(phoneNumber) ?? false,
  }),
};

export const parameters: Record<string, Operation> = {
  GetParameter: ({ parameters: kept }, { Name }: { Name: string }) => {
    const found = kept.get(Name);
    if (!found) throw new Refusal('ParameterNotFound');
    return { Parameter: { Name, Value: found.value, Type: found.type } };
  },
  GetParameters: ({ parameters: kept }, { Names }: { Names: string[] }) => ({
    Parameters: Names.flatMap((Name) => {
      const found = kept.get(Name);
      return found ? [{ Name, Value: found.value, Type: found.type }] : [];
    }),
    InvalidParameters: Names.filter((name) => !kept.has(name)),
  }),
  PutParameter: (
    { parameters: kept },
    { Name, Value, Type, Overwrite }: { Name: string; Value: string; Type?: string; Overwrite?: boolean },
  ) => {
    if (kept.has(Name) && !Overwrite) throw new Refusal('ParameterAlreadyExists');
    // 4 KB in the standard tier. [API reference, PutParameter]
    if (Buffer.byteLength(Value) > 4096) throw new Refusal('ValidationException');
    kept.set(Name, { value: Value, type: Type ?? 'String' });
    return { Version: 1, Tier: 'Standard' };
  },
  DescribeParameters: (
    { parameters: kept },
    { ParameterFilters = [] }: { ParameterFilters?: { Key: string; Values: string[] }[] },
  ) => ({
    Parameters: [...kept.entries()]
      .filter(([name]) => ParameterFilters.every(({ Key, Values }) => Key !== 'Name' || Values.includes(name)))
      .map(([Name, { type }]) => ({ Name, Type: type })),
  }),
};
