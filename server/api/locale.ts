// Which of the two languages a caller reads, from Accept-Language (RFC 9110): Japanese unless
// English is preferred.

export type Locale = 'ja' | 'en';

const MAX_HEADER = 200;

/** The language of the highest weight among ja and en; Japanese where neither is named. */
export function localeOf(header: string | undefined): Locale {
  if (header === undefined || header === 'ja') return 'ja';
  let best: Locale = 'ja';
  let bestWeight = 0;
  for (const part of header.slice(0, MAX_HEADER).toLowerCase().split(',')) {
    const [tag = '', ...parameters] = part.split(';').map((piece) => piece.trim());
    const language = tag.split('-')[0];
    if (language !== 'ja' && language !== 'en') continue;
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    const weight = q === undefined ? 1 : Number.parseFloat(q.slice(2)) || 0;
    if (weight > bestWeight) {
      best = language;
      bestWeight = weight;
    }
  }
  return best;
}
