import type { Chance } from '../ports/chance.ts';

const secretBytes = 32;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** A fresh key for signing deliveries, as Standard Webhooks writes keys: `whsec_` and the base64 of 32 random bytes. */
export function createWebhookSecret(chance: Chance): string {
  return `whsec_${base64OfHex(chance.token(secretBytes))}`;
}

/** `hex` has an even number of hex digits. */
export function base64OfHex(hex: string): string {
  let text = '';
  // Six hex digits are three bytes are four base64 characters (RFC 4648 section 4).
  for (let at = 0; at < hex.length; at += 6) text += base64OfGroup(hex.slice(at, at + 6));
  return text;
}

function base64OfGroup(hex: string): string {
  const bits = Number.parseInt(hex.padEnd(6, '0'), 16);
  const characters = [18, 12, 6, 0].map((shift) => alphabet.charAt((bits >> shift) & 63)).join('');
  const used = hex.length / 2 + 1;
  return characters.slice(0, used).padEnd(4, '=');
}
