const local = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const domain = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/**
 * The one spelling of a mail address, or null. NFKC comes first, so that full-width letters and
 * their like fold into what they look like; the rest is ASCII only, with the domain in Punycode:
 * a Cyrillic "а" before the @ could otherwise pass for somebody else.
 */
export function normalizeAddress(text: string): string | null {
  if (text.length > 320 || !text.isWellFormed()) return null;
  const parts = text.normalize("NFKC").trim().toLowerCase().split("@");
  const [name, host] = parts;
  if (parts.length !== 2 || !name || !host || name.length > 64 || !local.test(name)) return null;
  const ascii = punycode(host);
  return ascii && domain.test(ascii) && name.length + ascii.length < 254
    ? `${name}@${ascii}`
    : null;
}

function punycode(host: string): string | null {
  if (/[^\p{L}\p{N}\p{M}.-]/u.test(host)) return null;
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : null;
}
