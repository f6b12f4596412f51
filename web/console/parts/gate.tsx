// The frame of pages before a shop: one sheet in the middle of the paper, the seal above it, the
// other language below.
import type { ReactNode } from 'react';
import { useEffect } from 'react';
import { defineWords, locale, speak } from '../language.ts';
import { Mark } from './icons.tsx';
import './gate.css';

const useWords = defineWords(
  'gate',
  { console: '送金の管理画面', language: 'English' },
  { console: 'Remittance console', language: '日本語' },
);

export function Gate(props: { readonly title: string; readonly children: ReactNode }) {
  const say = useWords();
  const { title, children } = props;
  useEffect(() => {
    document.title = `${title} | Kawase`;
  }, [title]);
  const other = locale() === 'ja' ? 'en' : 'ja';
  return (
    <div className="gate">
      <header>
        <Mark />
        <span>{say('console')}</span>
      </header>
      <main>
        <h1>{title}</h1>
        {children}
      </main>
      <footer>
        <button type="button" lang={other} className="plain" onClick={() => speak(other)}>
          {say('language')}
        </button>
      </footer>
    </div>
  );
}
