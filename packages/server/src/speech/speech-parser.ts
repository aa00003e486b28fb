/** From a request's text to a `SpeechDocument`; the same for every provider, so that all refuse the same things. */
import type { SpeechDocument } from './speech-document.ts';
import { cleanText, initialStyle } from './speech-document.ts';
import { speechLimits } from './limits.ts';
import type { Result, SpeechRequest } from './provider.ts';
import { tooLong } from './provider.ts';
import { parseSsml } from './ssml.ts';

/** Reads plain text or SSML. Errors: `tooLong` (characters), `badMarkup`, `unsupportedLanguage` (not a BCP 47 tag). */
export function parseSpeech(request: SpeechRequest): Result<SpeechDocument> {
  if (request.text.length > speechLimits.textUnits) {
    return { ok: false, error: tooLong(speechLimits.textUnits, 'characters') };
  }
  if (!isLanguageTag(request.language)) {
    const message = `"${request.language.slice(0, 40)}" is not a language tag; write one such as en-US`;
    return { ok: false, error: { kind: 'unsupportedLanguage', message, language: request.language } };
  }
  if (isMarkup(request.text)) return parseSsml(request.text, initialStyle(request));
  return { ok: true, value: plainDocument(request) };
}

/** BCP 47 by shape (RFC 5646 section 2.1): a primary language and any further subtags. */
export function isLanguageTag(tag: string): boolean {
  return tag.length <= 35 && /^[a-z]{2,8}(?:-[a-z0-9]{1,8})*$/i.test(tag);
}

/** SSML says so at its start; everything else is read out as it stands, `<` and `&` included. */
export function isMarkup(text: string): boolean {
  return /^\s*<(?:speak[\s/>]|\?xml\s)/.test(text);
}

function plainDocument(request: SpeechRequest): SpeechDocument {
  const text = cleanText(request.text);
  const nodes = text.trim() === '' ? [] : [{ kind: 'words', text, style: initialStyle(request) } as const];
  return { nodes, notes: [] };
}
