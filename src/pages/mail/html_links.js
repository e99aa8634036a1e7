// Links in the HTML of a message: where one leads, and whether it leads where it says.
//
// In:  a link as its sender wrote it. Out: its address, if it is one that may be opened; and what it says of itself
// where that is another address than the one it has.

/** Begins links within the message, whose document has this address. */
export const WITHIN = 'about:srcdoc#';

/** There is no base that a message's relative addresses could mean: those are none. */
export function absolute(address) {
  try {
    return new URL(address.startsWith('//') ? `https:${address}` : address);
  } catch {
    return null;
  }
}

/** Schemes that may be opened. */
export function opens(url) {
  return /^(?:https?|mailto|tel):$/.test(url.protocol);
}

/**
 * What a link says of itself, where that is not where it leads: another host or mail address in its text, a user's
 * name that looks like a host, a bare number for a host, or a page that only leads on.
 *
 * @param {URL} url where it leads
 * @param {string} text what is written on it
 * @returns {{ says: string, goes: string } | null} `null`: nothing to be wary of
 */
export function mismatch(url, text) {
  const said = text.trim();
  if (url.protocol === 'mailto:') {
    const says = /^[^\s@<>]+@[^\s@<>]+\.[a-z]{2,}$/i.exec(said)?.[0];
    const goes = addressee(url);
    return says !== undefined && goes !== '' && says.toLowerCase() !== goes.toLowerCase() ? { says, goes } : null;
  }
  if (!/^https?:$/.test(url.protocol)) return null;
  const goes = url.hostname;
  if (url.username.includes('.')) return { says: decoded(url.username), goes };
  const onward = /(?:^|\.)google\.[a-z.]{2,6}$/.test(goes) && url.pathname === '/url' ? absolute(url.searchParams.get('q') ?? url.searchParams.get('url') ?? '') : null;
  if (onward !== null && onward.hostname !== goes) return { says: goes, goes: onward.hostname };
  const says = host(said);
  if (says === null) return isNumber(goes) ? { says: said.slice(0, 80), goes } : null;
  return isSame(says, goes) ? null : { says, goes };
}

/** The host that a text names, if an address is all that it begins with. */
function host(text) {
  const found = /^(?:https?:\/\/)?((?:[\p{L}\d-]+\.)+[\p{L}]{2,})(?::\d+)?(?:[/?#\s]|$)/iu.exec(text);
  if (found === null) return null;
  const named = absolute(`https://${found[1]}`);
  if (named === null) return null;
  // "Report.pdf" and "Hello.World" are no hosts: one that is not written as an address has a well-known end.
  const isAddress = /^(?:https?:\/\/|www\.)/i.test(text) || /\.(?:com|org|net|edu|gov|info|io|eu|[a-z]{2})$/i.test(found[1]);
  return isAddress ? named.hostname : null;
}

/** The same host, or one below the other, whatever stands before: `www.`, `mail.`. */
function isSame(one, other) {
  const bare = (name) => name.replace(/^www\./, '').replace(/\.$/, '');
  const [a, b] = [bare(one), bare(other)];
  return a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`);
}

function isNumber(hostname) {
  return /^\d+\.\d+\.\d+\.\d+$/.test(hostname) || hostname.startsWith('[');
}

function addressee(url) {
  return decoded(url.pathname);
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
