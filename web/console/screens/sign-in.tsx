// /console/sign-in: mail and password, then the second factor where the account has one: a code
// from the app, a passkey, or a recovery code.
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { call } from '../call.ts';
import { defineWords } from '../language.ts';
import { Gate } from '../parts/gate.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { PasskeyStopped, passkeysWork, provePasskey } from '../passkey.ts';
import { enterSession, isHalfWay, type Session } from '../session.ts';

const useWords = defineWords(
  'sign-in',
  {
    title: 'ログイン',
    mail: 'メールアドレス',
    password: 'パスワード',
    go: 'ログインする',
    second: '本人確認',
    secondMeans: '認証アプリに表示されている6桁の数字を入力してください。',
    code: '6桁の数字',
    confirm: '確認する',
    passkey: 'パスキーで確認する',
    useRecovery: '認証アプリが使えないとき',
    recovery: '回復コード',
    recoveryMeans:
      '二段階認証を設定したときに控えた回復コードを1つ入力してください。使った回復コードは無効になります。',
    useApp: '認証アプリに戻る',
    other: '別のアカウントでログイン',
    stopped: 'パスキーで確認できませんでした。もう一度試すか、ほかの方法をお使いください。',
    show: 'パスワードを表示',
  },
  {
    title: 'Sign in',
    mail: 'Mail address',
    password: 'Password',
    go: 'Sign in',
    second: 'Confirm it is you',
    secondMeans: 'Enter the six digits that your authenticator app shows.',
    code: 'Six digits',
    confirm: 'Confirm',
    passkey: 'Use a passkey',
    useRecovery: 'I cannot use the app',
    recovery: 'Recovery code',
    recoveryMeans:
      'Enter one of the recovery codes you kept when you set up the second factor. Each ' +
      'works once.',
    useApp: 'Back to the app',
    other: 'Sign in with another account',
    stopped: 'The passkey did not confirm you. Try again, or use another way.',
    show: 'Show the password',
  },
);

type Step = 'password' | 'totp' | 'recovery';

export function SignIn() {
  const [step, setStep] = useState<Step>('password');
  const client = useQueryClient();
  const navigate = useNavigate();
  const { to } = useSearch({ from: '/sign-in' });
  const [factors, setFactors] = useState<readonly string[]>([]);
  const second = (given: readonly string[]) => {
    setFactors(given);
    setStep('totp');
  };
  const enter = async (session: Session) => {
    enterSession(client, session);
    await navigate({ href: to ?? '/', replace: true });
  };
  if (step === 'password') {
    return <PasswordStep onDone={enter} onSecond={second} />;
  }
  return <SecondStep step={step} factors={factors} onStep={setStep} onDone={enter} />;
}

function PasswordStep(props: {
  readonly onDone: (session: Session) => Promise<void>;
  readonly onSecond: (factors: readonly string[]) => void;
}) {
  const say = useWords();
  const [mail, setMail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => call<Session>('/session', { method: 'POST', body: { mail, password } }),
    onSuccess: props.onDone,
    onError: (error) => {
      if (isHalfWay(error)) props.onSecond(error.factors);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <Gate title={say('title')}>
      <form onSubmit={submit}>
        <TextInput
          label={say('mail')}
          type="email"
          autoComplete="username"
          required
          withAsterisk={false}
          autoFocus
          value={mail}
          onChange={(event) => setMail(event.currentTarget.value)}
        />
        <PasswordInput
          label={say('password')}
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': say('show'), tabIndex: 0 }}
        />
        <ProblemNote error={signIn.error} />
        <Button type="submit" loading={signIn.isPending}>
          {say('go')}
        </Button>
      </form>
    </Gate>
  );
}

function SecondStep(props: {
  readonly step: 'totp' | 'recovery';
  readonly factors: readonly string[];
  readonly onStep: (step: Step) => void;
  readonly onDone: (session: Session) => Promise<void>;
}) {
  const { step, factors, onStep, onDone } = props;
  const say = useWords();
  const [code, setCode] = useState('');
  const isTotp = step === 'totp';
  const path = isTotp ? '/session/totp' : '/session/recovery-code';
  const confirm = useMutation({
    mutationFn: () => call<Session>(path, { method: 'POST', body: { code: code.trim() } }),
    onSuccess: onDone,
  });
  const passkey = useMutation({ mutationFn: provePasskey, onSuccess: onDone });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate();
  };
  const change = (next: Step) => {
    setCode('');
    confirm.reset();
    onStep(next);
  };
  const isStopped = passkey.error instanceof PasskeyStopped;
  return (
    <Gate title={say('second')}>
      <form onSubmit={submit}>
        <TextInput
          key={step}
          className="code-field"
          label={say(isTotp ? 'code' : 'recovery')}
          description={say(isTotp ? 'secondMeans' : 'recoveryMeans')}
          autoComplete="one-time-code"
          inputMode={isTotp ? 'numeric' : 'text'}
          required
          withAsterisk={false}
          autoFocus
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <ProblemNote error={confirm.error ?? (isStopped ? null : passkey.error)} />
        {isStopped && <p role="alert">{say('stopped')}</p>}
        <Button type="submit" loading={confirm.isPending}>
          {say('confirm')}
        </Button>
        {factors.includes('passkey') && passkeysWork() && (
          <Button variant="default" loading={passkey.isPending} onClick={() => passkey.mutate()}>
            {say('passkey')}
          </Button>
        )}
      </form>
      <div className="ways">
        <button
          type="button"
          className="plain"
          onClick={() => change(isTotp ? 'recovery' : 'totp')}
        >
          {say(isTotp ? 'useRecovery' : 'useApp')}
        </button>
        <button type="button" className="plain" onClick={() => change('password')}>
          {say('other')}
        </button>
      </div>
    </Gate>
  );
}
