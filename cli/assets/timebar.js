// How long a webhook took, on a line with the two moments that matter: when the receiver answers
// by itself, and when Tencent gives up.

import { el, svg } from './dom.js';
import { duration, word } from './words.js';

/** Both moments in milliseconds, by envelope. */
const MARKS = {
  url: { deadline: 1500, patience: 2000 },
  trtc: { deadline: 4000, patience: 5000 },
};

/** The bar of a delivery that took `ms`. */
export function timebar(ms, envelope) {
  const { deadline, patience } = MARKS[envelope] ?? MARKS.url;
  const whole = patience * 1.25;
  const percent = (time) => `${((Math.min(time, whole) / whole) * 100).toFixed(2)}%`;
  const late = ms >= patience ? 'late' : ms >= deadline ? 'near' : 'in-time';
  const mark = (time) =>
    svg(
      'g',
      {},
      svg('line', { x1: percent(time), x2: percent(time), y1: 2, y2: 18, class: 'mark' }),
      svg('text', { x: percent(time), y: 32, 'text-anchor': 'middle' }, `${time / 1000} s`),
    );
  const words = word('time.marks', { deadline: duration(deadline), patience: duration(patience) });
  return el(
    'figure',
    { class: `timebar ${late}` },
    svg(
      'svg',
      { width: '100%', height: 36, role: 'img', 'aria-label': `${duration(ms)}; ${words}` },
      svg('rect', { x: 0, y: 7, width: '100%', height: 6, rx: 3, class: 'track' }),
      svg('rect', { x: 0, y: 7, width: percent(Math.max(ms, whole / 250)), height: 6, rx: 3, class: 'taken' }),
      mark(deadline),
      mark(patience),
      svg('text', { x: 0, y: 32 }, duration(ms)),
    ),
  );
}
