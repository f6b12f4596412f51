// A frame that scrolls sideways where its table is wider than the page; then, and only then, it can
// be reached by keyboard, so that arrow keys scroll it.
import { useMergedRef, useResizeObserver } from '@mantine/hooks';
import { type ReactNode, useRef } from 'react';

export function SidewaysFrame(props: { readonly label: string; readonly children: ReactNode }) {
  const frame = useRef<HTMLElement>(null);
  const [observe, size] = useResizeObserver<HTMLElement>();
  const scrolls = (frame.current?.scrollWidth ?? 0) > Math.ceil(size.width) && size.width > 0;
  const reachable = scrolls ? { tabIndex: 0 } : {};
  return (
    <section
      ref={useMergedRef(frame, observe)}
      className="table-frame"
      aria-label={props.label}
      {...reachable}
    >
      {props.children}
    </section>
  );
}
