// A message on paper: a document of its own, in a frame that is printed and then taken away.
//
// In:  the article as it is on screen, whose text the page has drawn and whose HTML parts are in frames (html_frame.js).
// Out: the browser's print dialog. Nothing is fetched anew but pictures that are on screen already; the frame has no
//      scripts, and a policy that lets nothing else load.

const STYLE = `
:root { color-scheme: light }
body { margin: 0; color: #000; background: #fff; font: 11pt/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere }
h1 { font-size: 16pt; margin: 0 0 8pt }
.head { border-collapse: collapse; margin-bottom: 12pt; width: 100%; border-bottom: 1px solid #999 }
.head th { text-align: start; padding: 0 12pt 3pt 0; vertical-align: top; white-space: nowrap; font-weight: 600 }
.head td { padding: 0 0 3pt; width: 100% }
.text { white-space: pre-wrap }
.text blockquote { margin: 0; padding-inline-start: 8pt; border-inline-start: 1.5pt solid #999; color: #333 }
.text a { color: inherit }
img { max-width: 100%; height: auto }
table { max-width: 100% }
pre { white-space: pre-wrap }
.files { border-top: 1px solid #999; margin-top: 12pt; padding-top: 6pt }
@page { margin: 18mm }
`;

let printed = null;

/**
 * Prints a message.
 *
 * @param {HTMLElement} article the message on screen
 * @param {string} title names the frame; as a file name where it is "printed" into one
 */
export function print(article, title) {
  printed?.remove();
  const frame = document.createElement('iframe');
  printed = frame;
  frame.title = title;
  // `allow-modals` is what printing needs; without `allow-scripts` nothing else comes of it.
  frame.setAttribute('sandbox', 'allow-same-origin allow-modals');
  frame.referrerPolicy = 'no-referrer';
  frame.className = 'print-frame';
  frame.srcdoc = sheet(article, title);
  frame.addEventListener('load', () => {
    const inner = frame.contentWindow;
    if (inner === null) return;
    inner.addEventListener('afterprint', () => {
      // Some browsers still read the document when they tell so.
      setTimeout(() => frame.remove(), 1000);
    });
    inner.print();
  });
  document.body.append(frame);
}

/** The document for paper. */
function sheet(article, title) {
  const { head, body, css, remote } = collect(article);
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:${remote ? ' https:' : ''}; form-action 'none'; base-uri 'none'`;
  return `<!doctype html><html lang="${document.documentElement.lang}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta http-equiv="x-dns-prefetch-control" content="off"><meta name="referrer" content="no-referrer"><title>${escaped(title)}</title><style>${css}</style><style>${STYLE}</style></head><body>${head}${body}</body></html>`;
}

function collect(article) {
  const heading = article.querySelector('h1')?.textContent ?? '';
  const rows = [...article.querySelectorAll('.recipients dl > div')].map((row) => {
    const [name, value] = ['dt', 'dd'].map((part) => escaped(row.querySelector(part)?.textContent ?? ''));
    return `<tr><th>${name}</th><td dir="auto">${value}</td></tr>`;
  });
  const head = `<h1 dir="auto">${escaped(heading)}</h1><table class="head">${rows.join('')}</table>`;
  let body = '';
  let css = '';
  let remote = false;
  for (const part of article.querySelectorAll('.card, .message-text, iframe.message-frame, .picture img')) {
    if (part.localName === 'iframe') {
      const inner = part.contentDocument;
      if (inner?.body == null) continue;
      css += [...inner.querySelectorAll('style')].at(1)?.textContent ?? '';
      remote ||= inner.querySelector('meta[content*="https:"]') !== null;
      body += inner.body.outerHTML.replace(/^<body/i, '<div').replace(/<\/body>$/i, '</div>');
    } else {
      const copy = part.cloneNode(true);
      // What is folded on screen would be lost on paper.
      for (const folded of copy.querySelectorAll?.('details') ?? []) folded.replaceWith(...[...folded.children].filter((child) => child.localName !== 'summary'));
      body += part.localName === 'img' ? copy.outerHTML : `<div class="text">${copy.innerHTML}</div>`;
    }
  }
  const files = [...article.querySelectorAll('.attachments .attachment-name')].map((name) => escaped(name.textContent ?? ''));
  if (files.length > 0) body += `<p class="files">${files.join('<br>')}</p>`;
  return { head, body, css, remote };
}

function escaped(text) {
  const element = document.createElement('span');
  element.textContent = text;
  return element.innerHTML.replaceAll('"', '&quot;');
}
