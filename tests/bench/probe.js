// Runs in the page before the app does: takes the time from what a person does to what they then see.
//
// `bench.arm(event, state, wanted)` waits for a DOM event and then for a state of the document;
// `bench.result` has both moments, in milliseconds since the event. "Painted" is the end of the frame in
// which the state was drawn: a task posted from that frame's animation callback runs when it has been.

(() => {
  const painted = () =>
    new Promise((resolve) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(0);
      });
    });

  /** Longest wait for a state, in milliseconds. */
  const PATIENCE = 60_000;

  /** Waits until `state()` is true; says when it was, and when that was on screen. */
  const until = (state) =>
    new Promise((resolve, reject) => {
      const patience = setTimeout(() => {
        observer.disconnect();
        reject(new Error('The page did not come to show what was waited for'));
      }, PATIENCE);
      const look = async () => {
        if (!state()) return;
        clearTimeout(patience);
        observer.disconnect();
        document.removeEventListener('load', look, true);
        const at = performance.now();
        resolve({ at, painted: await painted() });
      };
      const observer = new MutationObserver(look);
      observer.observe(document, { subtree: true, childList: true, attributes: true });
      // What is in frames is no mutation of this document.
      document.addEventListener('load', look, true);
      look();
    });

  const list = () => document.querySelector('[role=listbox]');

  /** Rows of the list, and the height of one. Millions of pixels from the top a row's own rectangle is rounded. */
  const geometry = () => {
    const total = Number(list().querySelector('[role=option]').getAttribute('aria-setsize'));
    const sizer = list().querySelector('[role=option]').parentElement;
    return { total, height: Number.parseFloat(getComputedStyle(sizer).height) / total };
  };

  const states = {
    /** The sign-in page can be used. */
    field() {
      const label = [...document.querySelectorAll('label')].find((one) => one.textContent.trim() === 'Email address');
      const field = label?.control;
      return field != null && !field.disabled && field.getClientRects().length > 0;
    },

    /** Rows of a list of `total` messages. */
    rows: (total) => list()?.querySelector(`[role=option][aria-setsize="${total}"]`) != null,

    /** All rows of these places, counted from 1. */
    places([first, last]) {
      for (let place = first; place <= last; place += 1) {
        if (list()?.querySelector(`[role=option][aria-posinset="${place}"]`) == null) return false;
      }
      return true;
    },

    /** The text of an open message. */
    text: (mark) => document.querySelector('article')?.textContent.includes(mark) === true,

    /** The HTML of an open message. */
    html(mark) {
      const frame = document.querySelector('article iframe[title="Message body"]');
      return frame != null && frame.style.visibility !== 'hidden' && frame.contentDocument?.body?.textContent.includes(mark) === true;
    },
  };

  const option = (words) => [...(list()?.querySelectorAll('[role=option]') ?? [])].find((row) => row.textContent.includes(words));
  const item = (name) => document.querySelector(`[role=treeitem][data-mailbox="${CSS.escape(name)}"]`);

  /** What other devices did. */
  Object.assign(states, {
    row: (words) => option(words) !== undefined,
    noRow: (words) => list() != null && option(words) === undefined,
    attribute: ([words, name, value]) => option(words)?.getAttribute(name) === value,
    folder: (name) => item(name) != null,
    noFolder: (name) => item(name) == null,
    unread: ([name, count]) => (item(name)?.dataset.unread ?? '0') === count,
  });

  const measure = async (from, state, wanted) => {
    const { at, painted } = await until(() => states[state](wanted));
    // For traces.
    performance.measure(`bench ${state}`, { start: from, end: painted });
    return { shown: at - from, painted: painted - from };
  };

  window.bench = {
    /** When the sign-in page could be used, in milliseconds since its navigation began. */
    usable: until(states.field),

    result: undefined,

    /** When a state was on screen, in milliseconds of Unix time with their fractions. */
    async see(state, wanted) {
      const { painted } = await until(() => states[state](wanted));
      return performance.timeOrigin + painted;
    },

    /** Measures from the next `event` on. */
    arm(event, state, wanted) {
      this.result = new Promise((resolve) => {
        document.addEventListener(event, ({ timeStamp }) => resolve(measure(timeStamp, state, wanted)), { capture: true, once: true });
      });
    },

    /** Scrolls the list to a fraction of its length, and measures until the rows there are painted. */
    async jump(fraction) {
      const scroller = list();
      const { height, total } = geometry();
      const top = Math.round((scroller.scrollHeight - scroller.clientHeight) * fraction);
      const first = Math.floor(top / height) + 1;
      const last = Math.min(total, Math.ceil((top + scroller.clientHeight) / height));
      const from = performance.now();
      scroller.scrollTop = top;
      return { ...(await measure(from, 'places', [first, last])), first, last };
    },

    /** Scrolls the list so that the row at a place, counted from 1, can be clicked. */
    async reveal(place) {
      const scroller = list();
      const { height } = geometry();
      scroller.scrollTop = Math.max(0, (place - 1) * height - scroller.clientHeight / 2);
      await until(() => states.places([place, place]));
    },
  };
})();
