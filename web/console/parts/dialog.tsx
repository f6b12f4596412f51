// A question that must be answered before anything else: the browser's own dialog, which keeps the
// focus, closes by Escape and leaves the page behind it alone.
import { CloseButton } from '@mantine/core';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { defineWords } from '../language.ts';
import './dialog.css';

const useWords = defineWords('dialog', { close: '閉じる' }, { close: 'Close' });

/** Shown while it is rendered. */
export function Dialog(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const say = useWords();
  const ref = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  const cancel = (event: { preventDefault(): void }) => {
    event.preventDefault();
    props.onClose();
  };
  return (
    <dialog ref={ref} className="dialog" aria-labelledby={title} onCancel={cancel}>
      <div className="dialog-head">
        <h2 id={title}>{props.title}</h2>
        <CloseButton aria-label={say('close')} onClick={props.onClose} />
      </div>
      {props.children}
    </dialog>
  );
}
