// Messages as other programs write them: small, whole, with CRLF.

let count = 0;

/**
 * A message.
 *
 * @param {object} letter
 * @param {string} letter.subject
 * @param {string} [letter.from]
 * @param {string} [letter.to]
 * @param {string} [letter.text]
 * @param {string} [letter.html]
 * @param {{ name: string, type: string, bytes: Buffer }[]} [letter.files]
 * @param {Date} [letter.date]
 * @param {string[]} [letter.headers] further lines of the header
 */
export function letter({ subject, from = 'Karin Lund <karin@example.org>', to = 'anna@samma.test', text, html, files = [], date = new Date(), headers = [] }) {
  count += 1;
  const bodies = [];
  if (text !== undefined || html === undefined) bodies.push(textPart('text/plain', text ?? 'Hello!'));
  if (html !== undefined) bodies.push(textPart('text/html', html));
  const body = bodies.length === 1 ? bodies[0] : multipart('alternative', bodies);
  const whole = files.length === 0 ? body : multipart('mixed', [body, ...files.map(filePart)]);
  const head = [
    `From: ${word(from)}`,
    `To: ${word(to)}`,
    `Subject: ${word(subject)}`,
    `Date: ${date.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${Date.now()}.${count}@example.org>`,
    'MIME-Version: 1.0',
    ...headers,
  ];
  return `${head.join('\r\n')}\r\n${whole}`;
}

/** Encoded words (RFC 2047) where ASCII does not do; an address keeps its `<...>`. */
function word(text) {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const [, phrase, rest] = /^(.*?)( <[^>]*>)?$/u.exec(text);
  // Each word holds at most 75 octets, and no character is cut.
  const words = [...phrase].reduce((chunks, letter) => {
    const last = chunks.at(-1);
    if (Buffer.byteLength(last + letter) > 42) chunks.push(letter);
    else chunks[chunks.length - 1] = last + letter;
    return chunks;
  }, ['']);
  return words.map((chunk) => `=?utf-8?B?${Buffer.from(chunk).toString('base64')}?=`).join('\r\n ') + (rest ?? '');
}

function base64(bytes) {
  return Buffer.from(bytes).toString('base64').replace(/.{76}(?=.)/g, '$&\r\n');
}

function textPart(type, text) {
  return `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(text.replaceAll('\n', '\r\n'))}\r\n`;
}

function filePart({ name, type, bytes }) {
  const parameter = /^[\x20-\x7e]*$/.test(name) ? `filename="${name}"` : `filename*=utf-8''${encodeURIComponent(name)}`;
  return `Content-Type: ${type}\r\nContent-Disposition: attachment; ${parameter}\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(bytes)}\r\n`;
}

function multipart(kind, parts) {
  count += 1;
  const boundary = `=_${count}_boundary`;
  return `Content-Type: multipart/${kind}; boundary="${boundary}"\r\n\r\n${parts.map((part) => `--${boundary}\r\n${part}`).join('')}--${boundary}--\r\n`;
}
