// Cookies as the pages of recipients and of members use them: read with a limit, written so that
// scripts do not see them and no other host of the domain can set them.

const MAX_HEADER = 16_384;

export type Cookies = ReadonlyMap<string, string>;

export function readCookies(header: string | undefined): Cookies {
  const cookies = new Map<string, string>();
  for (const part of (header ?? '').slice(0, MAX_HEADER).split(';')) {
    const at = part.indexOf('=');
    if (at > 0) cookies.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  return cookies;
}

/** `__Host-`: no other host of the domain can set it. Browsers take the prefix with https only. */
export function cookie(
  isSecure: boolean,
  name: string,
  value: string,
  maxAgeSeconds: number,
): string {
  const base = `${cookieName(isSecure, name)}=${value}; Path=/; HttpOnly; SameSite=Lax`;
  return `${base}; Max-Age=${maxAgeSeconds}${isSecure ? '; Secure' : ''}`;
}

export function cookieName(isSecure: boolean, name: string): string {
  return isSecure ? `__Host-${name}` : name;
}
