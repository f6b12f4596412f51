// What is shown in place of a screen: while it is fetched, where it cannot be, where there is none.
import { Button } from '@mantine/core';
import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { Problem } from '../call.ts';
import { defineWords } from '../language.ts';
import './wrong.css';

const useWords = defineWords(
  'wrong',
  {
    opening: '開いています',
    brokenTitle: 'この画面を開けませんでした',
    broken: '通信状態を確かめて、もう一度お試しください。お金の動きには影響していません。',
    again: 'もう一度開く',
    gone: 'この画面はありません',
    goneMeans: 'URLをご確認ください。送金は一覧から管理番号や名義で探せます。',
    start: '最初の画面へ',
    foreign: 'このショップは見られません',
    foreignMeans:
      'URLのショップは、ログイン中のアカウントでは扱えません。別のアカウントか、別のショップで開いてください。',
    inquiry: 'お問い合わせ番号',
  },
  {
    opening: 'Opening',
    brokenTitle: 'This screen could not be opened',
    broken: 'Check the connection and try again. No money was moved by this.',
    again: 'Open again',
    gone: 'There is no such screen',
    goneMeans: 'Check the URL. Remittances are found from their list by reference or name.',
    start: 'To the first screen',
    foreign: 'You cannot see this shop',
    foreignMeans:
      'The shop in the URL is not open to the account you are signed in with. Use ' +
      'another account, or another shop.',
    inquiry: 'Request',
  },
);

export function Opening() {
  const say = useWords();
  return (
    <p className="opening soft" role="status">
      {say('opening')}
    </p>
  );
}

export function Broken({ error, reset }: ErrorComponentProps) {
  const say = useWords();
  return (
    <div className="wrong" role="alert">
      <h1>{say('brokenTitle')}</h1>
      <p>{error instanceof Problem && error.message ? error.message : say('broken')}</p>
      {error instanceof Problem && error.requestId !== null && (
        <p className="soft small">
          {say('inquiry')} <code>{error.requestId}</code>
        </p>
      )}
      <Button variant="default" onClick={() => reset()}>
        {say('again')}
      </Button>
    </div>
  );
}

export function NotHere() {
  const say = useWords();
  return (
    <div className="wrong">
      <h1>{say('gone')}</h1>
      <p>{say('goneMeans')}</p>
      <p>
        <Link to="/">{say('start')}</Link>
      </p>
    </div>
  );
}

export function ForeignShop() {
  const say = useWords();
  return (
    <main className="wrong">
      <h1>{say('foreign')}</h1>
      <p>{say('foreignMeans')}</p>
      <p>
        <Link to="/">{say('start')}</Link>
      </p>
    </main>
  );
}
