// What the table of remittances shows, as its URL says it: a link that is mailed shows the same.
// Anything that is no filter is left out, so that an old or mistyped URL still opens.
import { METHOD_NAMES, STATUS_NAMES } from '../parts/status.tsx';

export interface RemittanceFilter {
  readonly status?: string;
  readonly method?: string;
  /** Days in Japan, both inclusive. */
  readonly from?: string;
  readonly to?: string;
  readonly min?: string;
  readonly max?: string;
  readonly q?: string;
  /** Where this page begins; the first page has none. */
  readonly cursor?: string;
  readonly page?: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const AMOUNT = /^\d{1,7}$/;

const isStatus = (text: string) =>
  text === 'held' || text.split(',').every((each) => STATUS_NAMES.includes(each as never));

const READERS: Readonly<Record<keyof RemittanceFilter, (text: string) => boolean>> = {
  status: isStatus,
  method: (text) => (METHOD_NAMES as readonly string[]).includes(text),
  from: (text) => DAY.test(text),
  to: (text) => DAY.test(text),
  min: (text) => AMOUNT.test(text),
  max: (text) => AMOUNT.test(text),
  q: (text) => text.length > 0 && text.length <= 100,
  cursor: (text) => text.length > 0 && text.length <= 500,
  page: (text) => /^\d{1,6}$/.test(text),
};

export function readFilter(search: Record<string, unknown>): RemittanceFilter {
  const read = Object.entries(READERS).flatMap(([name, isSound]) => {
    const text = search[name];
    return typeof text === 'string' && isSound(text) ? [[name, text]] : [];
  });
  return Object.fromEntries(read);
}

/** The same without the place in the list: a changed question starts at its first page. */
export function fromStart(filter: RemittanceFilter): RemittanceFilter {
  const { cursor: _cursor, page: _page, ...asked } = filter;
  return asked;
}

/** How many questions beside the search text are asked. */
export function askedCount(filter: RemittanceFilter): number {
  const { q: _q, ...others } = fromStart(filter);
  return Object.keys(others).length;
}

export function queryOf(filter: RemittanceFilter): string {
  const { page: _page, ...asked } = filter;
  const text = new URLSearchParams(asked as Record<string, string>).toString();
  return text === '' ? '' : `?${text}`;
}
