// /console/second-factor: setting up the authenticator app that owners and approvers must have,
// before anything else; then the recovery codes, shown this once.
import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { call } from '../call.ts';
import { defineWords } from '../language.ts';
import { Gate } from '../parts/gate.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { enterSession, type Session } from '../session.ts';

const useWords = defineWords(
  'second-factor',
  {
    title: '二段階認証の設定',
    why: '送金を承認・管理する方は、パスワードに加えて認証アプリでの本人確認が必要です。',
    scan: 'スマートフォンの認証アプリで、このコードを読み取ってください。',
    qr: '認証アプリで読み取るコード',
    byHand: '読み取れないときは、次の鍵を手で入力してください。',
    code: 'アプリに表示された6桁の数字',
    confirm: '設定する',
    codes: '回復コードの控え',
    codesMean:
      'スマートフォンが使えなくなったときに、1回ずつ使えるコードです。印刷するなどして、安全な場所に控えてください。この画面を閉じると、もう表示できません。',
    print: '印刷する',
    kept: '控えました。管理画面へ進む',
    loading: '準備しています',
  },
  {
    title: 'Set up the second factor',
    why:
      'Whoever approves or manages remittances confirms with an authenticator app ' +
      'beside the password.',
    scan: 'Scan this code with the authenticator app of your phone.',
    qr: 'Code for the authenticator app',
    byHand: 'If it cannot be scanned, type this key.',
    code: 'Six digits that the app shows',
    confirm: 'Set up',
    codes: 'Keep these recovery codes',
    codesMean:
      'Each works once, if your phone does not. Print them or keep them in a safe ' +
      'place: they are not shown again.',
    print: 'Print',
    kept: 'I have kept them. Go on',
    loading: 'Preparing',
  },
);

interface Draft {
  readonly secret: string;
  readonly qrSvg: string;
}

interface Added {
  readonly session: Session;
  readonly recoveryCodes: readonly string[] | null;
}

export function SecondFactor() {
  const say = useWords();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { to } = useSearch({ from: '/second-factor' });
  const [added, setAdded] = useState<Added | null>(null);
  const goOn = async (session: Session) => {
    enterSession(client, session);
    await navigate({ href: to ?? '/', replace: true });
  };
  const take = (made: Added) => {
    if (made.recoveryCodes === null) void goOn(made.session);
    else setAdded(made);
  };
  if (added !== null) {
    return <Codes codes={added.recoveryCodes ?? []} onDone={() => void goOn(added.session)} />;
  }
  return (
    <Gate title={say('title')}>
      <p>{say('why')}</p>
      <SetUp onAdded={take} />
    </Gate>
  );
}

function SetUp({ onAdded }: { readonly onAdded: (added: Added) => void }) {
  const say = useWords();
  const [code, setCode] = useState('');
  const draft = useQuery({
    queryKey: ['totp-draft'],
    queryFn: () => call<Draft>('/totp', { method: 'POST' }),
    // Asking again would make another secret.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const confirm = useMutation({
    mutationFn: () => call<Added>('/totp/confirm', { method: 'POST', body: { code: code.trim() } }),
    onSuccess: onAdded,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate();
  };
  if (draft.data === undefined) {
    return draft.isError ? (
      <ProblemNote error={draft.error} />
    ) : (
      <p className="soft" role="status">
        {say('loading')}
      </p>
    );
  }
  const { qrSvg, secret } = draft.data;
  return (
    <form onSubmit={submit}>
      <p>{say('scan')}</p>
      <img className="qr" alt={say('qr')} src={`data:image/svg+xml,${encodeURIComponent(qrSvg)}`} />
      <p className="small">
        {say('byHand')}
        <br />
        <code>{secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
      </p>
      <TextInput
        className="code-field"
        label={say('code')}
        autoComplete="one-time-code"
        inputMode="numeric"
        required
        withAsterisk={false}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      <ProblemNote error={confirm.error} />
      <Button type="submit" loading={confirm.isPending}>
        {say('confirm')}
      </Button>
    </form>
  );
}

function Codes(props: { readonly codes: readonly string[]; readonly onDone: () => void }) {
  const say = useWords();
  return (
    <Gate title={say('codes')}>
      <p>{say('codesMean')}</p>
      <ul className="recovery-codes">
        {props.codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className="ways no-print">
        <Button variant="default" onClick={() => window.print()}>
          {say('print')}
        </Button>
        <Button onClick={props.onDone}>{say('kept')}</Button>
      </div>
    </Gate>
  );
}
