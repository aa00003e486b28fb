const secretParameter = /([?&](?:accesskey|token)=)[^&#]*/gi;

/** The request's URL as logs may have it: what was given as an access key is left out, however it was spelled. */
export function redactUrl(url: string): string {
  if (!url.includes('?')) return url;
  const plain = url.replace(secretParameter, '$1[redacted]');
  return carriesHiddenSecret(plain) ? `${plain.slice(0, plain.indexOf('?'))}?[redacted]` : plain;
}

/** A percent sign inside a parameter's name (`access%6bey=`) can only be there to hide what it is. */
function carriesHiddenSecret(url: string): boolean {
  return /[?&][^=&#]*%[^=&#]*=/.test(url);
}
