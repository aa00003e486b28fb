/**
 * Bytes to text and back without any platform import. SIP text is UTF-8 (RFC 3261 section 7); peers that still send
 * Latin-1 display names are read as Latin-1, so their names arrive readable and leave as UTF-8.
 */

interface Utf8Decoder {
  decode(bytes: Uint8Array): string;
}

// The standard globals, declared here because this package compiles without platform types.
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => Utf8Decoder;
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Never throws. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return decodeLatin1(bytes);
  }
}

export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

function decodeLatin1(bytes: Uint8Array): string {
  // In chunks, because a call has a limit on its number of arguments.
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) {
    text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  }
  return text;
}
