// What went wrong, in the server's own words, with what may help to ask about it. Read out when it
// appears; the form above it keeps what was typed.
import { Problem } from '../call.ts';
import { defineWords } from '../language.ts';
import { Icon } from './icons.tsx';
import './problem-note.css';

const useWords = defineWords('problem', { inquiry: 'お問い合わせ番号' }, { inquiry: 'Request' });

export function ProblemNote({ error }: { readonly error: unknown }) {
  const say = useWords();
  if (error == null) return null;
  if (!(error instanceof Problem)) throw error;
  return (
    <div className="problem" role="alert">
      <Icon name="alert" />
      <div>
        <p>{error.message}</p>
        {error.faults.map(({ pointer, detail }) => (
          <p key={pointer} className="small">
            {detail}
          </p>
        ))}
        {error.status >= 500 && error.requestId !== null && (
          <p className="small soft">
            {say('inquiry')} <code>{error.requestId}</code>
          </p>
        )}
      </div>
    </div>
  );
}
