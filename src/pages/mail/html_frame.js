// The HTML of a message: made harmless, then shown in a frame that could not be harmed.
//
// In:  the HTML of a message, decoded but otherwise as its sender wrote it: hostile until shown otherwise.
// Out: an `<iframe title="Message body">` in the element that is handed in, as high as its content, and
//      counts of what was kept out.
//
// Two walls, each of which holds alone:
//
// 1. `sanitise`. The HTML is parsed into an inert document (DOMParser: nothing runs, nothing loads) and
//    DOMPurify keeps listed elements and attributes. Style sheets and style attributes go through the
//    browser's own CSS parser and are written anew from what it understood, so that no trick of spelling
//    reaches the frame; only listed functions may stand in a value. One function, `picture`, decides about
//    every address that would load something.
// 2. The frame. It has no `allow-scripts`, and a policy of its own that lets nothing load but what is in
//    the document already (and pictures by https, once the reader asks for them).
//
// Why the frame has `allow-same-origin`: only so can this module see how high the content is, put the
// pictures of the message in, and pass keys on to the page; all other ways need a script in the frame. It gives
// the mail nothing: an origin is of use to scripts, and those are refused by the sandbox and by the policy,
// each of which holds alone as well (measured over all payloads that the tests have). Without it the frame
// would have to scroll by itself, at a height that is guessed. WebKit tells nobody of events in a frame
// without scripts: there, keys that are pressed in the message stay in it, and links go by their `target`.
//
// Assumed of the page's own policy, which the frame inherits: `style-src 'unsafe-inline'`,
// `img-src data: blob: https:`.

import { absolute, mismatch, opens, WITHIN } from './html_links.js';
import DOMPurify from './purify.es.mjs';

/** What the frame may do: open links in new tabs, which then are ordinary tabs. */
export const SANDBOX = 'allow-popups allow-popups-to-escape-sandbox allow-same-origin';

const TAGS = `a abbr acronym address area article aside b bdi bdo big blockquote body br caption center cite
  code col colgroup dd del details dfn dir div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header
  hgroup hr i img ins kbd li main map mark menu nav nobr ol p pre q rp rt ruby s samp section small span strike
  strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr`.split(/\s+/);

const ATTRIBUTES = `abbr align alink alt axis background bgcolor border bordercolor cellpadding cellspacing
  char charoff class clear color colspan compact coords datetime dir face headers height hidden href hreflang
  hspace id lang link name noshade nowrap open role rowspan rules scope shape size span src start style summary
  title type usemap valign value vlink vspace width`.split(/\s+/);

