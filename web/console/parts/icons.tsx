// Drawn by hand on a grid of 20: one line, no fill. An icon never says alone what a word beside it
// does not.
import type { ReactNode } from 'react';

const DRAWN = {
  // The life of a remittance.
  approval: <path d="M10 3.2v6.2M7 9.4h6l1 4H6zM4.5 16.6h11" />,
  funds: (
    <>
      <ellipse cx="10" cy="5.6" rx="5.6" ry="2.4" />
      <path d="M4.4 5.6v4.6c0 1.3 2.5 2.4 5.6 2.4s5.6-1.1 5.6-2.4V5.6" />
      <path d="M4.4 10.4v4c0 1.3 2.5 2.4 5.6 2.4" />
      <path d="M14.6 14.2v3.4M12.9 15.9h3.4" />
    </>
  ),
  recipient: (
    <>
      <circle cx="10" cy="6.4" r="3" />
      <path d="M4 17c.5-3.4 2.9-5.2 6-5.2s5.5 1.8 6 5.2" />
    </>
  ),
  scheduled: <path d="M3.6 5h12.800v11.800H3.600zM3.6 8.600h12.800M7 3.200v3M13 3.200v3" />,
  processing: <path d="M3 10h12.600M11.4 5.4 16.2 10l-4.8 4.6" />,
  receivable: <path d="M3.2 11.4 5 4.400h10l1.8 7v4.800H3.200zM3.2 11.400h4l1 2h3.600l1-2h4" />,
  paid: <path d="m3.8 10.6 4 4.2 8.4-9.6" />,
  failed: <path d="m5 5 10 10M15 5 5 15" />,
  expired: (
    <>
      <circle cx="10" cy="10" r="6.8" />
      <path d="M10 6v4.200l2.8 1.8" />
    </>
  ),
  canceled: (
    <>
      <circle cx="10" cy="10" r="6.8" />
      <path d="m5.3 14.7 9.4-9.4" />
    </>
  ),
  returned: (
    <path d="M8 4.4 3.8 8.4 8 12.400M4 8.400h7.800c2.6 0 4.4 1.6 4.4 3.900s-1.8 3.9-4.4 3.900H8" />
  ),
  hold: <path d="M7 4.600v10.800M13 4.600v10.8" />,
  // Elsewhere.
  alert: <path d="M10 3.4 17.6 16.600H2.400zM10 8.200v4M10 14.300v.1" />,
  search: (
    <>
      <circle cx="8.8" cy="8.8" r="5" />
      <path d="m12.6 12.6 4 4" />
    </>
  ),
  columns: <path d="M3.4 4.400h13.200v11.200H3.400zM7.8 4.400v11.200M12.2 4.400v11.2" />,
  down: <path d="m5.6 8 4.4 4.400L14.4 8" />,
  left: <path d="M12.2 5 7.4 10l4.8 5" />,
  right: <path d="m7.8 5 4.8 5-4.8 5" />,
  menu: <path d="M3.4 5.600h13.200M3.4 10h13.200M3.4 14.400h13.2" />,
  copy: <path d="M7 7V3.800h9.200V13H13M3.8 7H13v9.200H3.800z" />,
  bank: (
    <>
      <path d="M3 8.2 10 4l7 4.200M4.8 8.400v6.200M8.3 8.400v6.200" />
      <path d="M11.7 8.400v6.200M15.2 8.400v6.200M3.2 16.600h13.6" />
    </>
  ),
  key: (
    <>
      <circle cx="6.8" cy="13.2" r="3" />
      <path d="m9 11 6.6-6.600M13 7l2.4 2.4" />
    </>
  ),
  link: (
    <>
      <path d="M8.4 11.600a3 3 0 0 0 4.3 0l3-3a3 3 0 0 0-4.3-4.300l-1 1" />
      <path d="M11.6 8.400a3 3 0 0 0-4.3 0l-3 3a3 3 0 0 0 4.3 4.300l1-1" />
    </>
  ),
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof DRAWN;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      {DRAWN[name]}
    </svg>
  );
}

/** The seal: the mark of the house. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="4" fill="#b33a24" />
      <path d="M9.5 7v18M23 7 12 16l11 9" fill="none" stroke="#fbfaf7" strokeWidth="3" />
    </svg>
  );
}
