import { Type, type Static } from 'typebox';

export const AddressType = Type.Enum(
  ['tel', 'sip', 'extension', 'endpoint', 'agent', 'conference', 'line', ''],
  {
    description:
      'What `target` holds. `agent`, `conference`: its id. `endpoint` is the older name of `extension`.',
  },
);

export const Address = Type.Object(
  {
    type: AddressType,
    target: Type.String({ maxLength: 255, description: 'Number, SIP URI or id, according to `type`.' }),
    target_name: Type.String({ maxLength: 255, description: 'Human name of the target.' }),
    name: Type.String({ maxLength: 255, description: 'Free label.' }),
    detail: Type.String({ maxLength: 255, description: 'Free text.' }),
  },
  { description: 'Where a call comes from or goes to. All five keys are always present.' },
);
export type Address = Static<typeof Address>;

/** Nobody. */
export const noAddress: Address = { type: '', target: '', target_name: '', name: '', detail: '' };

/** An address as clients may send it: only `target` is needed, `type` is inferred from it. */
export const AddressInput = Type.Object(
  { ...Type.Partial(Address).properties, target: Address.properties.target },
  { additionalProperties: false },
);
export type AddressInput = Static<typeof AddressInput>;

/**
 * Fills the keys that were left out; a missing type is read off the target: `@` or `sip:` is sip, digits are tel, and so are
 * digits behind a plus with what people put between them.
 */
export function completeAddress(input: AddressInput): Address {
  return {
    type: input.type === undefined || input.type === '' ? inferAddressType(input.target) : input.type,
    target: input.target,
    target_name: input.target_name ?? '',
    name: input.name ?? '',
    detail: input.detail ?? '',
  };
}

export function inferAddressType(target: string): Address['type'] {
  if (/^sips?:/i.test(target) || target.includes('@')) return 'sip';
  return /^(?:[0-9*#]+|\+[0-9*#\s().-]+)$/.test(target) ? 'tel' : 'extension';
}