const PURIFY = {
  ALLOWED_TAGS: TAGS,
  ALLOWED_ATTR: ATTRIBUTES,
  ALLOW_DATA_ATTR: false,
  // Schemes; and what is no address at all, because all values are held against this.
  ALLOWED_URI_REGEXP: /^(?:(?:https?|mailto|tel|cid):|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i,
  ADD_FORBID_CONTENTS: ['applet', 'canvas', 'datalist', 'embed', 'object', 'option', 'select', 'textarea'],
  SANITIZE_NAMED_PROPS: true,
  RETURN_DOM: true,
};

/** What DOMPurify puts before ids and names. */
const PREFIX = 'user-content-';

/** Functions that CSS values may have: none loads anything, none reads the document. */
const FUNCTIONS = new Set(
  `rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix light-dark calc min max clamp linear-gradient
  radial-gradient conic-gradient repeating-linear-gradient repeating-radial-gradient
  repeating-conic-gradient rect inset circle ellipse minmax repeat fit-content translate translatex translatey scale
  scalex scaley rotate matrix cubic-bezier steps`.split(/\s+/),
);

const RASTER = /^data:image\/(?:png|gif|jpeg|jpg|webp|avif|bmp);base64,[a-z0-9+/=\s]*$/i;

/** What one run found out; DOMPurify's hooks have no argument of their own. */
let run = null;

/**
 * Makes the HTML of a message harmless.
 *
 * @param {string} html as it was sent
 * @param {boolean} pictures may pictures load from elsewhere
 * @returns {{ body: string, css: string, lang: string, dir: string, remote: number, trackers: number,
 *   coloured: boolean }} the body element and the style sheet as text; how many pictures were, or would have
 *   been, loaded from elsewhere; how many of them no eye could see, which are never loaded; whether it sets colours
 */
export function sanitise(html, pictures) {
  const source = new DOMParser().parseFromString(html, 'text/html');
  run = { pictures, remote: new Set(), trackers: new Set(), coloured: false, styles: new Map() };
  let css = '';
  for (const style of source.querySelectorAll('style')) {
    // Read before DOMPurify, which drops a sheet that is wrapped in a comment, as Outlook's are.
    if (style instanceof HTMLStyleElement) css += sheet(style.textContent, style.media);
    style.remove();
  }
  const { lang, dir } = source.documentElement;
  const body = DOMPurify.sanitize(source.body, PURIFY);
  const { remote, trackers, coloured } = run;
  run = null;
  return {
    body: body.outerHTML,
    css,
    lang: /^[a-z0-9-]{1,35}$/i.test(lang) ? lang : '',
    dir: dir === 'rtl' || dir === 'ltr' ? dir : '',
    remote: remote.size,
    trackers: trackers.size,
    coloured,
  };
}

DOMPurify.addHook('afterSanitizeAttributes', (element) => {
  if (run === null || !(element instanceof Element)) return;
  for (const name of ['bgcolor', 'color', 'background', 'text']) {
    if (element.hasAttribute(name)) run.coloured = true;
  }
  if (element.hasAttribute('style')) attribute(element, 'style', styleAttribute(element));
  if (element.hasAttribute('background')) {
    attribute(element, 'background', picture(element.getAttribute('background')));
  }
  if (element.hasAttribute('usemap')) {
    attribute(element, 'usemap', element.getAttribute('usemap').replace(/^#/, `#${PREFIX}`));
  }
  if (element.hasAttribute('href')) link(element);
  if (element.localName === 'img') image(element);
  else element.removeAttribute('src');
});

function attribute(element, name, value) {
  if (value) element.setAttribute(name, value);
  else element.removeAttribute(name);
}

/** Absolute links of four schemes, opened outside; links within the message; nothing else. */
function link(element) {
  const href = element.getAttribute('href').trim();
  if (/^#./.test(href)) {
    // In full: a mere fragment would be one of the page's address.
    element.setAttribute('href', `${WITHIN}${PREFIX}${href.slice(1)}`);
    return;
  }
  const url = absolute(href);
  if (url === null || !opens(url)) {
    element.removeAttribute('href');
    return;
  }
  element.setAttribute('href', url.href);
  element.setAttribute('target', '_blank');
  element.setAttribute('rel', 'noopener noreferrer');
}

/**
 * The one place that decides about an address that the browser would load.
 *
 * @param {string} address
 * @returns {string} the address to load; empty: none
 */
function picture(address) {
  const trimmed = address.trim();
  if (RASTER.test(trimmed)) return trimmed;
  const url = absolute(trimmed);
  if (url === null || !/^https?:$/.test(url.protocol)) return '';
  run.remote.add(url.href);
  // Never in the clear: who listens would see which message is being read.
  url.protocol = 'https:';
  return run.pictures ? url.href : '';
}

function image(element) {
  const src = (element.getAttribute('src') ?? '').trim();
  const id = /^cid:(.+)$/is.exec(src);
  if (id !== null) {
    element.removeAttribute('src');
    element.setAttribute('data-cid', decode(id[1]));
  } else if (invisible(element)) {
    const url = absolute(src);
    if (url !== null && url.protocol !== 'data:') run.trackers.add(url.href);
    element.removeAttribute('src');
    element.setAttribute('hidden', '');
  } else {
    attribute(element, 'src', picture(src));
  }
  // Narrow panes shrink it; its height shall follow.
  const width = Number(element.getAttribute('width'));
  const height = Number(element.getAttribute('height'));
  if (width >= 200 && height > 0) {
    element.style.aspectRatio ||= `${width} / ${height}`;
    element.style.height ||= 'auto';
  }
}

/** A picture that no one could see is there to tell its sender that the message was opened. */
function invisible(element) {
  const tiny = (size) => /^\s*0*[01](?:\.0*)?(?:px)?\s*$/.test(size);
  const { style } = element;
  const width = style.width || element.getAttribute('width') || '';
  const height = style.height || element.getAttribute('height') || '';
  return (tiny(width) && tiny(height)) || style.display === 'none' || style.visibility === 'hidden';
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A style attribute as the browser's parser understood it. */
function styleAttribute(element) {
  const text = element.getAttribute('style');
  // Newsletters repeat a few dozen style attributes thousands of times.
  let clean = run.styles.get(text);
  if (clean === undefined) {
    clean = declarations(element.style);
    run.styles.set(text, clean);
  }
  return clean;
}

/** Values of one word or a few, numbers among them, that can only be harmless; `v` is for units of the window. */
const PLAIN = /^(?:[a-uw-z#]|\d)[a-uw-z0-9 .,#%-]*$/i;

/** Writes declarations anew, without those that load or reach for more than they should. */
function declarations(style) {
  if (!harmless(style.cssText)) {
    for (const name of [...style]) {
      const value = style.getPropertyValue(name);
      if (PLAIN.test(value) && !/^(?:position|--)/.test(name)) continue;
      // A shorthand with var() has no values in its parts.
      if (value === '' || !harmless(`${name}: ${value};`)) {
        const urls = addresses(value);
        style.removeProperty(name);
        if (urls === null || name !== 'background-image') continue;
        const allowed = urls.map(picture);
        if (allowed.every((url) => url !== '')) {
          style.setProperty(name, allowed.map((url) => `url("${url}")`).join(', '));
        }
      }
    }
  }
  const text = style.cssText;
  if (/(?:^|[ ;])(?:background(?:-color|-image)?|color): (?!inherit|initial|unset|transparent|currentcolor|windowtext)/i.test(text)) {
    run.coloured = true;
  }
  return harmless(text, run.pictures) ? text : '';
}

/** The addresses of a value that is nothing but `url("…")`, one or several; `null`: it is something else. */
function addresses(value) {
  if (!/^url\("[^"\\<]*"\)(?:, url\("[^"\\<]*"\))*$/.test(value)) return null;
  return [...value.matchAll(/url\("([^"]*)"\)/g)].map((match) => match[1]);
}

/**
 * Is CSS, as the browser wrote it after parsing, free of everything that loads, escapes or covers?
 *
 * It has no comments then, strings stand in double quotes, names are in lower case, and a backslash is only
 * where a name or string has something odd in it: no value needs that. `var()` keeps its property as it was
 * spelled, hence neither it nor custom properties are let through.
 */
function harmless(text, urls = false) {
  if (/[\\<{}@]/.test(text)) return false;
  const bare = text.replace(/"[^"]*"/g, '""');
  if (/'|"[^"]|(?:^|[ ;])--|position: (?:fixed|sticky|-webkit-sticky)|\d[sld]?v(?:h|min|max|b)\b/.test(bare.replaceAll('""', ''))) {
    return false;
  }
  for (const [, name] of bare.matchAll(/([a-z0-9_-]*)\(/gi)) {
    if (FUNCTIONS.has(name.toLowerCase())) continue;
    if (name !== 'url') return false;
    // Only what `picture` let through gets this far.
    if (!urls && !dataOnly(text)) return false;
  }
  return true;
}

function dataOnly(text) {
  return [...text.matchAll(/url\(("[^"]*")?/g)].every(([, url]) => url !== undefined && RASTER.test(url.slice(1, -1)));
}

/** A style sheet as the browser's parser understood it. One that is made so never loads anything. */
function sheet(text, media) {
  const parsed = new CSSStyleSheet();
  parsed.replaceSync(text);
  const clean = rules(parsed.cssRules, 0);
  return media && clean ? mediaRule(media, clean) : clean;
}

function rules(list, depth) {
  let text = '';
  for (const rule of list) {
    if (rule instanceof CSSStyleRule) {
      const selector = rule.selectorText;
      const block = selector.includes('<') ? '' : declarations(rule.style);
      if (block !== '') text += `${prefixed(selector)} { ${block} }\n`;
    } else if (rule instanceof CSSMediaRule && depth < 8) {
      const inner = rules(rule.cssRules, depth + 1);
      if (inner !== '') text += mediaRule(rule.media.mediaText, inner);
    }
    // The others load (import, font-face), move (keyframes), or are of no use in mail.
  }
  return text;
}

function mediaRule(media, text) {
  // The sheet of a message is light; its dark half would meet our light canvas.
  if (/[<{}\\@;]|prefers-color-scheme:\s*dark/i.test(media)) return '';
  return `@media ${media} {\n${text}}\n`;
}

function prefixed(selector) {
  return selector.replace(/("[^"]*")|#(?=[^\s])/g, (match, string) => string ?? `#${PREFIX}`);
}

/**
 * The document for the frame.
 *
 * @param {{ body: string, css?: string, lang?: string, dir?: string, coloured?: boolean }} clean from `sanitise`
 * @param {boolean} pictures may pictures load from elsewhere
 * @param {{ ink: string, link: string, scheme: string } | null} theme colours for a message that has none;
 *   `null`: as on paper
 */
export function frameDocument(clean, pictures, theme) {
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:${pictures ? ' https:' : ''}; font-src 'none'; media-src 'none'; frame-src 'none'; object-src 'none'; form-action 'none'; base-uri 'none'`;
  const { ink, link, scheme } = theme ?? { ink: '#1a1c21', link: '#2146c7', scheme: 'light' };
  return `<!doctype html><html lang="${clean.lang ?? ''}" dir="${clean.dir || 'auto'}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta http-equiv="x-dns-prefetch-control" content="off"><meta name="referrer" content="no-referrer"><style>
:root { color-scheme: ${scheme} }
html { overflow: auto hidden; background: ${theme === null ? '#fff' : 'transparent'} }
body { margin: ${theme === null ? '16px' : '0'}; color: ${ink}; font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: break-word }
${clean.coloured ? '' : 'body { max-width: 66ch }'}
a { color: ${link} }
img { max-width: 100%; object-fit: contain }
img:not([src]) { background: rgb(128 128 128 / 12%); font-size: 12px }
blockquote { margin-inline: 0; padding-inline-start: 12px; border-inline-start: 2px solid rgb(128 128 128 / 40%) }
pre { white-space: pre-wrap }
</style><style>${clean.css ?? ''}
html, body { height: auto !important; min-height: 0 !important; max-height: none !important; position: static !important }
html { overflow: auto hidden !important }
</style></head>${clean.body}</html>`;
}

/** Highest frame, in CSS pixels: past this it scrolls by itself. Chromium paints no layer of a million. */
const MAX_HEIGHT = 200_000;

/**
 * Shows the HTML of a message.
 *
 * @param {HTMLElement} host the element that gets the frame
 * @param {string} html as it was sent
 * @param {boolean} pictures may pictures load from elsewhere
 * @param {string} title name of the frame
 * @returns {Frame} `host` is told by an event `shown`
 */
export function show(host, html, pictures, title) {
  const clean = sanitise(html, pictures);
  return new Frame(host, clean, pictures, title);
}

/** A message on screen. */
export class Frame {
  #frame;
  #host;
  #observer = null;
  #inline = new Map();
  #grown = 0;
  #fitted = 0;
  #height = 0;
  #pointed = '';

  constructor(host, clean, pictures, title) {
    /** How many pictures were kept from loading, or may load now. */
    this.remote = clean.remote;
    /** How many hidden pictures were kept from telling that the message was opened. */
    this.trackers = clean.trackers;
    this.#host = host;
    const frame = document.createElement('iframe');
    this.#frame = frame;
    const dark = isDark(host);
    const theme = clean.coloured && dark ? null : themeOf(host, dark);
    frame.title = title;
    frame.setAttribute('sandbox', SANDBOX);
    frame.referrerPolicy = 'no-referrer';
    frame.style.cssText = 'display: block; width: 100%; height: 0; border: 0';
    frame.style.colorScheme = theme === null ? 'light' : theme.scheme;
    frame.className = theme === null ? 'message-frame paper' : 'message-frame';
    // Shown once it has its height, so that nothing jumps and no white flashes.
    frame.style.visibility = 'hidden';
    frame.srcdoc = frameDocument(clean, pictures, theme);
    frame.addEventListener('load', () => this.#attach());
    host.replaceChildren(frame);
    this.#waitForContent();
  }

  /** Puts a picture of the message in its places. */
  fill(id, url) {
    this.#inline.set(id, url);
    const inner = this.#frame.contentDocument;
    if (inner !== null) this.#fill(inner);
  }

  /** Content-IDs that the message names and that have no picture yet. Known once it is shown. */
  get wanted() {
    const images = this.#frame.contentDocument?.querySelectorAll('img[data-cid]:not([src])') ?? [];
    return [...new Set([...images].map((image) => image.dataset.cid))];
  }

  /** Takes the frame away. */
  close() {
    if (this.#pointed !== '') this.#host.dispatchEvent(new CustomEvent('pointed', { bubbles: true, detail: '' }));
    this.#observer?.disconnect();
    this.#frame.remove();
  }

  // `load` waits for the pictures; the text need not.
  #waitForContent() {
    const look = () => {
      if (this.#observer !== null || !this.#frame.isConnected) return;
      const inner = this.#frame.contentDocument;
      if (inner?.URL === 'about:srcdoc' && inner.readyState !== 'loading') this.#attach();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }

  #attach() {
    const inner = this.#frame.contentDocument;
    if (inner === null) return;
    if (this.#observer !== null) {
      // Pictures may have made it wider.
      this.#fitted = 0;
      this.#measure();
      return;
    }
    const follow = (event) => followLink(event, this.#host);
    inner.addEventListener('click', follow);
    inner.addEventListener('auxclick', follow);
    for (const kind of ['mouseover', 'focusin', 'mouseout', 'focusout']) {
      inner.addEventListener(kind, (event) => this.#point(event));
    }
    inner.addEventListener('keydown', (event) => this.#passOn(event));
    this.#fill(inner);
    this.#observer = new ResizeObserver(() => this.#measure());
    // As wide as the pane, as high as the content: it tells of both.
    this.#observer.observe(inner.documentElement);
    this.#measure();
    this.#frame.style.visibility = '';
    this.#host.dispatchEvent(new CustomEvent('shown'));
  }

  #fill(inner) {
    for (const image of inner.querySelectorAll('img[data-cid]')) {
      const url = this.#inline.get(image.dataset.cid);
      if (url !== undefined && image.getAttribute('src') !== url) image.src = url;
    }
  }

  #measure() {
    const root = this.#frame.contentDocument?.documentElement;
    if (!root) return;
    // Reading a width makes the browser lay the whole message out: once for each width of the pane.
    const width = this.#frame.clientWidth;
    if (width !== this.#fitted && width > 0) {
      this.#fitted = width;
      this.#fit(root, width);
    }
    const bar = root.scrollWidth > root.clientWidth + 1 ? 16 : 0;
    const height = Math.min(Math.ceil(root.getBoundingClientRect().height) + bar, MAX_HEIGHT);
    if (height === this.#height) return;
    // A style could make the content grow with the frame, for ever.
    if (height > this.#height && (this.#grown += 1) > 200) return;
    this.#height = height;
    this.#frame.style.height = `${height}px`;
  }

  /** Made for a wider pane: shrunk until it fits, but not past reading. */
  #fit(root, width) {
    if (root.style.zoom !== '') root.style.zoom = '';
    const needed = root.scrollWidth;
    if (needed > width + 1) root.style.zoom = Math.max(width / needed, 0.6).toFixed(4);
  }

  /** Tells the page which link is under the pointer or has the focus, by an event `pointed` with its address. */
  #point(event) {
    const leaves = event.type === 'mouseout' || event.type === 'focusout';
    const link = leaves || event.target.nodeType !== 1 ? null : event.target.closest('a[href], area[href]');
    const url = link === null ? null : absolute(link.getAttribute('href').trim());
    const detail = url !== null && opens(url) ? url.href : '';
    if (detail === this.#pointed) return;
    this.#pointed = detail;
    this.#host.dispatchEvent(new CustomEvent('pointed', { bubbles: true, detail }));
  }

  #passOn(event) {
    const { key, code, ctrlKey, shiftKey, altKey, metaKey, repeat } = event;
    const copy = new KeyboardEvent('keydown', {
      key, code, ctrlKey, shiftKey, altKey, metaKey, repeat, bubbles: true, cancelable: true,
    });
    if (!this.#host.dispatchEvent(copy)) event.preventDefault();
  }
}

function isDark(host) {
  const schemes = getComputedStyle(host).colorScheme.split(' ');
  if (!schemes.includes('dark')) return false;
  return !schemes.includes('light') || matchMedia('(prefers-color-scheme: dark)').matches;
}

function themeOf(host, dark) {
  // What a colour of the page comes to is asked of the browser: it may be given by a function.
  const probe = document.createElement('span');
  probe.style.color = 'var(--accent, LinkText)';
  host.replaceChildren(probe);
  const link = getComputedStyle(probe).color;
  return { ink: getComputedStyle(host).color, link, scheme: dark ? 'dark' : 'light' };
}

/**
 * Links open by us: the frame itself goes nowhere, whatever it holds. One that says something else than where it leads
 * is the page's to ask about first, told by an event `doubted` that it cancels. Where a browser does not tell of events in
 * a frame without scripts, the link's own `target` opens it.
 */
function followLink(event, host) {
  const target = event.target;
  const link = target.nodeType === 1 ? target.closest('a, area, button, input, form, summary') : null;
  if (link === null || link.localName === 'summary') return;
  event.preventDefault();
  const href = link.getAttribute('href');
  if (href === null || event.button > 1) return;
  if (href.startsWith(WITHIN)) {
    const name = decode(href.slice(WITHIN.length));
    const inner = link.ownerDocument;
    (inner.getElementById(name) ?? inner.getElementsByName(name)[0])?.scrollIntoView();
    return;
  }
  const url = absolute(href.trim());
  if (url === null || !opens(url)) return;
  const doubt = mismatch(url, link.textContent);
  if (doubt !== null) {
    const detail = [doubt.says, doubt.goes, url.href];
    if (!host.dispatchEvent(new CustomEvent('doubted', { bubbles: true, cancelable: true, detail }))) return;
  }
  window.open(url.href, '_blank', 'noopener,noreferrer');
}
