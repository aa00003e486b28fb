import { type Address, AddressInput, type Call, completeAddress } from '@parley/contract';
import { Type } from 'typebox';
import { limits } from '../limits.ts';

/** Options that all actions share which make calls. */
export const sourceOption = Type.Optional(
  Type.Object(AddressInput.properties, {
    description: 'Who calls, as the far end sees it; absent: who called us.',
  }),
);

export const destinationsOption = Type.Array(Type.Object(AddressInput.properties), {
  minItems: 1,
  maxItems: limits.destinations,
  description: 'Who is called; of an address only `target` is needed.',
});

export const timeoutOption = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: limits.longestUnansweredMs / 1000,
    description: 'Seconds each may ring; 0 or absent: 60.',
  }),
);

export const anonymousOption = Type.Optional(
  Type.Enum(['yes', 'no', 'auto'], {
    default: 'auto',
    description: '`yes`: the far end is not told who calls. `auto`: as the caller wished it.',
  }),
);

/** Nobody is called in a conference: whoever is to be in it joins it. */
export function conferenceAmong(
  destinations: readonly AddressInput[],
): { readonly path: string; readonly message: string } | undefined {
  const index = destinations.findIndex(({ type }) => type === 'conference');
  if (index === -1) return undefined;
  const message = 'is conference, and a conference cannot be called: it is joined, with conference_join';
  return { path: `destinations[${index}].type`, message };
}

/** Who calls: whom the option names, or else who called us. */
export function sourceOf(option: { readonly source?: AddressInput }, call: Call): Address {
  return option.source === undefined ? call.source : completeAddress(option.source);
}

export function timeoutMsOf(option: { readonly timeout?: number }): number {
  return option.timeout === undefined || option.timeout === 0 ? limits.unansweredMs : option.timeout * 1000;
}
